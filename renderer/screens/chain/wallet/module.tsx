import { Wallet as Icon } from 'lucide-react'
import type { ScreenModule } from '../../../app/screen-module.ts'
import { Wallet } from './wallet.tsx'

export const wallet: ScreenModule = {
  words: ['wallet', 'backup', 'balances', 'transactions', 'transactionStates'],
  routes: [{ path: '/wallet', Screen: Wallet }],
  nav: { to: '/wallet', name: (t) => t('nav.wallet'), Icon },
}
