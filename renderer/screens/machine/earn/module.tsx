import { Flame } from 'lucide-react'
import type { ScreenModule } from '../../../app/screen-module.ts'
import { Earn } from './earn.tsx'

export const earn: ScreenModule = {
  words: ['machine', 'earnings', 'registration', 'offer', 'live', 'comfort', 'profit'],
  routes: [{ path: '/earn', Screen: Earn }],
  nav: { to: '/earn', name: (t) => t('nav.earn'), Icon: Flame },
}
