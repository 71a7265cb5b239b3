import type { RunRow } from '../../../../common/api/training.ts'

export const stateTone: Readonly<Record<RunRow['state'], 'ok' | 'bad' | 'wait' | 'plain'>> = {
  preparing: 'wait',
  ready: 'plain',
  running: 'wait',
  paused: 'plain',
  ordered: 'wait',
  finished: 'ok',
  failed: 'bad',
}
