import { execFileSync, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmodSync, existsSync, lstatSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { unpackFolders } from '../upgrade/data-folders.ts'
import { until } from '../support/market.ts'
import { World } from '../support/processes.ts'

const asNobody = (script: string, ...args: string[]) =>
  spawnSync('su', ['-s', '/bin/sh', 'nobody', '-c', script, ...args], { encoding: 'utf8' })
const whyNot =
  process.platform === 'win32'
    ? 'Windows has no modes'
    : process.getuid?.() !== 0
      ? 'only root can act as another account'
      : asNobody('true').status === 0
        ? null
        : 'there is no account nobody'

const within = (folder: string): string[] => [
  folder,
  ...readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
]
/** What of a folder is open to others, by its mode; what goes away meanwhile is not. */
const open = (folder: string): string[] =>
  within(folder).filter((path) => existsSync(path) && (lstatSync(path).mode & 0o077) !== 0)

let mask: number
beforeEach(() => (mask = process.umask(0)))
afterEach(() => process.umask(mask))

describe('another account of this machine', () => {
  test.skipIf(whyNot)(
    `reads nothing of a data folder of an earlier version that stood open${whyNot ? ` (skipped: ${whyNot})` : ''}`,
    async () => {
      await using world = new World()
      await unpackFolders(world.folder)
      const folder = join(world.folder, 'provider')
      for (const path of within(world.folder)) chmodSync(path, statSync(path).isDirectory() ? 0o777 : 0o666)
      const readable = (): string =>
        asNobody(`find "$0" -mindepth 1 -readable 2>/dev/null; cat "$0"/* 2>/dev/null | wc -c`, folder).stdout
      expect(readable().split('\n').length).toBeGreaterThan(10)

      const host = await world.serve('provider', 'embedded', false)
      const api = await world.api(host)
      await until('the look through the folder', async () =>
        (await api.doctor.gates({})).some(({ name, state }) => name === 'private' && state !== 'unknown'),
      )
      await api.training.putData({
        upload: randomUUID(),
        name: 'diary.jsonl',
        first: true,
        chunk: Buffer.from('{"text":"my PIN is 4711"}\n').toString('base64'),
      })
      await api.data.create({ name: 'Private', upload: null, format: null, dateOrder: null, country: 'DE' })
      expect(open(folder)).toEqual([])
      expect(readable().trim()).toBe('0')
      // Not the outer door alone: with that open, all behind it is still closed.
      chmodSync(folder, 0o777)
      expect(readable().trim()).toBe('0')
      chmodSync(folder, 0o700)
      expect((await api.doctor.gates({})).find(({ name }) => name === 'private')).toMatchObject({ state: 'ok' })
      await host.kill('SIGTERM')
      expect(open(folder)).toEqual([])
    },
  )

  test.skipIf(process.platform === 'win32')(
    'shares what a person exports by that person’s own mask, but no key',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'hearth-exports-'))
      try {
        process.umask(0o027)
        writeFileSync(join(folder, 'a.txt'), 'text')
        const cli = join(import.meta.dirname, '../../main/headless/cli.ts')
        const out = join(folder, 'sealed')
        const args = ['data', 'encrypt', join(folder, 'a.txt'), '--out', out, '--data-dir', join(folder, 'data')]
        execFileSync(process.execPath, [cli, ...args], { stdio: 'pipe' })
        const modes = within(out).map((path) => (statSync(path).mode & 0o777).toString(8))
        expect(new Set(modes)).toEqual(new Set(['750', '640']))
        expect((statSync(`${out}.key.json`).mode & 0o777).toString(8)).toBe('600')
      } finally {
        rmSync(folder, { recursive: true })
      }
    },
  )
})
