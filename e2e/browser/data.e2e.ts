import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { axeFindings, launch, openPage, whyNoBrowser, withPages } from '../../test/support/browser.ts'
import { fund } from '../../test/support/market.ts'
import { World } from '../../test/support/processes.ts'

const WAIT = { timeout: 60_000 }
const agree = async (page: Page): Promise<void> => {
  await page.getByRole('dialog').getByText('Highest fee').waitFor()
  await page.getByRole('button', { name: 'Agree and sign' }).click()
}

test.skipIf(whyNoBrowser)(
  'a first sale: a chat is read in, cleaned, sealed, listed, bought by a stranger, opened and rated',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hearth-e2e-data-'))
    const ambiguous = join(folder, 'old chat.txt')
    await writeFile(ambiguous, '03/04/2021, 10:00 - Ben: hello\n04/05/2021, 11:00 - Ann: hi Ben\n')
    const unknown = join(folder, 'other chat.txt')
    await writeFile(unknown, '10:05 | Ben: hello\n10:06 | Ann: hi Ben\n')
    await using world = new World()
    const { rpcUrl } = (await world.chain()).ready
    const [sellerHost, buyerHost] = [await world.serve('seller', rpcUrl!), await world.serve('buyer', rpcUrl!)]
    for (const host of [sellerHost, buyerHost]) await fund(await world.api(host), world.passphrase)
    await using browser = await launch()
    const { page: seller, problems } = await openPage(browser, sellerHost.ready.url!)
    const { page: buyer, problems: buyerProblems } = await openPage(browser, buyerHost.ready.url!)
    await withPages([seller, buyer], async () => {
      await seller.getByRole('link', { name: 'Data', exact: true }).click()
      await seller.getByText('What you bring in stays here').waitFor()
      expect(await axeFindings(seller)).toEqual([])

      // Dates that can be read in two ways are asked about, and the file need not be chosen again.
      await seller.getByLabel('File').setInputFiles(ambiguous)
      await seller.getByRole('button', { name: 'Read it' }).click()
      await seller.getByText('The dates can be read as').waitFor(WAIT)
      await seller.getByLabel('How this export writes dates').selectOption('dmy')
      await seller.getByRole('button', { name: 'Read it' }).click()
      await seller.getByRole('heading', { name: 'old chat' }).waitFor(WAIT)
      await seller.getByText('2021-04-03 – 2021-05-04').first().waitFor()
      await seller.getByRole('button', { name: 'Remove' }).click()
      await seller.getByRole('button', { name: 'Delete for good' }).click()
      await seller.getByText('What you bring in stays here').waitFor()

      // A chat in a form that is not known is shown by its first line, and never read as one text unasked.
      await seller.getByLabel('File').setInputFiles(unknown)
      await seller.getByLabel('Time zone').selectOption('Europe/Vienna')
      await seller.getByRole('button', { name: 'Read it' }).click()
      await seller.getByText('begins with “10:05 | Ben: hello”').waitFor(WAIT)
      await seller.getByLabel('What this text is').selectOption('text')
      await seller.getByRole('button', { name: 'Read it' }).click()
      await seller.getByRole('heading', { name: 'other chat' }).waitFor(WAIT)
      await seller.getByRole('button', { name: 'Remove' }).click()
      await seller.getByRole('button', { name: 'Delete for good' }).click()
      await seller.getByText('What you bring in stays here').waitFor()

      await seller.getByRole('button', { name: 'Try the sample chat' }).click()
      await seller.getByRole('heading', { name: 'Sample chat' }).waitFor(WAIT)
      const changes = seller.getByRole('region', { name: 'Before and after' })
      await changes.getByText('Regenwurm7!').waitFor(WAIT)
      await changes.getByText('[secret 1]').waitFor()
      // One thing may stay, another must go as well; the last change can be taken back.
      await seller.getByLabel('Hide 192.168.178.44').uncheck()
      await changes.getByText('The camera in the shed is at 192.168.178.44, password: [secret 1]').waitFor(WAIT)
      await seller.getByRole('button', { name: 'Undo the last change' }).click()
      await changes.getByText('The camera in the shed is at [ip 1], password: [secret 1]').waitFor(WAIT)
      // Nothing like it is sold yet; what makes it worth less is said. Who looks for themselves is found, and hides.
      const worth = seller.getByRole('region', { name: 'What it is worth' })
      await worth.getByText('Nothing like it is on the market yet').waitFor()
      await worth.getByText('Fewer than 1,000 items').waitFor()
      const reader = seller.getByRole('region', { name: 'Try to find yourself' })
      await reader.getByLabel('Look for').fill('LINDNER')
      await reader.getByText(/would leave with it/).waitFor(WAIT)
      await reader.getByRole('button', { name: 'Hide “LINDNER”' }).click()
      await reader.getByText('“LINDNER” is nowhere in what would leave.').waitFor(WAIT)
      await changes.getByText('ask for Mrs [name').waitFor(WAIT)
      await seller.getByLabel('Minimum letters').fill('45')
      await seller.getByRole('button', { name: 'Apply' }).click()
      await seller.getByText('too short').waitFor(WAIT)
      expect(await axeFindings(seller)).toEqual([])

      // The same rows for other programs. A chat is one conversation, which is cut at its pauses.
      await seller.getByRole('button', { name: 'Write it' }).click()
      await seller.getByText(/Written to .*export/).waitFor(WAIT)
      const saved = seller.waitForEvent('download')
      await seller.getByRole('button', { name: 'Save data/train.parquet' }).click()
      expect((await readFile(await (await saved).path())).subarray(0, 4).toString()).toBe('PAR1')

      await seller.getByLabel('Title').fill('A year in a shared garden')
      await seller.getByLabel('Description').fill('Two friends and a garden')
      await seller.getByLabel('Licence', { exact: true }).selectOption('any')
      await seller.getByRole('button', { name: 'Seal it' }).click()
      await seller.getByRole('heading', { name: 'A year in a shared garden' }).waitFor(WAIT)
      await seller.getByRole('button', { name: 'Publish' }).click()
      await agree(seller)
      await seller.getByText(/The chain has drawn \d+ of \d+ places/).waitFor(WAIT)
      expect(await axeFindings(seller)).toEqual([])
      await seller.getByLabel('Price').fill('many')
      await seller.getByText('An amount such as 12.5').waitFor()
      expect(await seller.getByRole('button', { name: 'List it' }).isDisabled()).toBe(true)
      await seller.getByLabel('Price').fill('3.5')
      await seller.getByRole('button', { name: 'List it' }).click()
      // What is agreed to is the price, and not that no coins move.
      await seller.getByRole('dialog').getByText('3.5\u2009HTH', { exact: true }).waitFor()
      expect(await seller.getByRole('dialog').getByText('none', { exact: true }).count()).toBe(0)
      await agree(seller)
      await seller.getByText('Everyone can read what stands at').waitFor(WAIT)

      await buyer.getByRole('link', { name: 'Data', exact: true }).click()
      await buyer.getByRole('link', { name: 'Browse' }).click()
      await buyer.getByRole('link', { name: 'A year in a shared garden' }).click(WAIT)
      await buyer.getByText('Proven').waitFor(WAIT)
      await buyer.getByText('Two friends and a garden').waitFor()
      expect(await axeFindings(buyer)).toEqual([])
      // What is listed there says what the buyer's own would be worth.
      await buyer.getByRole('link', { name: 'Data', exact: true }).click()
      await buyer.getByRole('button', { name: 'Try the sample chat' }).click()
      await buyer.getByText('By the data of 1 seller.').waitFor(WAIT)
      expect(await axeFindings(buyer)).toEqual([])
      await buyer.getByRole('link', { name: 'Data', exact: true }).click()
      await buyer.getByRole('link', { name: 'Browse' }).click()
      await buyer.getByRole('link', { name: 'A year in a shared garden' }).click(WAIT)
      await buyer.getByRole('button', { name: 'Fetch and buy' }).click()
      await agree(buyer)
      await buyer.getByRole('link', { name: 'A year in a shared garden' }).click(WAIT)
      // Either host may die in the middle of it.
      await buyerHost.kill('SIGKILL')
      await sellerHost.kill('SIGKILL')
      await world.serve('seller', rpcUrl!)
      await world.serve('buyer', rpcUrl!)
      const file = buyer.getByRole('button', { name: /data\.jsonl/ })
      await file.waitFor({ timeout: 120_000 })
      const download = buyer.waitForEvent('download')
      await file.click()
      const rows = (await readFile(await (await download).path(), 'utf8'))
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { author: string; text: string })
      expect(rows.length).toBeGreaterThan(300)
      expect(JSON.stringify(rows)).not.toMatch(/Anna Berger|Okafor|Lindner|Regenwurm7|4111 1111/)
      expect(new Set(rows.map(({ author }) => author)).size).toBe(2)

      // From here it goes on to training and into the memory, and is chosen nowhere again.
      const ways = buyer.getByRole('region', { name: 'What you can do with it' })
      await ways.getByText('Any use').waitFor()
      await ways.getByRole('button', { name: 'Train on it' }).click()
      await buyer.getByText('data.jsonl of “A year in a shared garden”').waitFor(WAIT)
      expect(await axeFindings(buyer)).toEqual([])
      await buyer.goBack()
      await ways.getByRole('button', { name: 'Bring into memory' }).click()
      await buyer.getByText('data.jsonl of “A year in a shared garden”').waitFor(WAIT)
      await buyer.getByRole('button', { name: 'Read it' }).click()
      await buyer.getByRole('cell', { name: /^A year in a shared garden \(bought, \d+\)/ }).waitFor(WAIT)
      expect(await axeFindings(buyer)).toEqual([])
      await buyer.goBack()

      // The key has opened it, so there is nothing to complain about.
      await buyer.getByRole('button', { name: 'Release the payment' }).waitFor(WAIT)
      expect(await buyer.getByRole('button', { name: 'Complain about the key' }).count()).toBe(0)
      await buyer.getByRole('button', { name: 'Release the payment' }).click()
      await agree(buyer)
      await buyer.getByRole('button', { name: '5 stars' }).click(WAIT)
      await agree(buyer)
      await buyer.getByText('You gave 5 ★').waitFor(WAIT)
      expect(await axeFindings(buyer)).toEqual([])

      await seller.getByRole('link', { name: 'Data', exact: true }).click()
      await seller.getByText(/Earned 3\.5/).waitFor(WAIT)
      await seller.getByText('5.0 ★ (1)').waitFor(WAIT)
      expect(problems).toEqual([])
      expect(buyerProblems).toEqual([])
    })
    await rm(folder, { recursive: true })
  },
  400_000,
)
