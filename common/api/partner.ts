import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { PartnerNews } from '../children/partner.ts'

export const PartnerView = PartnerNews.extend({
  /** Only a practice network of this host's own has one. */
  state: z.enum(['unavailable', 'off', 'starting', 'playing', 'failed']),
})
export type PartnerView = z.infer<typeof PartnerView>

/** Somebody on the practice network to trade with: a host of its own that orders, computes, sells and buys. */
export const partnerContract = {
  watch: oc.output(eventIterator(PartnerView)),
  /** @throws NOT_PRACTICE */
  turn: oc.input(z.object({ on: z.boolean() })).output(PartnerView),
}
