import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { axeFindings, launch, openPage, whyNoBrowser, withPages } from '../../test/support/browser.ts'
import { hearth } from '../../test/support/command-line.ts'
import { World } from '../../test/support/processes.ts'
import { demoLetters } from '../../test/support/demo.ts'

/** Lets a file fall onto the window. */
async function drop(page: Page, name: string, content: Buffer): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([called, base64]) => {
      const given = new DataTransfer()
      given.items.add(new File([Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))], called))
      return given
    },
    [name, content.toString('base64')] as const,
  )
  await page.dispatchEvent('body', 'drop', { dataTransfer })
}

test.skipIf(whyNoBrowser)(
  'a run is prepared, started, survives a kill -9 of the host, and its adapter is saved',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hearth-e2e-training-'))
    const letters = join(folder, 'my letters.jsonl')
    const rows = (await readFile(demoLetters, 'utf8')).split('\n').slice(0, 200)
    const odd = [
      { words: 'none known' },
      JSON.parse(rows[0] ?? '') as object,
      { prompt: 'Dear keeper, ', completion: '' },
    ]
    await writeFile(letters, [...rows, ...odd.map((row) => JSON.stringify(row))].join('\n'))
    await using world = new World()
    const { rpcUrl } = (await world.chain()).ready
    const host = await world.serve('trainer', rpcUrl!)
    await using browser = await launch()
    const { page, problems } = await openPage(browser, host.ready.url!)
    await withPages([page], async () => {
      await page.getByRole('button', { name: 'Begin' }).click()
      await page.getByRole('link', { name: 'Train', exact: true }).click()
      await page.getByText('Nothing has been trained here yet').waitFor()

      // A model that is none is refused in words, and nothing else is lost.
      await page.getByLabel('Name').fill('Keeper')
      await page.getByLabel('Another base model').fill('/nowhere')
      await page.getByRole('button', { name: 'Add' }).click()
      await page.getByText('Not found').waitFor()
      expect(await page.getByLabel('Name').inputValue()).toBe('Keeper')

      await page.getByLabel('Data').setInputFiles(letters)
      await page.getByLabel('How thorough').selectOption('thorough')
      await page.getByLabel('Tokens per sequence').selectOption('64')

      // What the trainer will read is seen first: what is learnt is marked, and what is wrong has its rows.
      await page.getByRole('button', { name: 'Look at the data first' }).click()
      const look = page.getByRole('region', { name: 'The data as the trainer reads it' })
      await look.getByText('All 203 rows were looked at.').waitFor({ timeout: 60_000 })
      for (const [problem, row] of [
        ['No known columns', '201'],
        ['Repeated', '202'],
        ['Empty answer', '203'],
      ] as const)
        await look
          .getByRole('row', { name: new RegExp(`^${problem}`) })
          .getByText(row, { exact: true })
          .waitFor()
      expect(await look.getByRole('figure').first().locator('mark').first().textContent()).toMatch(/^ friend, /)
      expect(await axeFindings(page)).toEqual([])
      await page.getByLabel('Tokens per sequence').selectOption('128')
      await look.waitFor({ state: 'hidden' })
      await page.getByLabel('Tokens per sequence').selectOption('64')
      await page.getByRole('button', { name: 'Prepare and measure' }).click()
      await page.getByText('202 samples from 203 rows').waitFor({ timeout: 60_000 })
      expect(await axeFindings(page)).toEqual([])
      const samples = page.getByRole('region', { name: 'What it says on its way' })
      await samples.getByLabel('Prompt 2').fill('')
      await samples.getByRole('button', { name: 'Ask at each checkpoint' }).click()
      await samples.getByText('It is asked at each checkpoint.').waitFor({ timeout: 60_000 })
      expect(await axeFindings(page)).toEqual([])
      await page.getByRole('button', { name: 'Start' }).click()
      await page.getByRole('progressbar', { name: /Step [1-9]\d* of \d+/ }).waitFor()

      await host.kill('SIGKILL')
      await page.getByText('The host is restarting').waitFor()
      await world.serve('trainer', rpcUrl!)
      await page.getByText('The host is restarting').waitFor({ state: 'hidden' })
      await page.getByRole('button', { name: 'Pause' }).click()
      await page.getByText('Paused').first().waitFor({ timeout: 60_000 })
      await page.getByRole('button', { name: 'Resume' }).click()
      await page.getByText('Finished').first().waitFor({ timeout: 300_000 })
      // What was killed in the middle still says what it said at each checkpoint, and at the last.
      const cells = (step: string) => samples.getByRole('cell', { name: step, exact: true })
      await cells('290').nth(1).waitFor({ timeout: 120_000 })
      for (const step of ['29', '0']) expect(await cells(step).count()).toBe(2)
      const download = page.waitForEvent('download')
      await page.getByRole('button', { name: /adapter\.gguf/ }).click()
      expect((await readFile(await (await download).path())).toString('latin1', 0, 4)).toBe('GGUF')

      // The same to the model before and after; one of the prompts that its data gives.
      const trial = page.getByRole('region', { name: 'Try it' })
      await trial
        .getByRole('button', { name: /^Dear friend, / })
        .first()
        .click()
      await trial.getByLabel('Tokens at most').fill('many')
      await trial.getByText('A whole number from 1 to 2000').waitFor()
      await trial.getByLabel('Tokens at most').fill('24')
      await trial.getByRole('button', { name: 'Ask both' }).click()
      for (const side of ['Before', 'After'])
        await trial.getByRole('region', { name: side }).getByText('tok/s').waitFor({ timeout: 60_000 })
      expect(await axeFindings(page)).toEqual([])
      await trial.getByRole('button', { name: 'Use it in conversations' }).click()
      await trial.getByRole('link', { name: 'Keeper is among your models' }).click()
      await page.getByRole('cell', { name: /^Keeper/ }).waitFor()

      await page.getByRole('link', { name: 'Train', exact: true }).click()
      await page.getByLabel('Compare Keeper').check()
      await page.getByRole('img', { name: /Held-out loss: Keeper/ }).waitFor()
      const [before, after] = (await page.getByRole('cell', { name: / → / }).first().textContent())!
        .split(' → ')
        .map(Number)
      expect(after!).toBeLessThan(before!)
      expect(await axeFindings(page)).toEqual([])

      // A proof of it, dropped on any page, is executed again; a changed one does not hold.
      const [made] = await readdir(join(host.dataDir, 'training'))
      const proof = join(folder, 'keeper.hpb')
      const recipe = join(host.dataDir, 'training', made ?? '', 'recipe.json')
      expect(await hearth('prove', '--recipe', recipe, '--beacon', 'a block', '--out', proof)).toMatchObject({
        code: 0,
      })
      await page.getByRole('link', { name: 'Home', exact: true }).click()
      await drop(page, 'keeper.hpb', await readFile(proof))
      await page.getByText('of the run Keeper').waitFor({ timeout: 60_000 })
      expect(await axeFindings(page)).toEqual([])
      await page.getByRole('button', { name: 'Execute it again' }).click()
      await page.getByText('The drawn segments end where the proof says.').waitFor({ timeout: 120_000 })
      expect(await axeFindings(page)).toEqual([])
      const changed = await readFile(proof)
      changed.writeUInt8(changed.readUInt8(changed.length - 40_000) ^ 1, changed.length - 40_000)
      await drop(page, 'keeper.hpb', changed)
      await page.getByRole('button', { name: 'Execute it again' }).click()
      await page.getByText('A checkpoint is not the one that was committed to.').waitFor({ timeout: 120_000 })
      await drop(page, 'setup.exe', Buffer.from('MZ'))
      await page.getByRole('dialog').getByText('is nothing that Hearth reads').waitFor()
      expect(await axeFindings(page)).toEqual([])
      await page.keyboard.press('Escape')
      await drop(page, 'letters.jsonl', Buffer.from('{"text":"a"}'))
      await page.getByRole('dialog').getByRole('button', { name: 'Train on it' }).click()
      await page.getByText('letters.jsonl').first().waitFor()

      // The library has the adapter, and takes in a PEFT folder from elsewhere; what is none is refused.
      const adapters = page.getByRole('region', { name: 'Adapters' })
      await adapters.getByRole('link', { name: 'Keeper' }).waitFor()
      await adapters.getByLabel('Import an adapter').fill(folder)
      await adapters.getByRole('button', { name: 'Import' }).click()
      await page.getByText('Not found').waitFor()
      const [run] = await readdir(join(host.dataDir, 'training'))
      await cp(join(host.dataDir, 'training', run!, 'adapter'), join(folder, 'elsewhere'), { recursive: true })
      await adapters.getByLabel('Import an adapter').fill(join(folder, 'elsewhere'))
      await adapters.getByRole('button', { name: 'Import' }).click()
      await adapters.getByRole('cell', { name: 'elsewhere' }).waitFor()
      await adapters.getByRole('button', { name: 'Forget' }).click()
      await adapters.getByRole('cell', { name: 'elsewhere' }).waitFor({ state: 'detached' })

      await page.getByRole('link', { name: 'Keeper', exact: true }).first().click()
      await page.getByRole('button', { name: 'Remove' }).click()
      await page.getByRole('button', { name: 'Cancel' }).click()
      await page.getByText('Finished').first().waitFor()
      await page.getByRole('button', { name: 'Remove' }).click()
      await page.getByRole('button', { name: 'Delete for good' }).click()
      await page.getByText('Nothing has been trained here yet').waitFor()
      expect(problems).toEqual([])
    })
    await rm(folder, { recursive: true })
  },
  480_000,
)
