import { ShoppingBag } from 'lucide-react'
import { numbered } from '../../../app/numbered.tsx'
import type { ScreenModule } from '../../../app/screen-module.ts'
import { Glance } from './glance.tsx'
import { Market } from './market.tsx'
import { OrderPage } from './order-page.tsx'
import { Running } from './running.tsx'
import { ServedOrdersCard } from './served-orders-card.tsx'

export const compute: ScreenModule = {
  words: ['market', 'order', 'orderPage', 'orderStates', 'served', 'serving', 'buying'],
  routes: [
    { path: '/market', Screen: Market },
    { path: '/market/:id', Screen: numbered(OrderPage) },
  ],
  nav: { to: '/market', name: (t) => t('nav.market'), Icon: ShoppingBag },
  glance: { role: 'buy', Card: Glance },
  Running,
  Earning: ServedOrdersCard,
}
