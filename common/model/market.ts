import * as z from 'zod'
import { MachineDocument } from './machine-document.ts'
import { Score } from './score.ts'
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

/** What a machine on offer says of itself, held to the hash that it registered. */
export const OfferedHardware = z.discriminatedUnion('state', [
  z.object({
    state: z.literal('told'),
    document: MachineDocument,
    /** What follows from its figures; null where the document has too few. */ score: Score.nullable(),
  }),
  /**
   * `untold`: it has no document to tell. `silent`: it does not answer. `refused`: what it answered is not what it
   * registered, or nothing that is understood. Whichever it is, it is asked again later.
   */
  z.object({ state: z.enum(['asking', 'untold', 'silent', 'refused']) }),
])
export type OfferedHardware = z.infer<typeof OfferedHardware>

export const Offer = OfferRow.extend({ hardware: OfferedHardware })
export type Offer = z.infer<typeof Offer>

export const OrdersPage = z.object({
  /** Those that are under way alone. */ active: z.boolean().default(false),
  offset: z.int().nonnegative().default(0),
})
export type OrdersPage = z.infer<typeof OrdersPage>
