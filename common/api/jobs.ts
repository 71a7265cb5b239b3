import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { Verdict } from '../children/trainer.ts'
import { DisputeRow } from '../model/dispute.ts'
import { JobSaying, LogLine } from '../model/job-saying.ts'
import { MachineRow } from '../model/market.ts'
import { JobRow } from '../model/training-job.ts'
import { ChainTime, Hash, Units } from '../model/values.ts'

const JobId = z.int().min(1)

export const QuoteRow = z.object({
  machine: MachineRow,
  /** Null where the machine does not take the run. */
  terms: z
    .object({
      /** Units for a milestone. */ price: Units,
      milestones: z.int(),
      /** Seconds that a milestone may take. */ duration: z.int(),
      /** What all of it will take, as the machine measured. */ seconds: z.number(),
    })
    .nullable(),
  refusal: z.object({ code: z.string(), message: z.string() }).nullable(),
})
export type QuoteRow = z.infer<typeof QuoteRow>

/** A dispute as its parties see it. */
export const DisputeView = z.object({
  dispute: DisputeRow,
  /** What an appeal costs; null where this wallet cannot or need not appeal at present. */
  appeal: Units.nullable(),
})
export type DisputeView = z.infer<typeof DisputeView>

export const HiredJob = z.object({
  job: JobRow,
  /** About the milestone at hand; null where there is none. */
  dispute: DisputeView.nullable(),
  /** Null where the job was opened from another data folder. */
  own: z
    .object({
      run: z.string(),
      state: z.enum([
        'placed',
        'sending',
        'waiting',
        'training',
        'checking',
        'refused',
        'disputed',
        'collecting',
        'closed',
      ]),
      reason: JobSaying.nullable(),
      bytes: z.int(),
      bytesSent: z.int(),
      step: z.int(),
      milestones: z.array(z.int()),
      verdicts: z.array(Verdict),
    })
    .nullable(),
})
export type HiredJob = z.infer<typeof HiredJob>

export const ProvidedJob = z.object({
  job: JobRow,
  dispute: DisputeView.nullable(),
  state: z.enum(['placed', 'receiving', 'ready', 'training', 'paused', 'proving', 'disputed', 'closed']),
  reason: JobSaying.nullable(),
  /** Null until the customer has sent the recipe. */
  work: z.object({ base: z.string(), method: z.string(), steps: z.int(), milestones: z.array(z.int()) }).nullable(),
  step: z.int(),
  loss: z.number().nullable(),
  tokensPerSecond: z.number(),
  /** Bytes that were expected when the job was taken, and the most that the engine held since. */
  memory: z.object({ predicted: z.number(), peak: z.number().nullable() }).nullable(),
})
export type ProvidedJob = z.infer<typeof ProvidedJob>

/** Training on the market: jobs that were opened here, and jobs that this machine does. */
export const jobsContract = {
  /** Asks every live machine; each measures a step of the recipe for its answer. */
  quotes: oc.input(z.object({ run: z.uuid() })).output(z.array(QuoteRow)),
  /** Seals a run's data; the hash is what `openJob` names. */
  draft: oc.input(z.object({ run: z.uuid(), milestones: z.int().min(1).max(100) })).output(z.object({ work: Hash })),
  hired: oc.output(z.array(HiredJob)),
  provided: oc.output(z.array(ProvidedJob)),
  /** Disputes that this machine was drawn into as juror. */
  jury: oc.output(
    z.array(
      z.object({
        job: JobRow,
        state: z.enum(['summoned', 'judging', 'voted', 'abstaining', 'revealed', 'closed']),
        dispute: DisputeRow,
        /** Its own vote. */ guilty: z.boolean().nullable(),
      }),
    ),
  ),
  /** This machine among those that may be drawn as jurors. */
  juror: oc.output(
    z.object({
      /** Null where it is not registered. */ machine: z.int().nullable(),
      /** Null where it is not enrolled; `releasable` is from when its stake can be taken back, once it has retired. */
      enrolled: z.object({ releasable: ChainTime.nullable(), fined: Units }).nullable(),
      /** Machines of others that may be drawn. */ others: z.int(),
    }),
  ),
  /** A job with its log as it grows, from either side; ends with the job. */
  watch: oc
    .input(z.object({ job: JobId }))
    .output(
      eventIterator(z.object({ hired: HiredJob.nullable(), provided: ProvidedJob.nullable(), log: z.array(LogLine) })),
    ),
}
