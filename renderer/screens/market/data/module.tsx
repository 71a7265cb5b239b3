import { Database } from 'lucide-react'
import { numbered } from '../../../app/numbered.tsx'
import type { ScreenModule } from '../../../app/screen-module.ts'
import { AssetPage } from './asset-page.tsx'
import { Browse } from './browse.tsx'
import { CollectionPage } from './collection-page.tsx'
import { DatasetPage } from './dataset-page.tsx'
import { Glance } from './glance.tsx'
import { Library } from './library.tsx'
import { MyData } from './my-data.tsx'
import { PurchasePage } from './purchase-page.tsx'
import { ReleasePage } from './release-page.tsx'
import { Running } from './running.tsx'
import { SellAdapterPage } from './sell-adapter-page.tsx'
import { SellModelPage } from './sell-model-page.tsx'
import { Sharing } from './sharing.tsx'

export const data: ScreenModule = {
  words: ['data'],
  routes: [
    { path: '/data', Screen: MyData },
    { path: '/data/browse', Screen: Browse },
    { path: '/data/library', Screen: Library },
    { path: '/data/sharing', Screen: Sharing },
    { path: '/data/set/:id', Screen: DatasetPage },
    { path: '/data/collection/:id', Screen: CollectionPage },
    { path: '/data/release/:id', Screen: ReleasePage },
    { path: '/data/adapter/:id', Screen: SellAdapterPage },
    { path: '/data/model/:id', Screen: SellModelPage },
    { path: '/data/asset/:id', Screen: numbered(AssetPage) },
    { path: '/data/purchase/:id', Screen: numbered(PurchasePage) },
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
