import { oc } from '@orpc/contract'
import * as z from 'zod'
import { Address, ChainTime, Hash, Units } from '../model/values.ts'
import { CallDescription } from './wallet.ts'

export const BlockView = z.object({ number: z.int(), hash: Hash, parent: Hash, time: ChainTime, transactions: z.int() })
export const EventView = z.object({
  contract: z.string(),
  name: z.string(),
  args: z.record(z.string(), z.string()),
})
export const TransactionView = z.object({
  hash: Hash,
  block: z.int(),
  time: ChainTime,
  from: Address,
  to: Address.nullable(),
  created: Address.nullable(),
  contract: z.string().nullable(),
  call: CallDescription.nullable(),
  selector: z.string(),
  value: Units,
  succeeded: z.boolean(),
  gasUsed: Units,
  fee: Units,
  events: z.array(EventView),
})
export type TransactionView = z.infer<typeof TransactionView>

const Page = z.object({ before: z.int().nonnegative().nullable() })

export const explorerContract = {
  blocks: oc.input(Page).output(z.array(BlockView)),
  block: oc
    .input(z.object({ number: z.int().nonnegative() }))
    .output(z.object({ block: BlockView, transactions: z.array(TransactionView) })),
  transactions: oc.input(Page).output(z.array(TransactionView)),
  transaction: oc.input(z.object({ hash: Hash })).output(TransactionView),
  address: oc.input(z.object({ address: Address })).output(
    z.object({
      address: Address,
      contract: z.string().nullable(),
      market: Units,
      wallet: Units.nullable(),
      machines: z.array(z.int()),
      transactions: z.array(TransactionView),
    }),
  ),
}
