import * as z from 'zod'
import { Address, ChainId, Hash, Hex, Seconds, Units } from './values.ts'
import { reportReasons } from './data-names.ts'

/** Steps of a training job that need nothing but its number. */
export const personalJobSteps = ['cancelJob', 'leaveJob', 'expireJob'] as const
export const jobSteps = [
  ...personalJobSteps,
  'acceptJob',
  'sampleJob',
  'passJob',
  'defendJob',
  'slashJob',
  'drawJury',
  'ruleJob',
] as const

const OpenJob = z.strictObject({
  kind: z.literal('openJob'),
  machine: ChainId,
  /** For each milestone. */ price: Units.min(1n),
  milestones: z.int().min(1).max(100),
  /** Seconds for each milestone. */ duration: Seconds,
  work: Hash,
})

/** Steps of data's sales that need nothing but a number: an asset's, a sale's, a request's. */
export const dataSteps = ['unlistAsset', 'finaliseSale', 'complainSale', 'refundSale', 'withdrawRequest'] as const
const personalData = [
  z.strictObject({ kind: z.enum(dataSteps), id: ChainId }),
  z.strictObject({ kind: z.literal('rateSale'), sale: ChainId, stars: z.int().min(1).max(5) }),
  z.strictObject({ kind: z.literal('reportAsset'), asset: ChainId, reason: z.enum(reportReasons) }),
  z.strictObject({ kind: z.literal('openRequest'), bounty: Units.min(1n), brief: Hash }),
  z.strictObject({ kind: z.literal('answerRequest'), request: ChainId, asset: ChainId }),
] as const
const Version = z.strictObject({
  content: Hash,
  keyCommit: Hash,
  salt: Hash,
  metadata: Hash,
  rows: Hash,
  count: z
    .int()
    .min(0)
    .max(2 ** 32 - 1),
})
const PublicKey = { keyX: Hash, keyV: z.union([z.literal(27), z.literal(28)]) }
const Purchase = { asset: ChainId, version: z.int().min(1) }
const Price = Units.max(2n ** 96n - 1n)

/**
 * Everything that Hearth does on chain. The first group is asked for by a person, the second follows from it by itself.
 */
export const Action = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('deposit'), amount: Units }),
  z.strictObject({ kind: z.literal('withdraw'), amount: Units }),
  z.strictObject({ kind: z.literal('send'), to: Address, amount: Units }),
  z.strictObject({ kind: z.literal('addMachine'), spec: Hash, peer: Hash }),
  z.strictObject({ kind: z.literal('removeMachine'), machine: ChainId }),
  z.strictObject({ kind: z.literal('makeOffer'), machine: ChainId, price: Units, maxSeconds: Seconds }),
  z.strictObject({ kind: z.literal('cancelOffer'), offer: ChainId }),
  z.strictObject({ kind: z.literal('placeOrder'), offer: ChainId, term: Seconds, maxPrice: Units, work: Hash }),
  z.strictObject({ kind: z.literal('renewOrder'), order: ChainId, extra: Seconds }),
  z.strictObject({ kind: z.literal('complete'), order: ChainId }),
  z.strictObject({ kind: z.literal('fail'), order: ChainId }),
  z.strictObject({ kind: z.literal('reclaim'), order: ChainId }),
  z.strictObject({
    kind: z.literal('settle'),
    order: ChainId,
    served: z.int().nonnegative(),
    finished: z.boolean(),
    signature: Hex,
  }),
  OpenJob,
  z.strictObject({ kind: z.enum(jobSteps), job: ChainId }),
  z.strictObject({ kind: z.literal('commitJob'), job: ChainId, root: Hash, checkpoints: z.int().min(2) }),
  z.strictObject({ kind: z.literal('challengeJob'), job: ChainId, segment: z.int().min(0) }),
  z.strictObject({ kind: z.literal('voteJob'), job: ChainId, sealedVote: Hash }),
  z.strictObject({ kind: z.literal('revealVote'), job: ChainId, guilty: z.boolean(), salt: Hash }),
  z.strictObject({ kind: z.literal('announce'), machine: ChainId, addresses: z.array(z.string().max(200)).max(8) }),
  ...personalData,
  z.strictObject({
    kind: z.literal('publishData'),
    /** Null for a new one. */ asset: ChainId.nullable(),
    parent: ChainId.nullable(),
    royalty: z.int().min(0).max(2000),
    version: Version,
  }),
  z.strictObject({ kind: z.literal('listAsset'), asset: ChainId, price: Price, preview: Hash }),
  z.strictObject({ kind: z.literal('announceSeller'), profile: z.string().max(1024) }),
  z.strictObject({ kind: z.literal('buyAsset'), ...Purchase, maxPrice: Price, ...PublicKey }),
  z.strictObject({ kind: z.literal('acceptAnswer'), request: ChainId, ...Purchase, ...PublicKey }),
  z.strictObject({
    kind: z.literal('deliverSale'),
    sale: ChainId,
    pointX: Hash,
    pointV: z.union([z.literal(27), z.literal(28)]),
    wrapped: Hash,
  }),
])
export type Action = z.infer<typeof Action>
export type ActionKind = Action['kind']

/** What a person may ask for from the window or the command line; the rest only the host starts. */
export const PersonalAction = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('deposit'), amount: Units.min(1n) }),
  z.strictObject({ kind: z.literal('withdraw'), amount: Units.min(1n) }),
  z.strictObject({ kind: z.literal('send'), to: Address, amount: Units.min(1n) }),
  z.strictObject({ kind: z.literal('addMachine') }),
  z.strictObject({ kind: z.literal('removeMachine'), machine: ChainId }),
  z.strictObject({ kind: z.literal('makeOffer'), machine: ChainId, price: Units, maxSeconds: Seconds }),
  z.strictObject({ kind: z.literal('cancelOffer'), offer: ChainId }),
  z.strictObject({ kind: z.literal('placeOrder'), offer: ChainId, term: Seconds, maxPrice: Units, work: Hash }),
  z.strictObject({ kind: z.literal('renewOrder'), order: ChainId, extra: Seconds }),
  z.strictObject({ kind: z.literal('complete'), order: ChainId }),
  z.strictObject({ kind: z.literal('fail'), order: ChainId }),
  z.strictObject({ kind: z.literal('reclaim'), order: ChainId }),
  OpenJob,
  z.strictObject({ kind: z.enum(personalJobSteps), job: ChainId }),
  ...personalData,
  /** A release that was sealed here; the host knows what it commits to. */
  z.strictObject({ kind: z.literal('publishData'), release: z.uuid() }),
  z.strictObject({ kind: z.literal('listAsset'), asset: ChainId, price: Price }),
  z.strictObject({ kind: z.literal('buyAsset'), ...Purchase, maxPrice: Price }),
  z.strictObject({ kind: z.literal('acceptAnswer'), request: ChainId, ...Purchase }),
])
export type PersonalAction = z.infer<typeof PersonalAction>
