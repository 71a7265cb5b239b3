import { GraduationCap } from 'lucide-react'
import type { ScreenModule } from '../../../app/screen-module.ts'
import { Earning } from './earning.tsx'
import { Running } from './running.tsx'

export const training: ScreenModule = {
  words: [
    'train',
    'trial',
    'proof',
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
    { path: '/train/verify', load: async () => (await import('./verify-page.tsx')).VerifyPage },
    { path: '/train/:id', load: async () => (await import('./run-page.tsx')).RunPage },
    { path: '/train/table/:id', load: async () => (await import('./table-page.tsx')).TablePage },
  ],
  nav: { to: '/train', name: (t) => t('nav.train'), Icon: GraduationCap },
  places: [{ to: '/train/verify', name: (t) => t('proof.open') }],
  Running,
  Earning,
}
