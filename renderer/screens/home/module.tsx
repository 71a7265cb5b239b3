import { House } from 'lucide-react'
import type { ScreenModule } from '../../app/screen-module.ts'
import { Home } from './home.tsx'

export const home: ScreenModule = {
  words: ['needs', 'running', 'partner'],
  routes: [{ path: '/', Screen: Home }],
  nav: { to: '/', name: (t) => t('nav.home'), Icon: House },
}
