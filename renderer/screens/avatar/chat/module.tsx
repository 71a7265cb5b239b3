import { UserRound } from 'lucide-react'
import type { ScreenModule } from '../../../app/screen-module.ts'
import { Glance } from './glance.tsx'

export const chat: ScreenModule = {
  words: ['chat'],
  routes: [
    { path: '/avatar', load: async () => (await import('./chat.tsx')).Chat },
    { path: '/avatar/chat/:id', load: async () => (await import('./chat.tsx')).Chat },
    { path: '/avatar/who/:id', load: async () => (await import('./avatar-page.tsx')).AvatarPage },
  ],
  nav: { to: '/avatar', name: (t) => t('nav.avatar'), Icon: UserRound },
  glance: { role: 'avatar', Card: Glance },
  places: [{ to: '/avatar', name: (t) => t('chat.chats'), within: ['/avatar/chat/', '/avatar/who/'] }],
}
