import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe } from 'vitest'
import { launch, openPage, whyNoBrowser } from '../../test/support/browser.ts'
import { World } from '../../test/support/processes.ts'
import { sharedSpecs, type RunningApp } from './shared-specs.ts'

/** The same app in a browser, without Electron. */
async function open(dataDir = mkdtempSync(join(tmpdir(), 'hearth-shell-'))): Promise<RunningApp> {
  const world = new World()
  const host = await world.launch(['serve', '--network', 'embedded'], dataDir)
  const browser = await launch()
  const { page, problems } = await openPage(browser, host.ready.url!)
  return {
    page,
    problems,
    dataDir,
    api: () => world.api(host),
    end: async () => {
      await browser.close()
      await host.kill('SIGTERM')
    },
    [Symbol.asyncDispose]: async () => {
      await browser.close()
      await world[Symbol.asyncDispose]()
      rmSync(dataDir, { recursive: true, force: true })
    },
  }
}

describe.skipIf(whyNoBrowser)('the app in a browser', () =>
  sharedSpecs(open, () => join(import.meta.dirname, '../../resources/demo/model')),
)
