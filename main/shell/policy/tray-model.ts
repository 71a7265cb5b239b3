/** What the tray shows and offers, as data. */
export interface TrayItem {
  readonly label: string
  readonly does: 'open' | 'start' | 'stop' | 'snooze' | 'finish' | 'quit' | null
}
export interface TrayState {
  readonly state: 'earning' | 'waiting' | 'stopped'
  readonly order: number | null
}

const words = { earning: 'Earning', waiting: 'Waiting for an order', stopped: 'Not earning' } as const

export function trayItems({ state, order }: TrayState): readonly TrayItem[] {
  const head: TrayItem = { label: order === null ? words[state] : `${words[state]} – order ${order}`, does: null }
  const middle: readonly TrayItem[] =
    state === 'stopped'
      ? [{ label: 'Start earning', does: 'start' }]
      : [
          { label: 'Pause', does: 'stop' },
          { label: 'Pause 1 h', does: 'snooze' },
          ...(order === null ? [] : [{ label: 'Finish, then stop', does: 'finish' } as const]),
        ]
  return [head, ...middle, { label: 'Open Hearth', does: 'open' }, { label: 'Quit', does: 'quit' }]
}

/** Whether leaving needs a question first: paid work is under way. */
export const askBeforeQuit = ({ order }: TrayState): boolean => order !== null
