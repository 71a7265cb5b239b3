import { GraduationCap } from 'lucide-react'
import type { ScreenModule } from '../../../app/screen-module.ts'
import { Earning } from './earning.tsx'
import { Running } from './running.tsx'

export const training: ScreenModule = {
  words: [
    'train',
    'trial',
    'hire',
    'job',
    'provided',
    'jobStates',
    'hiring',
    'providing',
    'jobEvents',
    'juror',
    'jury',
    'tables',
    'baseline',
    'adapters',
  ],
  routes: [
    { path: '/train', load: async () => (await import('./train.tsx')).Train },
    { path: '/train/:id', load: async () => (await import('./run-page.tsx')).RunPage },
    { path: '/train/table/:id', load: async () => (await import('./table-page.tsx')).TablePage },
  ],
  nav: { to: '/train', name: (t) => t('nav.train'), Icon: GraduationCap },
  Running,
  Earning,
}
