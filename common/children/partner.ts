import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { Address } from '../model/values.ts'

/** How far the practice partner is. */
export const PartnerNews = z.object({
  address: Address.nullable(),
  /** Whether its machine can be ordered from. */
  offering: z.boolean(),
  /** The asset that it sells. */
  selling: z.int().nullable(),
  /** Orders that it has placed, and data that it has bought. */
  ordered: z.int(),
  bought: z.int(),
  /** What one of its parts met last; it tries again. */
  problem: z.string().nullable(),
})
export type PartnerNews = z.infer<typeof PartnerNews>

export const partnerContract = {
  /** Plays until nobody listens. @param folder its own data folder */
  play: oc.input(z.object({ folder: z.string(), rpcUrl: z.url() })).output(eventIterator(PartnerNews)),
}
