import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { axeFindings, launch, openPage, whyNoBrowser, withPages } from '../../test/support/browser.ts'
import { demoLetters } from '../../test/support/demo.ts'
import { fund, goOnline } from '../../test/support/market.ts'
import { World } from '../../test/support/processes.ts'

test.skipIf(whyNoBrowser)(
  'a run is ordered from a machine, followed on both sides, paid by proof, and its adapter is in the library',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hearth-e2e-hire-'))
    const letters = join(folder, 'letters.jsonl')
    await writeFile(letters, (await readFile(demoLetters, 'utf8')).split('\n').slice(0, 160).join('\n'))
    await using world = new World()
    const { rpcUrl } = (await world.chain()).ready
    const hosts = { provider: await world.serve('provider', rpcUrl!), customer: await world.serve('customer', rpcUrl!) }
    const [provider, customer] = await Promise.all([world.api(hosts.provider), world.api(hosts.customer)])
    await Promise.all([fund(provider, world.passphrase), fund(customer, world.passphrase)])
    await using browser = await launch()
    const mine = await openPage(browser, hosts.customer.ready.url!)
    const theirs = await openPage(browser, hosts.provider.ready.url!)
    await withPages([mine.page, theirs.page], async () => {
      const { page } = mine
      await page.getByRole('link', { name: 'Train', exact: true }).click()
      await page.getByLabel('Name').fill('Keeper')
      await page.getByLabel('Data').setInputFiles(letters)
      await page.getByLabel('How thorough').selectOption('fast')
      await page.getByLabel('Tokens per sequence').selectOption('64')
      await page.getByRole('button', { name: 'Prepare and measure' }).click()
      await page.getByRole('button', { name: 'Ask for quotes' }).click({ timeout: 60_000 })
      await page.getByText('No machine on the market can be reached').waitFor()

      await goOnline(provider, customer)
      await page.getByRole('button', { name: 'Ask again' }).click()
      await page.getByRole('button', { name: 'Order', exact: true }).click({ timeout: 60_000 })
      const dialog = page.getByRole('dialog')
      await dialog.getByText('training.open').waitFor()
      expect(await axeFindings(page)).toEqual([])
      await dialog.getByRole('button', { name: 'Cancel' }).click()
      await page.getByRole('button', { name: 'Order', exact: true }).click()
      await dialog.getByRole('button', { name: 'Agree and sign' }).click()

      await theirs.page.getByRole('link', { name: 'Earn', exact: true }).click()
      await theirs.page.getByRole('cell', { name: 'Training', exact: true }).waitFor({ timeout: 60_000 })
      await theirs.page.getByRole('button', { name: '#1 log' }).click()
      await theirs.page.getByText('Everything is here and is what the recipe names').waitFor()
      expect(await axeFindings(theirs.page)).toEqual([])

      await page.getByText('The machine is training.').waitFor()
      await page.getByText('Finished').first().waitFor({ timeout: 120_000 })
      await page.getByRole('cell', { name: 'bit-identical' }).first().waitFor()
      await page.getByRole('button', { name: /adapter\.gguf/ }).waitFor()
      await page.getByText('The adapter is in your library').waitFor()
      expect(await axeFindings(page)).toEqual([])
      await theirs.page.getByRole('cell', { name: 'Passed' }).waitFor()
      await theirs.page.getByRole('link', { name: 'History', exact: true }).click()
      await theirs.page.getByRole('cell', { name: 'job #1' }).first().waitFor()
      await page.evaluate(() => void (location.hash = '#/explorer/job/1'))
      await page.getByRole('button', { name: 'Recompute' }).click()
      await page.getByText('All equal.').waitFor()
      await page.getByRole('button', { name: 'Execute the proof again' }).click()
      await page.getByRole('cell', { name: /The proof holds/ }).waitFor({ timeout: 60_000 })
      await page.getByText('All equal.').waitFor()
      expect(await axeFindings(page)).toEqual([])
      expect([...mine.problems, ...theirs.problems]).toEqual([])
    })
    await rm(folder, { recursive: true })
  },
)
