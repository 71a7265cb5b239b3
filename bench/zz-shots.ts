import { launch, openPage } from '../test/support/browser.ts'
import { fund, until, act } from '../test/support/market.ts'
import { World } from '../test/support/processes.ts'
import { sellRelease } from '../main/headless/cli/sell.ts'
await using world = new World()
const { rpcUrl } = (await world.chain()).ready
const [sh, bh] = [await world.serve('seller', rpcUrl!), await world.serve('buyer', rpcUrl!)]
const [seller, buyer] = [await world.api(sh), await world.api(bh)]
await fund(seller, world.passphrase); await fund(buyer, world.passphrase)
const ds = await seller.data.create({ name: 'Garden chat', upload: null, format: null, dateOrder: null, country: 'DE' })
const rel = await seller.data.seal({ dataset: ds.id, terms: { name: 'A year in a shared garden', description: 'Messages of two friends about a garden, without their names.', licence: { use: 'train', redistribution: false, term: null }, royalty: 500, parent: null }, asset: null })
const { asset } = await sellRelease(seller, rel, 35n * 10n ** 17n)
const offer = await until('offer', async () => (await buyer.data.offers({})).find((o) => o.metadata))
const { brief } = await buyer.data.prepareRequest({ title: 'Recipes from grandmothers', text: 'Any language, 500 or more, handwritten ones typed in.' })
await act(buyer, { kind: 'openRequest', bounty: 10n ** 19n, brief })
await act(buyer, { kind: 'buyAsset', asset, version: 1, maxPrice: offer.asset.price })
const done = await until('owned', async () => (await buyer.data.overview({})).bought.find((b) => b.own?.state === 'owned'), 100_000)
await using browser = await launch()
const shoot = async (url: string, route: string, theme: string, name: string) => {
  const { page } = await openPage(browser, url)
  await page.getByRole('navigation').first().waitFor()
  await page.evaluate(`location.hash = '${route}'; document.documentElement.dataset.theme = '${theme}'`)
  await page.waitForTimeout(2500)
  await page.screenshot({ path: `/tmp/shots/${name}.png`, fullPage: true })
  await page.close()
}
await shoot(sh.ready.url!, '#/data', 'light', 'mine')
await shoot(sh.ready.url!, `#/data/set/${ds.id}`, 'light', 'set')
await shoot(sh.ready.url!, `#/data/release/${rel.id}`, 'dark', 'release')
await shoot(bh.ready.url!, '#/data/browse', 'dark', 'browse')
await shoot(bh.ready.url!, `#/data/asset/${asset}`, 'light', 'asset')
await shoot(bh.ready.url!, `#/data/purchase/${done.sale.id}`, 'light', 'purchase')
await shoot(sh.ready.url!, '#/data/sharing', 'light', 'sharing')
