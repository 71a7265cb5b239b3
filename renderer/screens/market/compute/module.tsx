import { ShoppingBag } from 'lucide-react'
import { numbered } from '../../../app/numbered.tsx'
import type { ScreenModule } from '../../../app/screen-module.ts'
import { Glance } from './glance.tsx'
import { Running } from './running.tsx'
import { ServedOrdersCard } from './served-orders-card.tsx'

export const compute: ScreenModule = {
  words: ['market', 'order', 'orderPage', 'orderStates', 'served', 'serving', 'buying'],
  routes: [
    { path: '/market', load: async () => (await import('./market.tsx')).Market },
    { path: '/market/:id', load: async () => numbered((await import('./order-page.tsx')).OrderPage) },
  ],
  nav: { to: '/market', name: (t) => t('nav.market'), Icon: ShoppingBag },
  glance: { role: 'buy', Card: Glance },
  Running,
  Earning: ServedOrdersCard,
}
