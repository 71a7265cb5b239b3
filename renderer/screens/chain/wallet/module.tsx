import { Wallet as Icon } from 'lucide-react'
import type { ScreenModule } from '../../../app/screen-module.ts'

export const wallet: ScreenModule = {
  words: ['wallet', 'backup', 'balances', 'transactions', 'transactionStates'],
  routes: [{ path: '/wallet', load: async () => (await import('./wallet.tsx')).Wallet }],
  nav: { to: '/wallet', name: (t) => t('nav.wallet'), Icon },
}
