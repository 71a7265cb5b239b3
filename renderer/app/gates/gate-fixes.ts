import type en from '../../../resources/locales/en.json'
import type { GateName } from '../../../common/api/doctor.ts'

/** What a gate's button does: a call by itself, a new look at what is mended outside, or the way to the very field. */
export type GateFix =
  | { readonly press: 'measure' | 'register' | 'start' | 'look' }
  | { readonly to: string; readonly field?: string; readonly words: keyof (typeof en)['gates']['places'] }

const wallet = { to: '/wallet', field: 'passphrase', words: 'wallet' } as const
const rules = (field: string): GateFix => ({ to: '/earn/rules', field, words: 'rules' })
const look: GateFix = { press: 'look' }
const price: GateFix = { to: '/earn', field: 'price', words: 'price' }

export const gateFixes: Readonly<Record<GateName, GateFix>> = {
  wallet,
  backup: wallet,
  trusted: wallet,
  unlocked: { ...wallet, words: 'unlock' },
  network: { to: '/settings', field: 'description', words: 'network' },
  witnesses: { to: '/settings', field: 'description', words: 'network' },
  index: { to: '/explorer', words: 'explorer' },
  fees: { to: '/wallet', words: 'wallet' },
  peer: { to: '/settings', field: 'relays', words: 'reach' },
  benchmark: { press: 'measure' },
  exact: { to: '/settings', field: 'backend', words: 'backend' },
  disk: look,
  private: look,
  stake: { to: '/wallet', words: 'wallet' },
  machine: { press: 'register' },
  announced: { ...wallet, words: 'unlock' },
  reachable: { to: '/settings', field: 'relays', words: 'reach' },
  started: { press: 'start' },
  isolation: { to: '/earn/machine', words: 'machine' },
  memory: look,
  fit: look,
  sensors: rules('processor.temperature'),
  schedule: rules('schedule.on'),
  idle: rules('idleMinutes'),
  game: rules('games'),
  gpuLoad: rules('foreignGpuLoad'),
  battery: rules('onBattery'),
  metered: rules('onMetered'),
  temperature: rules('graphics.temperature'),
  power: rules('graphics.watts'),
  noise: rules('graphics.fan'),
  offer: { to: '/earn', words: 'offer' },
  cost: price,
  price,
  demand: price,
}
