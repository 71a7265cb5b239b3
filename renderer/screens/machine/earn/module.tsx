import { Flame } from 'lucide-react'
import { HeroCard } from '../../../app/hero-card.tsx'
import type { ScreenModule } from '../../../app/screen-module.ts'

export const earn: ScreenModule = {
  words: ['machine', 'earnings', 'registration', 'offer', 'live', 'comfort', 'profit', 'earn'],
  routes: [
    { path: '/earn', load: async () => (await import('./earn.tsx')).Earn },
    { path: '/earn/rules', load: async () => (await import('./places.tsx')).Rules },
    { path: '/earn/energy', load: async () => (await import('./places.tsx')).Energy },
    { path: '/earn/machine', load: async () => (await import('./places.tsx')).Machine },
    { path: '/earn/history', load: async () => (await import('./places.tsx')).History },
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
