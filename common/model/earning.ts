import * as z from 'zod'
import { blockReasonKinds } from './idle-policy/judge.ts'

/** Why the machine is not earning; each has its own words and fix in the locales. */
export const PauseReason = z.enum([
  'no-wallet',
  'wallet-locked',
  'not-backed-up',
  'network-down',
  'peer-down',
  'peer-silent',
  'no-benchmark',
  'no-machine',
  'no-stake',
  'paused-by-you',
  'snoozed',
  'no-offer',
  'no-demand',
  'between-orders',
  'engine-broken',
  'waiting-for-chain',
  'below-cost',
  ...blockReasonKinds,
])
export type PauseReason = z.infer<typeof PauseReason>

export const EarningState = z.discriminatedUnion('kind', [
  /** `work` is what the kind of work calls one piece: “order”, “job”. */
  z.object({ kind: z.literal('earning'), work: z.string(), id: z.int() }),
  z.object({ kind: z.literal('waiting'), reason: PauseReason, detail: z.string().nullable() }),
  z.object({ kind: z.literal('stopped'), reason: PauseReason, detail: z.string().nullable() }),
])
export type EarningState = z.infer<typeof EarningState>
