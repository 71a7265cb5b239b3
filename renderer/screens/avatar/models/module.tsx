import type { ScreenModule } from '../../../app/screen-module.ts'

export const models: ScreenModule = {
  words: ['models', 'embedder'],
  routes: [{ path: '/avatar/models', load: async () => (await import('./models.tsx')).Models }],
  places: [{ to: '/avatar/models', name: (t) => t('models.title') }],
}
