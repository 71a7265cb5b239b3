import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { World } from '../../test/support/processes.ts'
import { launch, openPage, whyNoBrowser, withPages } from '../../test/support/browser.ts'

const PASSPHRASE = 'correct horse battery'

/** First start to a funded wallet, by hand. */
async function setUp(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Begin' }).click()
  await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
  await page.getByLabel('Passphrase again').fill(PASSPHRASE)
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('button', { name: 'Show the words' }).waitFor()
  await page.getByLabel('Passphrase').fill(PASSPHRASE)
  await page.getByRole('button', { name: 'Show the words' }).click()
  const hold = page.getByRole('button', { name: 'Hold to show' })
  await hold.waitFor()
  expect(await page.locator('ol li').first().textContent()).toBe('•••••')
  await hold.focus()
  await page.keyboard.down('Space')
  const words = await page.locator('ol li').allTextContents()
  await page.keyboard.up('Space')
  await page.getByRole('button', { name: 'I have written them down' }).click()
  await page.getByRole('button', { name: 'Confirm', exact: true }).waitFor()
  for (const label of await page.locator('label').allTextContents()) {
    const position = /^Word (\d+)$/.exec(label)?.[1]
    if (position) await page.getByLabel(label, { exact: true }).fill(words[Number(position) - 1]!)
  }
  await page.getByRole('button', { name: 'Confirm', exact: true }).click()
  await page.getByRole('button', { name: 'Get practice coins' }).click()
  await page.getByText('1,000\u2009HTH').first().waitFor()
}

test.skipIf(whyNoBrowser)(
  'an order between two windows survives a kill -9 of the provider’s host and is paid',
  async () => {
    await using world = new World()
    const chain = await world.chain()
    const rpcUrl = chain.ready.rpcUrl!
    const [providerHost, customerHost] = await Promise.all([
      world.serve('provider', rpcUrl, false),
      world.serve('customer', rpcUrl, false),
    ])
    await using browser = await launch()
    const provider = await openPage(browser, providerHost.ready.url!)
    const customer = await openPage(browser, customerHost.ready.url!)
    await withPages([provider.page, customer.page], async () => {
      await setUp(provider.page)
      await setUp(customer.page)

      await provider.page.getByRole('link', { name: 'Earn', exact: true }).click()
      await provider.page.getByRole('button', { name: 'Measure quickly' }).click()
      await provider.page.getByText('cpu: exact').waitFor({ timeout: 60_000 })
      await provider.page.getByRole('button', { name: 'Register the machine' }).click()
      // Nothing is in the market yet: the deposit of the stake is part of the one thing that is agreed to.
      await provider.page.getByText(/You sign two transactions.* the 10\u2009HTH stay in your market balance/).waitFor()
      await provider.page.getByRole('button', { name: 'Agree and sign' }).click()
      await provider.page.getByText('Stake held').waitFor()
      await provider.page.getByRole('button', { name: 'Start earning' }).click()

      await customer.page.getByRole('link', { name: 'Market', exact: true }).click()
      await customer.page.getByRole('button', { name: 'Order', exact: true }).click()
      await customer.page.getByLabel('Net', { exact: true }).selectOption('large')
      await customer.page.getByLabel('Rows to generate').fill('100000')
      await customer.page.getByRole('button', { name: 'Continue' }).click()
      await customer.page.getByText('Moved to the market first').waitFor()
      await customer.page.getByRole('button', { name: 'Agree and sign' }).click()
      await customer.page.getByRole('link', { name: '#1' }).click()
      await customer.page.getByText(/Machine: Computing 100000 rows/).waitFor({ timeout: 60_000 })
      await customer.page.getByText(/ [1-9]\d* of 100000 received/).waitFor()

      await providerHost.kill('SIGKILL')
      await provider.page.getByText('The host is restarting').waitFor()
      const restarted = await world.serve('provider', rpcUrl, false)
      expect(restarted.ready.url).toBe(providerHost.ready.url)
      await provider.page.getByText('The host is restarting').waitFor({ state: 'hidden' })
      await provider.page.getByRole('link', { name: 'Wallet', exact: true }).click()
      await provider.page.getByLabel('Passphrase').fill(PASSPHRASE)
      await provider.page.getByRole('button', { name: 'Unlock' }).click()

      await customer.page.getByText('completed', { exact: true }).waitFor({ timeout: 120_000 })
      await customer.page.getByText(/100000 of 100000 received/).waitFor()
      expect(await customer.page.getByText(/Machine: Going on after \d+ of 100000 rows/).count()).toBeGreaterThan(0)
      const saving = customer.page.waitForEvent('download')
      await customer.page.getByRole('button', { name: 'Save the result' }).click()
      expect((await saving).suggestedFilename()).toBe('hearth-order-1.csv')

      await provider.page.getByRole('link', { name: 'Earn', exact: true }).click()
      await provider.page.getByRole('link', { name: '#1' }).first().click()
      await provider.page.getByRole('heading', { name: 'market.settle' }).waitFor()
      await provider.page.getByRole('heading', { name: 'market.OrderClosed' }).waitFor()
    })
    expect([...provider.problems, ...customer.problems]).toEqual([])
  },
)
