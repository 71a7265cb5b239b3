import { oc } from '@orpc/contract'
import * as z from 'zod'
import { ShownValue } from '../model/chain-values.ts'
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

/** One thing that was computed anew from what the chain gave, beside what it has to equal. */
export const Recomputed = z.object({
  what: z.enum(['transaction', 'sender', 'transactions', 'events', 'receipts', 'header']),
  /** Null where this version does not know the form of something in the block. */ here: z.string().nullable(),
  said: z.string(),
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
  /** What a contract has given a number to, with what concerns it. */
  thing: oc.input(z.object({ kind: z.enum(thingKinds), id: ChainId })).output(
    z.object({
      facts: z.array(ShownValue),
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
