import { chat } from '../screens/avatar/chat/module.tsx'
import { memory } from '../screens/avatar/memory/module.tsx'
import { models } from '../screens/avatar/models/module.tsx'
import { style } from '../screens/avatar/style/module.tsx'
import { explorer } from '../screens/chain/explorer/module.tsx'
import { wallet } from '../screens/chain/wallet/module.tsx'
import { home } from '../screens/home/module.tsx'
import { earn } from '../screens/machine/earn/module.tsx'
import { compute } from '../screens/market/compute/module.tsx'
import { data } from '../screens/market/data/module.tsx'
import { training } from '../screens/market/training/module.tsx'
import { settings } from '../screens/settings/module.tsx'
import { tasks } from '../screens/tasks/module.tsx'
import type { ScreenModule } from './screen-module.ts'

/** Every folder of screens, in the order of the navigation. */
export const modules: readonly ScreenModule[] = [
  home,
  earn,
  data,
  chat,
  memory,
  style,
  models,
  compute,
  training,
  explorer,
  wallet,
  tasks,
  settings,
]
