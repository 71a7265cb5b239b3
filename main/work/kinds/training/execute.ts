import * as z from 'zod'
import type { trainerContract } from '../../../../common/children/trainer.ts'
import { LogEntry } from '../../../../common/model/training.ts'
import { watchMemory } from '../../../core/processes/memory-guard.ts'
import type { SupervisedProcess } from '../../../core/processes/supervised.ts'
import type { WorkContext } from '../../work-kind.ts'
import type { TrainingWork } from './spec.ts'

export const TrainingProgress = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('entry'), entry: LogEntry }),
  z.object({
    kind: z.literal('reached'),
    step: z.int(),
    /** The most memory that the engine held; null where the system does not tell. */
    peakBytes: z.number().nullable(),
  }),
])
export type TrainingProgress = z.infer<typeof TrainingProgress>

export interface TrainingContext extends WorkContext<TrainingWork> {
  /** Where the base model lies here. */
  readonly base: string
  /** The step of the milestone to reach. */
  readonly until: number
}

/** Trains up to a milestone; the last of what comes says where it ended. */
export async function* execute(
  engine: SupervisedProcess<typeof trainerContract>,
  { folder, base, until }: TrainingContext,
  signal: AbortSignal,
): AsyncGenerator<TrainingProgress> {
  await using stream = engine.apartly({ write: [folder], read: [base] }, (client) =>
    client.train({ folder, base, spin: false, plan: null, until }, { signal }),
  )
  let peak = 0
  const unwatch = watchMemory(
    () => engine.pid,
    (bytes) => (peak = Math.max(peak, bytes)),
  )
  try {
    for (;;) {
      const { done, value } = await stream.next()
      if (done) return yield { kind: 'reached', step: value.step, peakBytes: peak || null }
      yield { kind: 'entry', entry: value }
    }
  } finally {
    unwatch()
  }
}
