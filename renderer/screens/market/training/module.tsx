import { GraduationCap } from 'lucide-react'
import type { ScreenModule } from '../../../app/screen-module.ts'
import { Earning } from './earning.tsx'
import { RunPage } from './run-page.tsx'
import { Running } from './running.tsx'
import { TablePage } from './table-page.tsx'
import { VerifyPage } from './verify-page.tsx'
import { Train } from './train.tsx'

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
    { path: '/train', Screen: Train },
    { path: '/train/verify', Screen: VerifyPage },
    { path: '/train/:id', Screen: RunPage },
    { path: '/train/table/:id', Screen: TablePage },
  ],
  nav: { to: '/train', name: (t) => t('nav.train'), Icon: GraduationCap },
  places: [{ to: '/train/verify', name: (t) => t('proof.open') }],
  Running,
  Earning,
}
