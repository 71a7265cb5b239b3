import * as z from 'zod'
import { Address, ChainId, Hash, Hex, Seconds, Units } from './values.ts'

/** Steps of a training job that need nothing but its number. */
export const personalJobSteps = ['cancelJob', 'leaveJob', 'expireJob'] as const
export const jobSteps = [...personalJobSteps, 'acceptJob', 'sampleJob', 'passJob', 'defendJob', 'slashJob', 'drawJury', 'ruleJob'] as const

const OpenJob = z.strictObject({ kind: z.literal('openJob'), machine: ChainId, /** For each milestone. */ price: Units.min(1n), milestones: z.int().min(1).max(100), /** Seconds for each milestone. */ duration: Seconds, work: Hash })

/** Everything that Hearth does on chain. The first group is asked for by a person, the second follows from it by itself. */
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
  z.strictObject({ kind: z.literal('settle'), order: ChainId, served: z.int().nonnegative(), finished: z.boolean(), signature: Hex }),
  OpenJob,
  z.strictObject({ kind: z.enum(jobSteps), job: ChainId }),
  z.strictObject({ kind: z.literal('commitJob'), job: ChainId, root: Hash, checkpoints: z.int().min(2) }),
  z.strictObject({ kind: z.literal('challengeJob'), job: ChainId, segment: z.int().min(0) }),
  z.strictObject({ kind: z.literal('voteJob'), job: ChainId, sealedVote: Hash }),
  z.strictObject({ kind: z.literal('revealVote'), job: ChainId, guilty: z.boolean(), salt: Hash }),
  z.strictObject({ kind: z.literal('announce'), machine: ChainId, addresses: z.array(z.string().max(200)).max(8) }),
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
])
export type PersonalAction = z.infer<typeof PersonalAction>
