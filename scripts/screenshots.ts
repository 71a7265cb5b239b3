/** Takes the README's pictures of the real app: node scripts/run-ts.mjs scripts/screenshots.ts */
import { join } from 'node:path'
import { launch, openPage } from '../test/support/browser.ts'
import { fund, goOnline, placeOrder, until } from '../test/support/market.ts'
import type { ReleaseTerms } from '../common/model/dataset.ts'
import { sellRelease } from '../main/features/market/data/commands/sell-release.ts'
import { pause } from '../main/core/clock.ts'
import { upload } from '../main/cli/upload.ts'
import { newRun, openJob, over } from '../main/headless/demo/jobs.ts'
import { World } from '../test/support/processes.ts'

const folder = join(import.meta.dirname, '../docs/images')
await using world = new World()
const { rpcUrl } = (await world.chain()).ready
const [providerHost, customerHost] = await Promise.all([
  world.serve('provider', rpcUrl!),
  world.serve('customer', rpcUrl!),
])
const [provider, customer] = await Promise.all([world.api(providerHost), world.api(customerHost)])
await Promise.all([fund(provider, world.passphrase), fund(customer, world.passphrase)])
for (const count of [20_000, 60_000]) {
  const offer =
    count === 20_000
      ? await goOnline(provider, customer)
      : await until('the next offer', async () => (await customer.market.offers({}))[0])
  const id = await placeOrder(customer, offer, 'large', count)
  if (count === 20_000)
    await until(
      'the first order',
      async () => (await customer.market.order({ id })).order.state === 'completed',
      120_000,
    )
  else
    await until(
      'some rows',
      async () => ((await customer.market.order({ id })).job?.unitsFetched ?? 0) > 10_000,
      120_000,
    )
}
const run = await newRun(customer, null)
const { id: job } = await openJob(customer, run)
await over(customer, job)
const dataset = await provider.data.create({
  name: 'Garden chat',
  upload: null,
  format: null,
  dateOrder: null,
  country: 'DE',
})
const terms: ReleaseTerms = {
  name: 'A year in a shared garden',
  description: 'Messages of two friends about a garden, without their names.',
  licence: { use: 'train', redistribution: false, term: null },
  royalty: 500,
  parent: null,
}
const { asset } = await sellRelease(
  provider,
  await provider.data.seal({ dataset: dataset.id, terms, asset: null }),
  35n * 10n ** 17n,
)
await until('the preview', () => customer.data.preview({ asset }).catch(() => null), 60_000)
await customer.avatar.import({
  name: 'Garden chat',
  upload: await upload(customer, join(import.meta.dirname, '../resources/demo/chat.txt')),
  format: null,
  dateOrder: null,
  label: 'private',
})
const ada = await customer.chat.trySample()
const chat = await customer.chat.add({ avatar: ada.id })
for (const text of ['What do you drink?', 'What did you write about the shed?']) {
  await customer.chat.send({
    chat: chat.id,
    parent: (await customer.chat.get({ chat: chat.id })).messages.at(-1)!.id,
    text,
  })
  await until(
    'an answer',
    async () => ((await customer.chat.get({ chat: chat.id })).messages.at(-1)!.state === 'whole' ? true : null),
    60_000,
  )
}
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
await shoot(customerHost.ready.url!, '#/market/2', 'light', 'order-light')
await shoot(providerHost.ready.url!, '#/', 'light', 'home-light')
await shoot(providerHost.ready.url!, '#/', 'dark', 'home-dark')
await shoot(providerHost.ready.url!, '#/earn', 'dark', 'earn-dark')
await shoot(customerHost.ready.url!, `#/train/${run}`, 'light', 'job-light')
await shoot(customerHost.ready.url!, '#/explorer', 'light', 'explorer-light')
await shoot(providerHost.ready.url!, `#/data/set/${dataset.id}`, 'light', 'data-light', 'What is hidden')
await shoot(customerHost.ready.url!, `#/data/asset/${asset}`, 'dark', 'asset-dark')
await shoot(customerHost.ready.url!, `#/avatar/chat/${chat.id}`, 'dark', 'chat-dark')
await shoot(
  customerHost.ready.url!,
  '#/avatar/memory',
  'light',
  'avatar-light',
  undefined,
  'How many tomatoes did Tom harvest?',
)
process.stdout.write(`pictures are in ${folder}\n`)
