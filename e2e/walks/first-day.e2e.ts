import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Page } from 'playwright'
import { expect, test } from 'vitest'
import en from '../../resources/locales/en.json' with { type: 'json' }
import zhCN from '../../resources/locales/zh-CN.json' with { type: 'json' }
import { launch, openPage, whyNoBrowser, withPages } from '../../test/support/browser.ts'
import { demoLetters } from '../../test/support/demo.ts'
import { fund, goOnline, until } from '../../test/support/market.ts'
import { World } from '../../test/support/processes.ts'
import { Walk, type Aim } from '../../test/support/walk.ts'

/** What a first day may take, in clicks and seconds. Clicks are held to; seconds depend on the machine and are told. */
const aims = {
  wallet: { clicks: 6, seconds: 42 },
  offer: { clicks: 4, seconds: 60 },
  firstCoin: { clicks: 1, seconds: 60 },
  listed: { clicks: 6, seconds: 60 },
  sourcedAnswer: { clicks: 3, seconds: 42 },
  adapter: { clicks: 3, seconds: 30 },
  provenAdapter: { clicks: 5, seconds: 60 },
  verified: { clicks: 4, seconds: 60 },
} as const satisfies Record<string, Aim>

const WAIT = { timeout: 120_000 }
const PASSPHRASE = 'a first day in the market'
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true })

/** The words to write down, typed back where they are asked for. */
async function confirmWords(walk: Walk, page: Page): Promise<void> {
  const words = await walk.hold(button(page, en.backup.hold), () => page.locator('ol li').allTextContents())
  await walk.press(button(page, en.backup.written))
  await button(page, en.backup.confirm).waitFor()
  for (const label of await page.locator('label').allTextContents()) {
    const position = /^Word (\d+)$/.exec(label)?.[1]
    if (position) await walk.write(page.getByLabel(label, { exact: true }), words[Number(position) - 1]!)
  }
  await walk.press(button(page, en.backup.confirm))
}

test.skipIf(whyNoBrowser)(
  'who has a graphics card earns a first coin, in the dark on a telephone',
  async () => {
    await using world = new World()
    const host = await world.serve('owner', 'embedded', false)
    const api = await world.api(host)
    await api.system.changeSettings({ theme: 'dark' })
    await using browser = await launch()
    const { page, problems } = await openPage(browser, host.ready.url!, { width: 360, height: 800 })
    await withPages([page], async () => {
      const walk = new Walk(page)
      await walk.press(button(page, en.onboarding.begin))
      await walk.write(page.getByLabel(en.wallet.passphrase, { exact: true }), PASSPHRASE)
      await walk.write(page.getByLabel(en.wallet.passphraseAgain), PASSPHRASE)
      await walk.press(button(page, en.wallet.create))
      await confirmWords(walk, page)
      await walk.press(button(page, en.balances.faucet))
      await page.getByText('1,000\u2009HTH', { exact: true }).waitFor(WAIT)
      walk.reached('a wallet with practice coins', aims.wallet)

      await walk.press(link(page, en.nav.home))
      await walk.press(page.getByRole('main').getByRole('button', { name: en.hero.measure }))
      await walk.press(button(page, en.hero.register))
      await walk.press(button(page, en.confirm.agree))
      await until('the offer', async () => (await api.earn.machine({})).offer)
      walk.reached('an open offer', aims.offer)

      await walk.press(button(page, en.partner.on))
      await until('the first coin', async () => (await api.earn.earnings({})).lifetime > 0n, 200_000)
      await page.getByText(/^0\.\d+\u2009HTH in total$/).waitFor(WAIT)
      walk.reached('a first coin, alone', aims.firstCoin)
      expect(await page.locator('html').getAttribute('data-theme')).toBe('dark')
    })
    expect(problems).toEqual([])
  },
  480_000,
)

test.skipIf(whyNoBrowser)('who has chats lists one, in Chinese', async () => {
  await using world = new World()
  const host = await world.serve('seller', 'embedded')
  const api = await world.api(host)
  await api.system.changeSettings({ language: 'zh-CN' })
  await using browser = await launch()
  const { page, problems } = await openPage(browser, host.ready.url!)
  await withPages([page], async () => {
    const words = zhCN.data
    await page.getByRole('radio', { name: zhCN.onboarding.roles.data.title }).check()
    await button(page, zhCN.onboarding.begin).click()
    await button(page, words.sample).waitFor(WAIT)
    await fund(api, world.passphrase)
    const walk = new Walk(page)
    await walk.press(button(page, words.sample))
    await walk.write(page.getByRole('textbox', { name: words.title, exact: true }), '共享花园的一年')
    await walk.write(page.getByRole('textbox', { name: words.description, exact: true }), '两位朋友和一座花园')
    await walk.press(button(page, words.seal))
    await walk.press(button(page, words.publishButton))
    await walk.press(button(page, zhCN.confirm.agree))
    await walk.write(page.getByRole('textbox', { name: words.price }), '3.5')
    await walk.press(button(page, words.listButton))
    await walk.press(button(page, zhCN.confirm.agree))
    await until('the listing', async () => (await api.data.offers({}))[0]?.asset.state === 'listed')
    walk.reached('a chat on the market', aims.listed)
  })
  expect(problems).toEqual([])
})

