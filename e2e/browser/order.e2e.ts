import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import { World } from '../../test/support/processes.ts'
import { axeFindings, launch, openPage, whyNoBrowser, withPages } from '../../test/support/browser.ts'
import { hearth } from '../../test/support/command-line.ts'
import { fund, goOnline } from '../../test/support/market.ts'

const PASSPHRASE = 'correct horse battery'

/** What has the focus: its kind, and its label or text. */
const focus = (page: Page) =>
  page.evaluate(() => {
    const { activeElement: at } = document
    const label = at instanceof HTMLInputElement ? at.labels?.[0]?.textContent : at?.textContent
    return `${at?.tagName.toLowerCase()}: ${label}`
  })
const focusGoesTo = (page: Page, what: string | RegExp) =>
  expect.poll(() => focus(page), { timeout: 20_000 }).toMatch(what)

/** First start to a funded wallet, by hand. */
async function setUp(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Begin' }).click()
  await page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
  await page.getByLabel('Passphrase again').fill(PASSPHRASE)
  await page.getByRole('button', { name: 'Create', exact: true }).click()
  // Who has just typed the passphrase sees the words; whoever comes back for them types it.
  const hold = page.getByRole('button', { name: 'Hold to show' })
  await hold.waitFor()
  await focusGoesTo(page, /^h2: /)
  await page.getByRole('link', { name: 'Home', exact: true }).click()
  await page.getByRole('link', { name: 'Wallet', exact: true }).click()
  await page.getByLabel('Passphrase').fill(PASSPHRASE)
  await page.getByRole('button', { name: 'Show the words' }).click()
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
      await provider.page.getByRole('button', { name: 'Start earning' }).first().click()

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

test.skipIf(whyNoBrowser)('offers show what machines are, and are filtered, sorted, marked and compared', async () => {
  await using world = new World()
  const rpcUrl = (await world.chain()).ready.rpcUrl!
  const hosts = await Promise.all([world.serve('other', rpcUrl), world.serve('mine', rpcUrl)])
  const [other, mine] = await Promise.all([world.api(hosts[0]), world.api(hosts[1])])
  await Promise.all([fund(other, world.passphrase), fund(mine, world.passphrase)])
  const { earn } = await mine.system.settings({})
  await mine.system.changeSettings({ earn: { ...earn, price: '500000000000000' } })
  const [dear, cheap] = [(await goOnline(other, mine)).machine, (await goOnline(mine, mine)).machine]
  const { processor } = (await other.earn.machine({})).report
  const { out } = await hearth('market', 'offers', '--data-dir', hosts[1].dataDir)
  expect(out.split('\n')[3]).toMatch(new RegExp(`^  ${processor}, \\d+ cores, .*; own score \\d+; `))
  await using browser = await launch()
  const { page, problems } = await openPage(browser, hosts[1].ready.url!)
  const findings: string[] = []
  const row = (id: number) => page.getByRole('row').filter({ hasText: `machine ${id}` })
  /** The numbers of the machines, from above. */
  const order = async () =>
    (await page.getByRole('link', { name: /^machine \d+$/ }).allTextContents()).map((it) => it.slice(8))
  const looksRight = async (what: string): Promise<void> => {
    findings.push(...(await axeFindings(page)).map((finding) => `${what}: ${finding}`))
  }
  await withPages([page], async () => {
    await page.getByRole('link', { name: 'Market', exact: true }).click()
    await row(dear.id).getByText(processor!).waitFor()
    await row(cheap.id).getByText('yours').waitFor()
    await page.getByText('the machine’s own word').waitFor()
    expect(await order()).toEqual([String(cheap.id), String(dear.id)])
    // Twice the price for the same hardware.
    const score = (id: number, cell: number) => row(id).getByRole('cell').nth(cell).textContent()
    expect(await score(dear.id, 2)).toMatch(/^\d/)
    expect(await score(dear.id, 3)).toMatch(/^\d/)
    await looksRight('offers')

    const perHour = page.getByRole('columnheader', { name: 'Per hour' })
    expect(await perHour.getAttribute('aria-sort')).toBe('ascending')
    await perHour.getByRole('button').press('Enter')
    expect(await perHour.getAttribute('aria-sort')).toBe('descending')
    expect(await order()).toEqual([String(dear.id), String(cheap.id)])
    expect(page.url()).toContain('sort=-hour')

    const words = page.getByLabel('Processor or card')
    await words.pressSequentially('no sch card')
    // What is typed within the text goes on there.
    for (let i = 0; i < 7; i++) await words.press('ArrowLeft')
    await words.pressSequentially('u')
    expect(await words.inputValue()).toBe('no such card')
    await page.getByText('None of the offers is like that.').waitFor()
    await looksRight('nothing found')
    await page.getByRole('button', { name: 'Show all offers' }).click()
    expect(await words.inputValue()).toBe('')
    expect(await order()).toHaveLength(2)
    await page.getByLabel('Memory, at least (GB)').fill('much')
    await page.getByRole('alert').filter({ hasText: 'A number from 0' }).waitFor()
    expect(await order()).toHaveLength(2)
    await page.getByLabel('Memory, at least (GB)').fill('0,5')
    await page.getByLabel(/^Per hour, at most/).fill('2')
    await expect.poll(order).toEqual([String(cheap.id)])
    await page.getByText('Shown: 1 of 2').waitFor()
    await page.getByLabel(/^Per hour, at most/).fill('')

    await page.getByRole('button', { name: `Favourite: machine ${dear.id}` }).click()
    await page.locator('[aria-pressed=true]').waitFor()
    await page.getByLabel('Favourites only').check()
    await expect.poll(order).toEqual([String(dear.id)])
    await page.reload()
    await expect.poll(order).toEqual([String(dear.id)])
    expect(await page.getByLabel('Memory, at least (GB)').inputValue()).toBe('0,5')
    await page.getByLabel('Favourites only').uncheck()

    expect(await page.getByRole('button', { name: 'Side by side' }).isDisabled()).toBe(true)
    for (const { id } of [dear, cheap]) await page.getByLabel(`Compare machine ${id}`).check()
    await page.getByRole('button', { name: 'Side by side' }).press('Enter')
    const dialog = page.getByRole('dialog', { name: 'Side by side' })
    expect(await dialog.getByRole('row').filter({ hasText: 'Per hour' }).getByRole('cell').allTextContents()).toEqual([
      'Per hour',
      '3.6\u2009HTH',
      '1.8\u2009HTHbest',
    ])
    expect(await dialog.getByRole('row').filter({ hasText: 'Longest' }).getByText('best').count()).toBe(0)
    await looksRight('side by side')
    await page.setViewportSize({ width: 360, height: 800 })
    await looksRight('side by side, narrow')
    await dialog.getByRole('button', { name: 'Close' }).click()
    await dialog.waitFor({ state: 'hidden' })
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360)
    const button = (await row(dear.id).getByRole('button', { name: 'Order', exact: true }).boundingBox())!
    expect(button.x + button.width).toBeLessThanOrEqual(360)
    await mine.system.changeSettings({ theme: 'dark' })
    await page.locator('html[data-theme=dark]').waitFor()
    await looksRight('narrow and dark')
  })
  expect(findings).toEqual([])
  expect(problems).toEqual([])
})
