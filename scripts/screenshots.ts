/** Takes the README's pictures of the real app: node scripts/run-ts.mjs scripts/screenshots.ts */
import { join } from 'node:path'
import { launch, openPage } from '../test/support/browser.ts'
import { livedIn } from '../test/support/lived-in.ts'
import { pause } from '../main/core/clock.ts'
import { World } from '../test/support/processes.ts'

const folder = join(import.meta.dirname, '../docs/images')
await using world = new World()
const { providerHost, customerHost, order, run, dataset, asset, chat } = await livedIn(world, {
  rows: [20_000, 60_000],
  letters: null,
  questions: ['What do you drink?', 'What did you write about the shed?'],
  names: {
    chat: 'Garden chat',
    release: 'A year in a shared garden',
    about: 'Messages of two friends about a garden, without their names.',
  },
})
await using browser = await launch()
const shoot = async (
  url: string,
  route: string,
  theme: 'light' | 'dark',
  name: string,
  at?: string,
  ask?: string,
): Promise<void> => {
  const { page } = await openPage(browser, url)
  await page.getByRole('navigation').waitFor()
  await page.evaluate(`location.hash = '${route}'; document.documentElement.dataset.theme = '${theme}'`)
  await page.waitForLoadState('networkidle')
  await page.getByRole('main').waitFor()
  if (ask) {
    await page.getByRole('searchbox').fill(ask)
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Show the conversation' }).first().click()
  }
  while ((await page.locator('[role=status][aria-label]').count()) > 0) await pause(100)
  if (at) await page.getByRole('region', { name: at }).evaluate((region) => region.scrollIntoView())
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: name.startsWith('job') })
  await page.close()
}
await shoot(customerHost.ready.url!, `#/market/${order}`, 'light', 'order-light')
await shoot(providerHost.ready.url!, '#/', 'light', 'home-light')
await shoot(providerHost.ready.url!, '#/', 'dark', 'home-dark')
await shoot(providerHost.ready.url!, '#/earn', 'dark', 'earn-dark')
await shoot(customerHost.ready.url!, `#/train/${run}`, 'light', 'job-light')
await shoot(customerHost.ready.url!, '#/explorer', 'light', 'explorer-light')
await shoot(providerHost.ready.url!, `#/data/set/${dataset}`, 'light', 'data-light', 'What is hidden')
await shoot(customerHost.ready.url!, `#/data/asset/${asset}`, 'dark', 'asset-dark')
await shoot(customerHost.ready.url!, `#/avatar/chat/${chat}`, 'dark', 'chat-dark')
await shoot(
  customerHost.ready.url!,
  '#/avatar/memory',
  'light',
  'avatar-light',
  undefined,
  'How many tomatoes did Tom harvest?',
)
process.stdout.write(`pictures are in ${folder}\n`)
