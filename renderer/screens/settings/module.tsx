import { Settings as Icon } from 'lucide-react'
import type { ScreenModule } from '../../app/screen-module.ts'
import { Settings } from './settings.tsx'

export const settings: ScreenModule = {
  words: ['settings', 'hooks'],
  routes: [{ path: '/settings', Screen: Settings }],
  nav: { to: '/settings', name: (t) => t('nav.settings'), Icon },
}
