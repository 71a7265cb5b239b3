import type { ScreenModule } from '../../../app/screen-module.ts'

export const style: ScreenModule = {
  words: ['style'],
  routes: [{ path: '/avatar/style', load: async () => (await import('./style.tsx')).StylePage }],
  places: [{ to: '/avatar/style', name: (t) => t('style.title') }],
}
