import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { World } from '../../test/support/processes.ts'
import { launch, openPage, whyNoBrowser, withPages } from '../../test/support/browser.ts'

const PASSPHRASE = 'correct horse battery'

/** What has the focus: its kind, and its label or text. */
const focus = (page: Page) =>
  page.evaluate(() => {
    const { activeElement: at } = document
    const label = at instanceof HTMLInputElement ? at.labels?.[0]?.textContent : at?.textContent
    return `${at?.tagName.toLowerCase()}: ${label}`
  })
const focusGoesTo = (page: Page, what: string | RegExp) => expect.poll(() => focus(page)).toMatch(what)

/** First start to a funded wallet, by hand. */
async function setUp(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Begin' }).click()
  await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
  await page.getByLabel('Passphrase again').fill(PASSPHRASE)
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  await page.getByRole('button', { name: 'Show the words' }).waitFor()
  await focusGoesTo(page, /^h2: /)
  await page.getByLabel('Passphrase').fill(PASSPHRASE)
  await page.getByRole('button', { name: 'Show the words' }).click()
  const hold = page.getByRole('button', { name: 'Hold to show' })
  await hold.waitFor()
  await focusGoesTo(page, 'button: Hold to show')
  expect(await page.locator('ol li').first().textContent()).toBe('•••••')
  await hold.focus()
  await page.keyboard.down('Space')
  const words = await page.locator('ol li').allTextContents()
  await page.keyboard.up('Space')
  await page.getByRole('button', { name: 'I have written them down' }).click()
  await page.getByRole('button', { name: 'Confirm', exact: true }).waitFor()
  await focusGoesTo(page, /^input: Word \d+$/)
  for (const label of await page.locator('label').allTextContents()) {
    const position = /^Word (\d+)$/.exec(label)?.[1]
    if (position) await page.getByLabel(label, { exact: true }).fill(words[Number(position) - 1]!)
  }
  await page.getByRole('button', { name: 'Confirm', exact: true }).click()
  await focusGoesTo(page, /^h2: /)
  await page.getByRole('button', { name: 'Get practice coins' }).click()
  await page.getByText('1,000\u2009HTH', { exact: true }).waitFor()
  await focusGoesTo(page, 'button: Get practice coins')
}

