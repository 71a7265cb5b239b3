import * as z from 'zod'
import { MAX_CHUNK_BYTES } from '../../../../common/children/peer.ts'
import { Recipe } from '../../../../common/model/recipe.ts'
import { LogEntry } from '../../../../common/model/training.ts'
import { TrainingWork } from '../../../../common/model/training-job.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { PeerRecord, type PeerRequest } from '../../peers/index.ts'

const Offset = z.int().nonnegative()
const Sha256 = z.string().regex(/^[0-9a-f]{64}$/)
export const FileRef = z.strictObject({
  hash: Sha256,
  bytes: z
    .int()
    .min(1)
    .max(2 ** 32),
  key: Sha256,
})
const base = { record: PeerRecord }
const ofJob = { ...base, job: z.int().min(1) }

/** What a customer's app asks of a provider's about training, docs/order-protocol.md. */
const TrainingRequest = z.discriminatedUnion('type', [
  z.strictObject({ ...base, type: z.literal('train-quote'), recipe: Recipe }),
  z.strictObject({
    ...ofJob,
    type: z.literal('train-job'),
    work: TrainingWork,
    data: FileRef,
    start: FileRef.nullable(),
  }),
  z.strictObject({ ...ofJob, type: z.literal('train-case'), work: TrainingWork, data: FileRef, proof: FileRef }),
  z.strictObject({ ...ofJob, type: z.literal('train-put'), hash: Sha256, offset: Offset }),
  z.strictObject({
    ...ofJob,
    type: z.literal('train-follow'),
    afterLog: Offset,
    afterEntry: Offset,
    waitMs: z.int().min(0).max(15_000),
  }),
  z.strictObject({
    ...ofJob,
    type: z.literal('train-get'),
    hash: Sha256,
    offset: Offset,
    length: z.int().min(1).max(MAX_CHUNK_BYTES),
  }),
])
export type TrainingRequest = z.infer<typeof TrainingRequest>

/** @throws HearthError BAD_MESSAGE */
export function parseTrainingRequest(message: unknown): TrainingRequest {
  const parsed = TrainingRequest.safeParse(message)
  if (!parsed.success) throw new HearthError('BAD_MESSAGE', z.prettifyError(parsed.error).slice(0, 300))
  return parsed.data
}

/** Whether a request is about training, rather than about an order; what it says is checked where it is answered. */
export const isTrainingRequest = ({ message }: PeerRequest): boolean =>
  typeof message.type === 'string' && message.type.startsWith('train-')

/** Whether a request shows a juror its case, rather than speaking to a job's provider. */
export function isForJuror({ message }: PeerRequest, juror: { expects(job: number, hash: string): boolean }): boolean {
  const { type, job, hash } = message
  return (
    type === 'train-case' ||
    (type === 'train-put' && typeof job === 'number' && typeof hash === 'string' && juror.expects(job, hash))
  )
}

/** Answers come from a stranger's machine, so they are parsed as strictly. */
export const Quoted = z.object({
  /** Of the coin, as decimal text. */
  pricePerSecond: z.string().regex(/^\d{1,29}$/),
  secondsPerStep: z.number().positive().max(1e7),
})
export const Followed = z.object({
  state: z.enum(['placed', 'receiving', 'ready', 'training', 'paused', 'proving', 'disputed', 'closed']),
  step: Offset,
  tokensPerSecond: z.number().nonnegative().max(1e12),
  log: z.array(z.object({ seq: z.int(), time: z.number(), message: z.string().max(500) })).max(200),
  entries: z.array(LogEntry).max(200),
  /** The proof of the milestone that was committed, for the beacon that it answers. */
  proof: z.object({ beacon: z.string().max(80), file: FileRef }).nullable(),
})
export type Followed = z.infer<typeof Followed>
