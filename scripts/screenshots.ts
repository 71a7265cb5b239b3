/**
 * npm run screenshots [-- --screens PART | --readme]: pictures of the real app with a lived-in market. Every screen in
 * each theme, language and width goes into test-results/screens (with --screens those alone whose path holds PART), and
 * what the README shows into docs/images.
 */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Page } from 'playwright'
import { pause } from '../main/core/clock.ts'
import { launch, openPage } from '../test/support/browser.ts'
import { pathsOf } from '../test/support/latin.ts'
import { livedIn } from '../test/support/lived-in.ts'
import { World } from '../test/support/processes.ts'

const { values: only } = parseArgs({ options: { screens: { type: 'string' }, readme: { type: 'boolean' } } })
const root = join(import.meta.dirname, '..')
const themes = ['light', 'dark'] as const
const languages = ['en', 'zh-CN'] as const
const widths = [360, 1280, 2560] as const
const HEIGHT = 900
/** Of these the two sides have different things to show. */
const ofBoth = /^\/(?:earn.*|data.*|market.*|wallet|)$/

await using world = new World()
const lived = await livedIn(world, {
  rows: [20_000, 60_000],
  letters: null,
  buys: true,
  questions: ['What do you drink?', 'What did you write about the shed?'],
  names: {
    chat: 'Garden chat',
    release: 'A year in a shared garden',
    about: 'Messages of two friends about a garden, without their names.',
  },
})
await using browser = await launch()

async function opened(side: 'provider' | 'customer'): Promise<Page> {
  const { page } = await openPage(browser, lived[`${side}Host`].ready.url!)
  // Nothing is half way between two themes.
  await page.emulateMedia({ reducedMotion: 'reduce' })
  await page.getByRole('navigation').first().waitFor()
  return page
}
async function goTo(page: Page, path: string): Promise<void> {
  await page.evaluate((to) => void (location.hash = to), `#${path}`)
  await page.evaluate(() => scrollTo(0, 0))
  await page.waitForLoadState('networkidle')
  await page.getByRole('main').waitFor()
  for (let waited = 0; waited < 10_000 && (await page.locator('[role=status][aria-label]').count()) > 0; waited += 100)
    await pause(100)
}
const inTheme = (page: Page, theme: (typeof themes)[number]): Promise<void> =>
  page.evaluate((name) => void (document.documentElement.dataset.theme = name), theme)

async function everyScreen(side: 'provider' | 'customer', part: string): Promise<void> {
  const page = await opened(side)
  for (const language of languages) {
    await lived[side].system.changeSettings({ language })
    await page.locator(`html[lang="${language}"]`).waitFor()
    for (const path of pathsOf(side, lived)) {
      if (!path.includes(part) || (side === 'provider' && !ofBoth.test(path))) continue
      await page.setViewportSize({ width: 1280, height: HEIGHT })
      await goTo(page, path)
      for (const width of widths)
        for (const theme of themes) {
          await page.setViewportSize({ width, height: HEIGHT })
          await inTheme(page, theme)
          const folder = join(root, 'test-results', 'screens', `${language}-${theme}-${width}`)
          mkdirSync(folder, { recursive: true })
          const name = `${side}${path.replaceAll('/', '-').replace(/-$/, '-home')}.png`
          await page.screenshot({ path: join(folder, name), fullPage: true })
        }
    }
  }
  await lived[side].system.changeSettings({ language: 'en' })
  await page.close()
}

interface Picture {
  readonly name: string
  readonly side: 'provider' | 'customer'
  readonly path: string
  readonly theme: (typeof themes)[number]
  /** The card to begin with. */ readonly at?: string
  /** What the memory is asked. */ readonly ask?: string
  readonly whole?: boolean
}
const { order, run, dataset, asset, chat } = lived
const pictures: readonly Picture[] = [
  { name: 'order-light', side: 'customer', path: `/market/${order}`, theme: 'light' },
  { name: 'home-light', side: 'provider', path: '/', theme: 'light' },
  { name: 'home-dark', side: 'provider', path: '/', theme: 'dark' },
  { name: 'earn-dark', side: 'provider', path: '/earn', theme: 'dark' },
  { name: 'job-light', side: 'customer', path: `/train/${run}`, theme: 'light', whole: true },
  { name: 'explorer-light', side: 'customer', path: '/explorer', theme: 'light' },
  { name: 'data-light', side: 'provider', path: `/data/set/${dataset}`, theme: 'light', at: 'What is hidden' },
  { name: 'asset-dark', side: 'customer', path: `/data/asset/${asset}`, theme: 'dark' },
  { name: 'chat-dark', side: 'customer', path: `/avatar/chat/${chat}`, theme: 'dark' },
  {
    name: 'avatar-light',
    side: 'customer',
    path: '/avatar/memory',
    theme: 'light',
    ask: 'How many tomatoes did Tom harvest?',
  },
]

async function take({ name, side, path, theme, at, ask, whole = false }: Picture): Promise<void> {
  const page = await opened(side)
  await inTheme(page, theme)
  await goTo(page, path)
  if (ask) {
    await page.getByRole('searchbox').fill(ask)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Show the conversation' }).first().click()
  }
  if (at) await page.getByRole('region', { name: at }).evaluate((region) => region.scrollIntoView())
  await page.screenshot({ path: join(root, 'docs', 'images', `${name}.png`), fullPage: whole })
  await page.close()
}

if (!only.screens) for (const picture of pictures) await take(picture)
if (!only.readme) {
  if (!only.screens) rmSync(join(root, 'test-results', 'screens'), { recursive: true, force: true })
  for (const side of ['customer', 'provider'] as const) await everyScreen(side, only.screens ?? '')
}
