import type { ScreenModule } from '../../../app/screen-module.ts'
import { Models } from './models.tsx'

export const models: ScreenModule = {
  words: ['models', 'embedder'],
  routes: [{ path: '/avatar/models', Screen: Models }],
  places: [{ to: '/avatar/models', name: (t) => t('models.title') }],
}
