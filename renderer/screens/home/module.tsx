import { House } from 'lucide-react'
import type { ScreenModule } from '../../app/screen-module.ts'

export const home: ScreenModule = {
  words: ['needs', 'running', 'partner'],
  routes: [{ path: '/', load: async () => (await import('./home.tsx')).Home }],
  nav: { to: '/', name: (t) => t('nav.home'), Icon: House },
}