/** The form that moves coins says what is wrong while it is typed, and no more once it is right. */
async function tryToSend(page: Page): Promise<void> {
  const said = (words: string) => page.getByRole('alert').filter({ hasText: words })
  const [to, amount] = [page.getByLabel('Recipient’s address'), page.getByLabel('Amount, in HTH')]
  await page.getByLabel('Action', { exact: true }).selectOption('send')
  await to.fill('0xd8da6BF26964aF9D7eEd9e03E53415D37aA96045')
  await said('does not match its own check').waitFor()
  await to.fill(`0x${'0'.repeat(40)}`)
  await said('it belongs to nobody').waitFor()
  await to.fill('0xd8dA6BF26964aF9D7eEd9e03E53415D37aA96045')
  for (const [typed, words] of [
    ['1000.5', 'You have 1,000\u2009HTH'],
    ['-1', 'More than zero'],
    ['', 'Please fill this in'],
    ['1,000', 'Which do you mean: 1000 or 1?'],
  ] as const) {
    await amount.fill(typed)
    await said(words).waitFor()
    expect(await page.getByRole('button', { name: 'Continue' }).isDisabled()).toBe(true)
  }
  await page.getByRole('button', { name: 'Max' }).click()
  expect(await amount.inputValue()).toBe('1000')
  await amount.fill('0,31')
  expect(await page.getByRole('alert').count()).toBe(0)
  // Nothing is in the market, so what could be sent cannot be taken out of it.
  await page.getByLabel('Action', { exact: true }).selectOption('withdraw')
  await said('You have 0\u2009HTH').waitFor()
  await page.getByLabel('Action', { exact: true }).selectOption('deposit')
  await expect.poll(() => page.getByRole('alert').count()).toBe(0)
  await page.getByRole('button', { name: 'Continue' }).click()
  await page.getByText('0.31\u2009HTH').waitFor()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await focusGoesTo(page, 'button: Continue')
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
      await tryToSend(customer.page)

      await provider.page.getByRole('link', { name: 'Earn', exact: true }).click()
      await provider.page.getByRole('link', { name: 'Machine', exact: true }).click()
      await provider.page.getByRole('button', { name: 'Measure quickly' }).click()
      await provider.page.getByText('cpu: exact').waitFor({ timeout: 60_000 })
      await provider.page.getByRole('button', { name: 'Register the machine' }).click()
      // Nothing is in the market yet: the deposit of the stake is part of the one thing that is agreed to.
      await provider.page.getByText(/You sign two transactions.* the 10\u2009HTH stay in your market balance/).waitFor()
      await provider.page.getByRole('button', { name: 'Agree and sign' }).click()
      await provider.page.getByText('Stake held').waitFor()
      await provider.page.getByRole('link', { name: 'Wallet', exact: true }).click()
      await provider.page.getByText('Stake of machine 1').waitFor()
      await provider.page.getByRole('link', { name: 'Earn', exact: true }).click()
      const price = provider.page.getByLabel('Price per second, in HTH')
      await price.fill('0')
      await provider.page.getByRole('alert').filter({ hasText: 'More than zero' }).waitFor()
      await price.fill('0,001')
      await provider.page.getByRole('button', { name: 'Save', exact: true }).first().click()
      await provider.page.getByText('Saved', { exact: true }).waitFor()
      await provider.page.getByRole('button', { name: 'Start earning' }).click()

      await customer.page.getByRole('link', { name: 'Market', exact: true }).click()
      await customer.page.getByRole('cell', { name: 'new', exact: true }).waitFor()
      await customer.page.getByRole('button', { name: 'Order', exact: true }).click()
      await customer.page.getByLabel('Net', { exact: true }).selectOption('large')
      await customer.page.getByLabel('Rows to generate').fill('100000')
      await customer.page.getByRole('button', { name: 'Continue' }).click()
      await customer.page.getByText('Of these, from your wallet').waitFor()
      await customer.page.getByRole('button', { name: 'Agree and sign' }).click()
      await customer.page.getByRole('link', { name: '#1' }).click()
      await customer.page.getByText(/Machine: Computing 100,000 rows/).waitFor({ timeout: 60_000 })
      await customer.page.getByText(/ [1-9]\d* of 100000 received/).waitFor()
      await customer.page.getByRole('link', { name: 'Home', exact: true }).click()
      await customer.page.getByText('1 order of yours is being computed').waitFor()
      await customer.page.goBack()

      await providerHost.kill('SIGKILL')
      await provider.page.getByText('The host is restarting').waitFor()
      const restarted = await world.serve('provider', rpcUrl, false)
      expect(restarted.ready.url).toBe(providerHost.ready.url)
      await provider.page.getByText('The host is restarting').waitFor({ state: 'hidden' })
      await provider.page.getByRole('link', { name: 'Wallet', exact: true }).click()
      await provider.page.getByLabel('Passphrase').fill('another passphrase')
      await provider.page.getByRole('button', { name: 'Unlock' }).click()
      await provider.page.getByRole('alert').waitFor()
      // What was wrong is said of what was typed, and not of what is typed now.
      await provider.page.getByLabel('Passphrase').fill(PASSPHRASE)
      await expect.poll(() => provider.page.getByRole('alert').count()).toBe(0)
      await provider.page.getByRole('button', { name: 'Unlock' }).click()
      await focusGoesTo(provider.page, /^h2: /)

      await customer.page.getByText('completed', { exact: true }).waitFor({ timeout: 120_000 })
      await customer.page.getByText(/100000 of 100000 received/).waitFor()
      expect(await customer.page.getByText(/Machine: Going on after [\d,]+ of 100,000 rows/).count()).toBeGreaterThan(0)
      const saving = customer.page.waitForEvent('download')
      await customer.page.getByRole('button', { name: 'Save the result' }).click()
      expect((await saving).suggestedFilename()).toBe('hearth-order-1.csv')

      await provider.page.getByRole('link', { name: 'Home', exact: true }).click()
      await provider.page.getByText('Work begins with the next order').waitFor({ timeout: 60_000 })
      await provider.page.getByRole('link', { name: 'Earn', exact: true }).click()
      await provider.page.getByRole('link', { name: 'Machine', exact: true }).click()
      await provider.page.getByText('1 of 1', { exact: true }).waitFor()
      await provider.page.getByRole('link', { name: 'Now', exact: true }).click()
      await provider.page.getByRole('link', { name: '#1' }).first().click()
      await provider.page.getByRole('heading', { name: 'Settle an order' }).waitFor()
      await provider.page.getByRole('heading', { name: 'Order closed' }).waitFor()
      await provider.page.getByRole('link', { name: 'Order 1' }).first().click()
      await provider.page.getByRole('heading', { name: 'Order 1' }).waitFor()
      await provider.page.getByText('completed', { exact: true }).waitFor()
      await provider.page.getByRole('link', { name: 'Explorer', exact: true }).click()
      await provider.page
        .getByRole('cell', { name: /^\d+ empty blocks$/ })
        .first()
        .waitFor()
    })
    expect([...provider.problems, ...customer.problems]).toEqual([])
  },
)
