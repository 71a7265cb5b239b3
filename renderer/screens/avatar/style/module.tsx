import type { ScreenModule } from '../../../app/screen-module.ts'
import { StylePage } from './style.tsx'

export const style: ScreenModule = {
  words: ['style'],
  routes: [{ path: '/avatar/style', Screen: StylePage }],
  places: [{ to: '/avatar/style', name: (t) => t('style.title') }],
}
