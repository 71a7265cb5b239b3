import { Flame } from 'lucide-react'
import { HeroCard } from '../../../app/hero-card.tsx'
import type { ScreenModule } from '../../../app/screen-module.ts'
import { Earn } from './earn.tsx'
import { Energy, History, Machine, Rules } from './places.tsx'

export const earn: ScreenModule = {
  words: ['machine', 'earnings', 'registration', 'offer', 'live', 'comfort', 'profit', 'earn'],
  routes: [
    { path: '/earn', Screen: Earn },
    { path: '/earn/rules', Screen: Rules },
    { path: '/earn/energy', Screen: Energy },
    { path: '/earn/machine', Screen: Machine },
    { path: '/earn/history', Screen: History },
  ],
  nav: { to: '/earn', name: (t) => t('nav.earn'), Icon: Flame },
  glance: { role: 'earn', Card: HeroCard },
  places: [
    { to: '/earn', name: (t) => t('earn.now') },
    { to: '/earn/rules', name: (t) => t('earn.rules') },
    { to: '/earn/energy', name: (t) => t('earn.energy') },
    { to: '/earn/machine', name: (t) => t('earn.machine') },
    { to: '/earn/history', name: (t) => t('earn.history') },
  ],
}
