import { UserRound } from 'lucide-react'
import type { ScreenModule } from '../../../app/screen-module.ts'
import { AvatarPage } from './avatar-page.tsx'
import { Chat } from './chat.tsx'
import { Glance } from './glance.tsx'

export const chat: ScreenModule = {
  words: ['chat'],
  routes: [
    { path: '/avatar', Screen: Chat },
    { path: '/avatar/chat/:id', Screen: Chat },
    { path: '/avatar/who/:id', Screen: AvatarPage },
  ],
  nav: { to: '/avatar', name: (t) => t('nav.avatar'), Icon: UserRound },
  glance: { role: 'avatar', Card: Glance },
  places: [{ to: '/avatar', name: (t) => t('chat.chats'), within: ['/avatar/chat/', '/avatar/who/'] }],
}
