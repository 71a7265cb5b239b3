import type { ScreenModule } from '../../../app/screen-module.ts'
import { Facts } from './facts.tsx'
import { Memory } from './memory.tsx'
import { Sources } from './sources.tsx'
import { Topics } from './topics.tsx'

export const memory: ScreenModule = {
  words: ['avatar', 'topics', 'biography'],
  routes: [
    { path: '/avatar/memory', Screen: Memory },
    { path: '/avatar/topics', Screen: Topics },
    { path: '/avatar/facts', Screen: Facts },
    { path: '/avatar/sources', Screen: Sources },
  ],
  places: [
    { to: '/avatar/memory', name: (t) => t('avatar.places.memory') },
    { to: '/avatar/topics', name: (t) => t('topics.title') },
    { to: '/avatar/facts', name: (t) => t('avatar.facts') },
    { to: '/avatar/sources', name: (t) => t('avatar.places.sources') },
  ],
}
