import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { axeFindings, launch, openPage, whyNoBrowser, withPages } from '../../test/support/browser.ts'
import { fund } from '../../test/support/market.ts'
import { speech, writePhoto, writeRecordingOf } from '../../test/support/media.ts'
import { World } from '../../test/support/processes.ts'

const WAIT = { timeout: 60_000 }

test.skipIf(whyNoBrowser)(
  'pictures and recordings are looked through, freed of what they say, sealed and listed, through a kill -9',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hearth-e2e-media-'))
    const files: string[] = []
    for (let i = 1; i <= 12; i++) files.push(join(folder, `photo ${i}.jpg`))
    for (const [i, file] of files.entries()) await writePhoto(file, `photo ${i}`, { blur: i === 3 ? 7 : 0 })
    for (const [name, voice] of [
      ['anna', { pitch: 215, tract: 1.15 }],
      ['tom', { pitch: 105, tract: 0.88 }],
    ] as const)
      for (const take of [1, 2]) {
        files.push(join(folder, `${name} ${take}.wav`))
        await writeRecordingOf(files.at(-1)!, speech(voice, `${name} ${take}`, 8), 'Lindenweg 4')
      }
    files.push(join(folder, 'broken.png'))
    await writeFile(files.at(-1)!, 'not a picture')
    await using world = new World()
    const { rpcUrl } = (await world.chain()).ready
    const host = await world.serve('seller', rpcUrl!)
    await fund(await world.api(host), world.passphrase)
    await using browser = await launch()
    const { page, problems } = await openPage(browser, host.ready.url!)
    await withPages([page], async () => {
      await page.getByRole('link', { name: 'Data', exact: true }).click()
      await page.getByLabel('Your pictures and sounds').setInputFiles(files.slice(-1))
      await page.getByRole('button', { name: 'Look through them' }).click()
      await page.getByText('none of the files can be read as a picture or a recording').waitFor(WAIT)
      await page.getByLabel('Your pictures and sounds').setInputFiles(files)
      await page.getByLabel('Title').fill('A summer')
      await page.getByRole('button', { name: 'Look through them' }).click()
      await page.getByRole('heading', { name: 'A summer' }).waitFor(WAIT)
      await page.getByText('1 files that cannot be read').waitFor()
      expect(await page.getByText('has a location').count()).toBe(12)
      expect(
        await page.getByRole('img', { name: 'photo 4.jpg' }).evaluate((image: HTMLImageElement) => image.naturalWidth),
      ).toBe(240)
      expect(await axeFindings(page)).toEqual([])

      // Two people speak; the gallery tells them apart, and plays what was said.
      await page.getByText('Voice 1 ·').first().waitFor()
      expect(await page.getByRole('article').filter({ hasText: 'Voice 2' }).count()).toBe(2)
      await page.getByRole('button', { name: 'Listen to anna 1.wav' }).click()
      await page.waitForFunction(() => (document.querySelector('audio')?.duration ?? 0) > 7)

      // Out by hand and back, out by its figure, and only one voice.
      await page.getByRole('button', { name: 'Leave out photo 2.jpg' }).click()
      await page.getByText('1 left out by hand').waitFor(WAIT)
      await page.getByRole('button', { name: 'Undo the last change' }).click()
      await page.getByText('1 left out by hand').waitFor({ state: 'hidden', ...WAIT })
      await page.getByLabel('Order').selectOption('least sharp')
      await page.getByRole('article').first().getByText('photo 4.jpg').waitFor(WAIT)
      const sharpness = Number(/sharpness (\d+)/.exec(await page.getByRole('article').first().innerText())![1])
      await page.getByLabel('Minimum sharpness').fill(String(sharpness + 1))
      await page.getByLabel('Voice 1').check()
      await page.getByRole('button', { name: 'Apply' }).click()
      await page.getByText('1 not sharp').waitFor(WAIT)
      await page.getByText('2 another voice').waitFor(WAIT)
      expect(await axeFindings(page)).toEqual([])

      await host.kill('SIGKILL')
      await world.serve('seller', rpcUrl!)
      await page.getByText('13 files as shown above').waitFor(WAIT)
      await page.getByRole('button', { name: 'Seal it' }).click()
      await page.getByRole('button', { name: 'Publish' }).click(WAIT)
      await page.getByRole('dialog').getByText('Highest fee').waitFor()
      await page.getByRole('button', { name: 'Agree and sign' }).click()
      await page.getByText(/The chain has drawn \d+ of \d+ places/).waitFor(WAIT)
      await page
        .getByRole('img', { name: /A (?:picture|recording) of/ })
        .first()
        .waitFor()
      expect(await axeFindings(page)).toEqual([])
      expect(problems).toEqual([])
    })
    await rm(folder, { recursive: true })
  },
  240_000,
)
