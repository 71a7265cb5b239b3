import { Compass } from 'lucide-react'
import type { ScreenModule } from '../../../app/screen-module.ts'
import { thingKinds } from '../../../../common/model/thing-kinds.ts'
import { lookUp } from './look-up.ts'

export const explorer: ScreenModule = {
  words: ['explorer'],
  routes: [
    { path: '/explorer', load: async () => (await import('./explorer.tsx')).Explorer },
    { path: '/explorer/block/:number', load: async () => (await import('./block-page.tsx')).BlockPage },
    { path: '/explorer/tx/:hash', load: async () => (await import('./transaction-page.tsx')).TransactionPage },
    { path: '/explorer/address/:address', load: async () => (await import('./address-page.tsx')).AddressPage },
    ...thingKinds.map((kind) => ({
      path: `/explorer/${kind}/:id`,
      load: async () => {
        const { ThingPage } = await import('./thing-page.tsx')
        return () => <ThingPage kind={kind} />
      },
    })),
  ],
  nav: { to: '/explorer', name: (t) => t('nav.explorer'), Icon: Compass },
  lookUp,
}
