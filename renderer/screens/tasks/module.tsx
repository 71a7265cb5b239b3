import { ListChecks } from 'lucide-react'
import type { ScreenModule } from '../../app/screen-module.ts'
import { Tasks } from './tasks.tsx'

export const tasks: ScreenModule = {
  words: ['tasks'],
  routes: [{ path: '/tasks', Screen: Tasks }],
  nav: { to: '/tasks', name: (t) => t('tasks.title'), Icon: ListChecks },
}