test.skipIf(whyNoBrowser)('who came for an avatar has a first answer with its source, by the keyboard', async () => {
  await using world = new World()
  const host = await world.serve('me', 'embedded')
  await using browser = await launch()
  const { page, problems } = await openPage(browser, host.ready.url!)
  await withPages([page], async () => {
    const walk = new Walk(page, 'keyboard')
    await walk.choose(page.getByRole('radio', { name: en.onboarding.roles.avatar.title }))
    await walk.press(button(page, en.onboarding.begin))
    await walk.press(button(page, en.chat.sample))
    await walk.write(page.getByLabel('Message to Ada Lindqvist'), 'What is your cat called?')
    await page.keyboard.press('Enter')
    const answer = page.getByRole('article', { name: 'Ada Lindqvist' }).last()
    await answer.getByText('Miso').first().waitFor(WAIT)
    await answer
      .getByRole('button', { name: /Open source/ })
      .first()
      .waitFor(WAIT)
    walk.reached('a right answer with its source', aims.sourcedAnswer)
  })
  expect(problems).toEqual([])
})

test.skipIf(whyNoBrowser)(
  'who trains does it here, then orders it; a stranger computes a transaction again',
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'hearth-e2e-first-day-'))
    const letters = join(folder, 'letters.jsonl')
    await writeFile(letters, (await readFile(demoLetters, 'utf8')).split('\n').slice(0, 60).join('\n'))
    await using world = new World()
    const { rpcUrl } = (await world.chain()).ready
    const [providerHost, customerHost, strangerHost] = await Promise.all([
      world.serve('provider', rpcUrl!),
      world.serve('customer', rpcUrl!),
      world.serve('stranger', rpcUrl!),
    ])
    const [provider, customer] = await Promise.all([world.api(providerHost), world.api(customerHost)])
    await Promise.all([fund(provider, world.passphrase), fund(customer, world.passphrase)])
    await goOnline(provider, customer)
    await using browser = await launch()
    const mine = await openPage(browser, customerHost.ready.url!)
    const theirs = await openPage(browser, strangerHost.ready.url!)
    await withPages([mine.page, theirs.page], async () => {
      const { page } = mine
      const walk = new Walk(page)
      const prepare = async (): Promise<void> => {
        await link(page, en.nav.train).click()
        walk.begin()
        await walk.choosesFile(page.getByLabel(en.train.data, { exact: true }), letters)
        await walk.press(button(page, en.train.prepare))
      }
      await prepare()
      await walk.press(button(page, en.train.start))
      await page.getByText(en.train.states.finished).first().waitFor(WAIT)
      walk.reached('an adapter that was trained here', aims.adapter)
      await page.getByRole('region', { name: en.trial.title }).waitFor(WAIT)

      await prepare()
      await walk.press(button(page, en.hire.ask))
      await walk.press(page.getByRole('button', { name: en.hire.order, exact: true }).first())
      await walk.press(button(page, en.confirm.agree))
      await page.getByRole('cell', { name: en.job.sameBits }).first().waitFor({ timeout: 200_000 })
      await page.getByText(en.train.states.finished).first().waitFor(WAIT)
      walk.reached('an adapter that was ordered, and proven', aims.provenAdapter)

      const stranger = new Walk(theirs.page)
      await stranger.press(button(theirs.page, en.onboarding.begin))
      await stranger.press(link(theirs.page, en.nav.explorer))
      await stranger.press(theirs.page.getByRole('main').getByRole('link', { name: /^0x/ }).first())
      await stranger.press(button(theirs.page, en.explorer.recompute))
      await theirs.page.getByText(en.explorer.outcomes.equal).waitFor(WAIT)
      stranger.reached('what happened, verified by a stranger', aims.verified)
    })
    await rm(folder, { recursive: true })
    expect([...mine.problems, ...theirs.problems]).toEqual([])
  },
  480_000,
)
