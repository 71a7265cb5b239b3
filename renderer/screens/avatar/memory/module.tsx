import type { ScreenModule } from '../../../app/screen-module.ts'

export const memory: ScreenModule = {
  words: ['avatar', 'topics', 'biography'],
  routes: [
    { path: '/avatar/memory', load: async () => (await import('./memory.tsx')).Memory },
    { path: '/avatar/topics', load: async () => (await import('./topics.tsx')).Topics },
    { path: '/avatar/facts', load: async () => (await import('./facts.tsx')).Facts },
    { path: '/avatar/sources', load: async () => (await import('./sources.tsx')).Sources },
  ],
  places: [
    { to: '/avatar/memory', name: (t) => t('avatar.places.memory') },
    { to: '/avatar/topics', name: (t) => t('topics.title') },
    { to: '/avatar/facts', name: (t) => t('avatar.facts') },
    { to: '/avatar/sources', name: (t) => t('avatar.places.sources') },
  ],
}
