import * as z from 'zod'
import { Address, ChainTime, Hash, Units } from './values.ts'

export const OrderRow = z.object({
  id: z.int(),
  offer: z.int(),
  machine: z.int(),
  buyer: Address,
  provider: Address,
  price: Units,
  start: ChainTime,
  end: ChainTime,
  work: Hash,
  state: z.enum(['active', 'completed', 'failed']),
  served: z.int(),
  paid: Units,
  refunded: Units,
  placedTx: Hash,
  closedTx: Hash.nullable(),
  closedTime: ChainTime.nullable(),
})
export type OrderRow = z.infer<typeof OrderRow>

export const MachineRow = z.object({
  id: z.int(),
  owner: Address,
  state: z.enum(['live', 'removed']),
  spec: Hash,
  peer: Hash,
  addresses: z.array(z.string()),
  done: z.int(),
  failed: z.int(),
  /** Laplace-smoothed share of completed orders, 0 to 1, as `Market.fulfilment`. */
  fulfilment: z.number(),
  /** Distinct buyers that have paid this machine; one buyer trading with itself stays one. */
  payingBuyers: z.int(),
  /** Seconds of work that were paid for, in all. */
  paidSeconds: z.int(),
})
export type MachineRow = z.infer<typeof MachineRow>

export const OfferRow = z.object({
  id: z.int(),
  machine: MachineRow,
  owner: Address,
  price: Units,
  maxSeconds: z.int(),
  state: z.enum(['open', 'taken', 'cancelled']),
})
export type OfferRow = z.infer<typeof OfferRow>
