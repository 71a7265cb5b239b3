import { Compass } from 'lucide-react'
import type { ScreenModule } from '../../../app/screen-module.ts'
import { thingKinds } from '../../../../common/model/thing-kinds.ts'
import { AddressPage } from './address-page.tsx'
import { BlockPage } from './block-page.tsx'
import { Explorer } from './explorer.tsx'
import { lookUp } from './look-up.ts'
import { ThingPage } from './thing-page.tsx'
import { TransactionPage } from './transaction-page.tsx'

export const explorer: ScreenModule = {
  words: ['explorer'],
  routes: [
    { path: '/explorer', Screen: Explorer },
    { path: '/explorer/block/:number', Screen: BlockPage },
    { path: '/explorer/tx/:hash', Screen: TransactionPage },
    { path: '/explorer/address/:address', Screen: AddressPage },
    ...thingKinds.map((kind) => ({ path: `/explorer/${kind}/:id`, Screen: () => <ThingPage kind={kind} /> })),
  ],
  nav: { to: '/explorer', name: (t) => t('nav.explorer'), Icon: Compass },
  lookUp,
}
