import { Database } from 'lucide-react'
import { numbered } from '../../../app/numbered.tsx'
import type { ScreenModule } from '../../../app/screen-module.ts'
import { Glance } from './glance.tsx'
import { Running } from './running.tsx'

export const data: ScreenModule = {
  words: ['data'],
  routes: [
    { path: '/data', load: async () => (await import('./my-data.tsx')).MyData },
    { path: '/data/browse', load: async () => (await import('./browse.tsx')).Browse },
    { path: '/data/library', load: async () => (await import('./library.tsx')).Library },
    { path: '/data/sharing', load: async () => (await import('./sharing.tsx')).Sharing },
    { path: '/data/set/:id', load: async () => (await import('./dataset-page.tsx')).DatasetPage },
    { path: '/data/collection/:id', load: async () => (await import('./collection-page.tsx')).CollectionPage },
    { path: '/data/release/:id', load: async () => (await import('./release-page.tsx')).ReleasePage },
    { path: '/data/adapter/:id', load: async () => (await import('./sell-adapter-page.tsx')).SellAdapterPage },
    { path: '/data/model/:id', load: async () => (await import('./sell-model-page.tsx')).SellModelPage },
    { path: '/data/asset/:id', load: async () => numbered((await import('./asset-page.tsx')).AssetPage) },
    { path: '/data/purchase/:id', load: async () => numbered((await import('./purchase-page.tsx')).PurchasePage) },
  ],
  nav: { to: '/data', name: (t) => t('nav.data'), Icon: Database },
  places: [
    { to: '/data', name: (t) => t('data.places.mine') },
    { to: '/data/browse', name: (t) => t('data.places.browse') },
    { to: '/data/library', name: (t) => t('data.places.library') },
    { to: '/data/sharing', name: (t) => t('data.places.sharing') },
  ],
  glance: { role: 'data', Card: Glance },
  Running,
}
