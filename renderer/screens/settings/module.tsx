import { Settings as Icon } from 'lucide-react'
import type { ScreenModule } from '../../app/screen-module.ts'

export const settings: ScreenModule = {
  words: ['settings', 'hooks'],
  routes: [{ path: '/settings', load: async () => (await import('./settings.tsx')).Settings }],
  nav: { to: '/settings', name: (t) => t('nav.settings'), Icon },
}
