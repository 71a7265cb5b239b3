import { expect, test } from 'vitest'
import { World } from '../../test/support/processes.ts'
import { axeFindings, launch, openPage, whyNoBrowser, withPages } from '../../test/support/browser.ts'
import { latinIn, pathsOf } from '../../test/support/latin.ts'
import { livedIn } from '../../test/support/lived-in.ts'
import { act, fund, until } from '../../test/support/market.ts'
import { visit } from '../../test/support/visit.ts'

/** Rooms with several places, by their paths. */
const rooms = {
  Avatar: ['', '/memory', '/facts', '/sources', '/style', '/models'],
  Earn: ['', '/rules', '/energy', '/machine', '/history'],
} as const
/** Who speaks in the chats that Hearth ships, and what the test’s run is called; and a password in one of the chats. */
const people = ['Ada', 'Lindqvist', 'Anna', 'Berger', 'Tom', 'Okafor', 'Ben', 'Letters', 'Regenwurm']
const screens = ['Home', 'Earn', 'Market', 'Train', 'Explorer', 'Wallet', 'Settings'] as const

test.skipIf(whyNoBrowser)('every screen is clean under the policy and under axe, in both themes', async () => {
  await using world = new World()
  const host = await world.serve('one', 'embedded')
  await using browser = await launch()
  const { page, problems } = await openPage(browser, host.ready.url!)
  const findings: string[] = []
  await withPages([page], async () => {
    await page.getByRole('button', { name: 'Begin' }).waitFor()
    findings.push(...(await axeFindings(page)).map((finding) => `onboarding: ${finding}`))
    await page.getByRole('button', { name: 'Begin' }).click()
    await page.getByRole('heading', { name: 'Wallet', exact: true }).waitFor()
    findings.push(...(await axeFindings(page)).map((finding) => `new wallet: ${finding}`))
    const api = await world.api(host)
    await fund(api, world.passphrase)
    await api.earn.measure({ quick: true })
    for (const theme of ['light', 'dark'] as const) {
      await api.system.changeSettings({ theme })
      await page.locator(`html[data-theme=${theme}]`).waitFor()
      for (const name of screens) {
        await page.getByRole('link', { name, exact: true }).click()
        await page.getByRole('heading', { name, exact: true }).waitFor()
        await page.waitForLoadState('networkidle')
        findings.push(...(await axeFindings(page)).map((finding) => `${name}, ${theme}: ${finding}`))
      }
    }
    for (const [room, places] of Object.entries(rooms))
      for (const place of places) {
        await page.evaluate((path) => void (location.hash = path), `#/${room.toLowerCase()}${place}`)
        await page.getByRole('navigation', { name: room }).waitFor()
        await page.waitForLoadState('networkidle')
        findings.push(...(await axeFindings(page)).map((finding) => `${room}${place}: ${finding}`))
      }
    // Every place by the keyboard alone, and what is done most; what is typed may be of the chain.
    await page.keyboard.press('Control+k')
    const palette = page.getByRole('dialog', { name: 'Search and do' })
    await palette.getByRole('option', { name: 'Home' }).waitFor()
    findings.push(...(await axeFindings(page)).map((finding) => `palette: ${finding}`))
    await page.keyboard.type('earn rul')
    await page.keyboard.press('Enter')
    await page.waitForURL(/#\/earn\/rules$/)
    await palette.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Search and do' }).click()
    await palette.getByRole('option', { name: 'Home' }).waitFor()
    await page.keyboard.type('block 1')
    await page.keyboard.press('Enter')
    await page.waitForURL(/#\/explorer\/block\/1$/)
    await page.keyboard.press('Control+k')
    await palette.getByRole('option', { name: 'Home' }).waitFor()
    await page.keyboard.type('nothing of this name')
    await palette.getByText('Nothing is called that.').waitFor()
    await page.keyboard.press('Escape')
    await palette.waitFor({ state: 'detached' })
    await page.keyboard.press('Control+k')
    await palette.getByRole('option', { name: 'Home' }).waitFor()
    await page.keyboard.type('lock')
    await palette.getByRole('option', { name: 'Lock the wallet' }).click()
    await until('a locked wallet', async () => (await api.system.overview()).wallet.state === 'locked')
    for (const path of ['market/abc', 'data/asset/abc', 'data/purchase/1.5']) {
      await page.evaluate((to) => void (location.hash = to), `#/${path}`)
      await page.getByText('is no number, so it names nothing here').waitFor()
    }
    await api.system.changeSettings({ language: 'zh-CN' })
    await page.getByRole('link', { name: '首页' }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN')
  })
  expect(findings).toEqual([])
  expect(problems).toEqual([])
})

test.skipIf(whyNoBrowser)('no English is left where the language is Chinese', async () => {
  await using world = new World()
  const names = { chat: '花园聊天', release: '共享花园的一年', about: '两位朋友关于花园的消息，不含姓名。' }
  const questions = ['你喝什么？', '关于棚子你写了什么？']
  const lived = await livedIn(world, { rows: [60, 3_000], letters: 40, names, questions, buys: true })
  const { topics } = await lived.customer.avatar.topics({})
  const known = [...people, ...topics.flatMap(({ words }) => words)]
  await using browser = await launch()
  const findings: string[] = []
  for (const side of ['provider', 'customer'] as const) {
    await lived[side].system.changeSettings({ language: 'zh-CN' })
    const { page, problems } = await openPage(browser, lived[`${side}Host`].ready.url!)
    await page.getByRole('link', { name: '首页' }).waitFor()
    for (const path of pathsOf(side, lived)) {
      await visit(page, path)
      if (/^\/(?:market|train)\/./.test(path)) await page.getByRole('log').locator('p').first().waitFor()
      findings.push(...(await latinIn(page, known)).map((text) => `${side} ${path}: ${text}`))
    }
    // The browser's own words beside a file would be in its language.
    await page.evaluate(() => void (location.hash = '#/data'))
    await page.getByText('未选择文件').first().waitFor()
    const file = { name: '聊天.txt', mimeType: 'text/plain', buffer: Buffer.from('你好') }
    await page.getByLabel('文件', { exact: true }).setInputFiles(file)
    await page.getByText('聊天.txt').waitFor()
    expect(problems).toEqual([])
    await page.close()
  }
  expect(findings).toEqual([])
})

test.skipIf(whyNoBrowser)('the explorer says what is not there, and shows what is in words with links', async () => {
  await using world = new World()
  const host = await world.serve('one', 'embedded')
  await using browser = await launch()
  const { page, problems } = await openPage(browser, host.ready.url!, { width: 360, height: 800 })
  const api = await world.api(host)
  const findings: string[] = []
  const goTo = (path: string): Promise<void> => page.evaluate((to) => void (location.hash = to), `#${path}`)
  /** Nothing that is not there may look as if it were on its way. */
  const saysAtOnce = async (path: string, words: string): Promise<void> => {
    await goTo(path)
    await page.getByRole('heading', { name: words, level: 2 }).waitFor({ timeout: 2_000 })
  }
  const looksRight = async (what: string): Promise<void> => {
    findings.push(...(await axeFindings(page)).map((finding) => `${what}: ${finding}`))
    expect(await page.evaluate(() => document.documentElement.scrollWidth), what).toBeLessThanOrEqual(360)
  }
  await withPages([page], async () => {
    await page.getByRole('button', { name: 'Begin' }).click()
    await fund(api, world.passphrase)
    await api.earn.measure({ quick: true })
    await act(api, { kind: 'addMachine' })
    const machine = (await until('the machine', async () => (await api.earn.machine({})).registered)).id
    await act(api, { kind: 'makeOffer', machine, price: 2n * 10n ** 15n, maxSeconds: 600 })
    // A host that does not earn takes its offer back; it stays in the explorer.
    await until('the offer', () => api.explorer.thing({ kind: 'offer', id: 1 }).catch(() => null))

    await saysAtOnce('/explorer/block/99999999', 'There is no block 99999999')
    await saysAtOnce(`/explorer/tx/0x${'7'.repeat(64)}`, 'There is no such transaction')
    await looksRight('no transaction')
    await saysAtOnce('/explorer/order/5', 'There is no such thing: Order 5')
    await saysAtOnce('/explorer/request/1', 'There is no such thing: Request 1')
    await act(api, { kind: 'openRequest', bounty: 10n ** 18n, brief: `0x${'7'.repeat(64)}` })
    await page.getByRole('heading', { name: 'Request 1', exact: true }).waitFor()
    await page.getByText('1\u2009HTH', { exact: true }).first().waitFor()
    await saysAtOnce('/explorer/tx/0x12', 'This is no transaction’s hash')
    await saysAtOnce('/explorer/address/0x12', 'This is no address')
    await saysAtOnce('/explorer/machine/two', 'This is no number')
    await saysAtOnce('/nowhere', 'No such page')
    await saysAtOnce('/explorer/cow/1', 'No such page')
    await goTo(`/explorer/address/0x${'7'.repeat(40)}`)
    await page.getByText('This address has not been seen on the chain yet.').waitFor({ timeout: 2_000 })
    await goTo('/market/99')
    await page.getByText('Not found.').waitFor({ timeout: 2_000 })

    await goTo('/explorer')
    await looksRight('explorer')
    await page.getByLabel('Search the chain').fill('Offer #1')
    await page.getByText('Leads to: Offer 1').waitFor()
    await page.getByLabel('Search the chain').press('Enter')
    await page.getByRole('heading', { name: 'Offer 1' }).waitFor()
    await page.getByText('0.002\u2009HTH per second').waitFor()
    await looksRight('offer')
    const { block } = await api.explorer.block({ number: 1 })
    await goTo('/explorer')
    await page.getByLabel('Search the chain').fill(block.hash)
    await page.getByText(/Leads to: Transaction or block/).waitFor()
    await page.getByLabel('Search the chain').press('Enter')
    await page.getByRole('heading', { name: 'Block 1', exact: true }).waitFor()
    await goTo('/explorer/offer/1')
    await page.getByRole('link', { name: `Machine ${machine}` }).click()
    await page.getByRole('heading', { name: `Machine ${machine}` }).waitFor()
    await page.getByText('registered', { exact: true }).waitFor()
    // Not to the wallet's own address by its digits.
    await page.getByRole('link', { name: 'you', exact: true }).first().waitFor()
    const row = page.getByRole('row').filter({ hasText: 'Register a machine' })
    await row.getByRole('cell', { name: '10\u2009HTH' }).waitFor()
    await row.getByRole('link', { name: /^0x/ }).click()
    await page.getByRole('heading', { name: 'Coins held' }).waitFor()
    await page.getByText('Held for').waitFor()
    await page.getByRole('button', { name: 'Recompute' }).click()
    await page.getByText('All equal.').waitFor()
    await looksRight('transaction')
    await page.getByRole('link', { name: 'Market', exact: true }).last().click()
    await page.getByText('Contract: Market').waitFor()
    await looksRight('contract')
  })
  expect(findings).toEqual([])
  expect(problems).toEqual([])
})

test.skipIf(whyNoBrowser)('a page without the key shows nothing but why', async () => {
  await using world = new World()
  const host = await world.serve('one', 'embedded')
  await using browser = await launch()
  const { page, problems } = await openPage(browser, host.ready.origin!)
  await page.getByText('This address needs its key').waitFor()
  expect(problems).toEqual([])
})
