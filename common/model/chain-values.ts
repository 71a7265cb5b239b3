import * as z from 'zod'
import { disputeStates, seatStates } from './dispute.ts'
import { assetStates, requestStates, saleStates } from './data-market.ts'
import { reportReasons } from './data-names.ts'
import { thingKinds } from './thing-kinds.ts'
import { jobStates } from './training-job.ts'

/** Names that contracts have for numbers, in the order of their enums, which have None before them. */
export const namedNumbers = {
  machineState: ['live', 'removed'],
  offerState: ['open', 'taken', 'cancelled'],
  orderState: ['active', 'completed', 'failed'],
  jobState: jobStates,
  disputeState: disputeStates,
  assetState: assetStates,
  saleState: saleStates,
  requestState: requestStates,
  // These two have no None.
  seatState: seatStates,
  reportReason: reportReasons,
} as const
export type NamedNumber = keyof typeof namedNumbers
export const firstNumberOf = (named: NamedNumber): 0 | 1 => (named === 'seatState' || named === 'reportReason' ? 0 : 1)

/** What a value on the chain means, so that it can be shown as people read it. */
export const meanings = [
  ...thingKinds,
  'machineState',
  'offerState',
  'orderState',
  'jobState',
  'disputeState',
  'assetState',
  'saleState',
  'requestState',
  'seatState',
  'reportReason',
  'account',
  'coins',
  /** Coins for each second. */ 'rate',
  /** Hundredths of a percent. */ 'share',
  /** Chain time. */ 'time',
  /** Seconds. */ 'duration',
  'block',
  'hash',
  'flag',
  'number',
  'text',
  /** What nobody said the meaning of: as the chain has it. */ 'raw',
] as const
export type Meaning = (typeof meanings)[number]

/** A value of a call, an event or a thing: decimal or hexadecimal text, a state's name, or words. */
export const ShownValue = z.object({ name: z.string(), means: z.enum(meanings), text: z.string() })
export type ShownValue = z.infer<typeof ShownValue>
