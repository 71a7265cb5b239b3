import { ListChecks } from 'lucide-react'
import type { ScreenModule } from '../../app/screen-module.ts'

export const tasks: ScreenModule = {
  words: ['tasks'],
  routes: [{ path: '/tasks', load: async () => (await import('./tasks.tsx')).Tasks }],
  nav: { to: '/tasks', name: (t) => t('tasks.title'), Icon: ListChecks },
}
