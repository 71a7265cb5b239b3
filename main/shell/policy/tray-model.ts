import type { Words } from '../words.ts'

/** What the tray shows and offers, as data. */
export interface TrayItem {
  readonly label: string
  readonly does: keyof Words['tray'] | null
}
export interface TrayState {
  readonly state: 'earning' | 'waiting' | 'stopped'
  readonly order: number | null
  /** Whether a new version waits for the app to be left. */
  readonly isUpdated: boolean
}

export function trayItems({ state, order, isUpdated }: TrayState, words: Words): readonly TrayItem[] {
  const label = order === null ? words.state[state] : words.order(words.state[state], order)
  const offered: readonly (keyof Words['tray'])[] =
    state === 'stopped' ? ['start'] : ['stop', 'snooze', ...(order === null ? [] : (['finish'] as const))]
  return [
    { label, does: null },
    ...[...offered, 'open' as const, ...(isUpdated ? (['update'] as const) : []), 'quit' as const].map((does) => ({
      label: words.tray[does],
      does,
    })),
  ]
}

/** Whether leaving needs a question first: paid work is under way. */
export const askBeforeQuit = ({ order }: TrayState): boolean => order !== null
