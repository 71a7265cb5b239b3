import * as z from 'zod'
import { MAX_MESSAGE_BYTES } from '../../../../common/children/peer.ts'
import { LogLine } from '../../../../common/model/job-saying.ts'
import { Recipe } from '../../../../common/model/recipe.ts'
import { LogEntry } from '../../../../common/model/training.ts'
import { TrainingWork } from '../../../../common/model/training-job.ts'
import type { OpenRoute, PartyRoute } from '../../peers/index.ts'

const Offset = z.int().nonnegative()
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)
const FileRef = z.strictObject({
  hash: Sha256,
  bytes: z
    .int()
    .min(1)
    .max(2 ** 32),
  key: Sha256,
})

const JobSubject = z.strictObject({ job: z.int().min(1) })
export type JobSubject = z.infer<typeof JobSubject>

const limits = { messageBytes: MAX_MESSAGE_BYTES, bodyBytes: 0 }

export const Followed = z.strictObject({
  state: z.enum(['placed', 'receiving', 'ready', 'training', 'paused', 'proving', 'disputed', 'closed']),
  step: Offset,
  tokensPerSecond: z.number().nonnegative().max(1e12),
  log: z.array(LogLine).max(200),
  entries: z.array(LogEntry).max(200),
  /** The proof of the milestone that was committed, for the beacon that it answers. */
  proof: z.strictObject({ beacon: z.string().max(80), file: FileRef }).nullable(),
})
export type Followed = z.infer<typeof Followed>

const quoteMessages = {
  ask: {
    request: z.strictObject({ recipe: Recipe }),
    answer: z.strictObject({
      /** Of the coin, as decimal text. */
      pricePerSecond: z.string().regex(/^\d{1,29}$/),
      secondsPerStep: z.number().positive().max(1e7),
    }),
  },
} as const
export type QuoteMessages = typeof quoteMessages

const QuoteSubject = z.strictObject({})
export type QuoteSubject = z.infer<typeof QuoteSubject>

const quoteLimits = { ...limits, concurrent: 2, perMinute: { requests: 20, bytes: 2 ** 20 } }

/**
 * What a run would cost on a machine. A quote is measured there, so who asks must have something to lose: coins that
 * could pay for the work, or a staked machine.
 */
export const quoteRoute: PartyRoute<QuoteSubject, QuoteMessages> = {
  caller: 'party',
  limits: { ...quoteLimits, protocol: 'training-quote/2' },
  subject: QuoteSubject,
  messages: quoteMessages,
}

/** How quotes were asked for without a wallet; whoever still does is told why there is none. */
export const retiredQuoteRoute: OpenRoute<QuoteMessages> = {
  caller: 'anybody',
  limits: { ...quoteLimits, protocol: 'training-quote/1' },
  messages: quoteMessages,
}

const jobMessages = {
  specify: {
    request: z.strictObject({ work: TrainingWork, data: FileRef, start: FileRef.nullable() }),
    answer: z.strictObject({}),
  },
  follow: {
    request: z.strictObject({ afterLog: Offset, afterEntry: Offset, waitMs: z.int().min(0).max(15_000) }),
    answer: Followed,
  },
} as const
export type JobMessages = typeof jobMessages

/** What a customer's app asks of a provider's about their training job; the files go over the files route. */
export const jobRoute: PartyRoute<JobSubject, JobMessages> = {
  caller: 'party',
  limits: { ...limits, protocol: 'training/3', concurrent: 8, perMinute: null },
  subject: JobSubject,
  messages: jobMessages,
}

const juryMessages = {
  show: {
    request: z.strictObject({ work: TrainingWork, data: FileRef, proof: FileRef }),
    /** Whether the files should follow. */
    answer: z.strictObject({ wanted: z.boolean() }),
  },
} as const
export type JuryMessages = typeof juryMessages

/** How a party of a disputed job shows a juror its case. */
export const juryRoute: PartyRoute<JobSubject, JuryMessages> = {
  caller: 'party',
  limits: { ...limits, protocol: 'jury/1', concurrent: 2, perMinute: null },
  subject: JobSubject,
  messages: juryMessages,
}
