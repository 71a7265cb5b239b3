import { oc } from '@orpc/contract'
import * as z from 'zod'
import { meanings, ShownValue } from '../model/chain-values.ts'
import { checkedParts, checkWays, recomputedNames, unknownReasons } from '../model/recomputed-names.ts'
import { thingKinds } from '../model/thing-kinds.ts'
import { Address, ChainId, ChainTime, Hash, Units } from '../model/values.ts'
import { CallDescription } from './wallet.ts'

export const BlockView = z.object({ number: z.int(), hash: Hash, parent: Hash, time: ChainTime, transactions: z.int() })
/** Blocks one after another in which nothing happened. */
export const EmptyBlocks = z.object({
  /** The newest of them. */ number: z.int(),
  oldest: z.int(),
  count: z.int(),
  time: ChainTime,
  since: ChainTime,
})
export const EventView = z.object({ contract: z.string(), name: z.string(), values: z.array(ShownValue) })
export const TransactionView = z.object({
  hash: Hash,
  block: z.int(),
  time: ChainTime,
  from: Address,
  to: Address.nullable(),
  created: Address.nullable(),
  contract: z.string().nullable(),
  call: CallDescription.extend({
    /** The action of Hearth that makes this call; null where none does. */ action: z.string().nullable(),
    values: z.array(ShownValue),
  }).nullable(),
  selector: z.string(),
  /** Of the chain's native coin. */ value: Units,
  /** Coins that it moved, as the contracts said; null where it moved none. */ amount: Units.nullable(),
  succeeded: z.boolean(),
  gasUsed: Units,
  fee: Units,
  events: z.array(EventView),
})
export type TransactionView = z.infer<typeof TransactionView>

/** Numbers of things of one kind, the newest first. */
export const ThingList = z.object({ kind: z.enum(thingKinds), ids: z.array(ChainId) })
export type ThingList = z.infer<typeof ThingList>

/** One thing that was computed anew, beside what it has to equal. */
export const Recomputed = z.object({
  what: z.enum(recomputedNames),
  /** Which one of several; each kind is counted from 1. */ of: z
    .object({ part: z.enum(checkedParts), number: z.int() })
    .nullable(),
  means: z.enum(meanings),
  /** Null where it cannot be computed. */ here: z.string().nullable(),
  /** Null where nothing is said to hold it against. */ said: z.string().nullable(),
  /** Why one of the two is missing. */ why: z.enum(unknownReasons).nullable(),
})
export type Recomputed = z.infer<typeof Recomputed>

const Page = z.object({ before: z.int().nonnegative().nullable() })

export const explorerContract = {
  /** Where the contracts lie, by their names. */
  contracts: oc.output(z.record(z.string(), Address)),
  blocks: oc.input(Page).output(z.array(z.union([BlockView, EmptyBlocks]))),
  block: oc
    .input(z.object({ number: z.int().nonnegative() }))
    .output(z.object({ block: BlockView, transactions: z.array(TransactionView) })),
  transactions: oc.input(Page).output(z.array(TransactionView)),
  transaction: oc.input(z.object({ hash: Hash })).output(TransactionView),
  /** Computes anew what proves a transaction and its events: from its signed content up to its block's hash. */
  check: oc.input(z.object({ hash: Hash })).output(z.array(Recomputed)),
  /**
   * Computes anew what the chain says of a thing: draws, receipts, roots. `again` executes a proof again, which may take
   * as long as it took to check it first.
   * @throws NOT_FOUND, NETWORK_DOWN, or CHAIN_REORGANISED where the chain changed it again and again meanwhile
   */
  checkThing: oc
    .input(z.object({ kind: z.enum(thingKinds), id: ChainId, way: z.enum(checkWays) }))
    .output(z.array(Recomputed)),
  /** The number of the block with a hash. @throws NOT_FOUND */
  blockOf: oc.input(z.object({ hash: Hash })).output(z.object({ number: z.int() })),
  /** What a contract has given a number to, with what concerns it. */
  thing: oc.input(z.object({ kind: z.enum(thingKinds), id: ChainId })).output(
    z.object({
      facts: z.array(ShownValue),
      /** How it can be checked here. */ checks: z.array(z.enum(checkWays)),
      lists: z.array(ThingList),
      transactions: z.array(TransactionView),
    }),
  ),
  address: oc.input(z.object({ address: Address })).output(
    z.object({
      address: Address,
      contract: z.string().nullable(),
      market: Units,
      wallet: Units.nullable(),
      lists: z.array(ThingList),
      transactions: z.array(TransactionView),
    }),
  ),
}
