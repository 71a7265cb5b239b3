import { oc } from '@orpc/contract'
import * as z from 'zod'
import { ProfitSettings } from '../model/profit/tariff.ts'
import { ChainTime, Units } from '../model/values.ts'

const MarketPrices = z.object({ count: z.int(), p10: Units, median: Units, p90: Units })
/** Billionths of the owner's currency. */
const Nanos = z.bigint()

const Balance = z.object({
  earned: Units,
  /** Null where nothing was recorded. */
  joules: z.number().nullable(),
  cost: Nanos.nullable(),
  /** What is left after the electricity; null where the worth of a coin or the tariff is not known. */
  net: Nanos.nullable(),
  measured: z.boolean(),
})
export type Balance = z.infer<typeof Balance>

export const ProfitView = z.object({
  settings: ProfitSettings,
  /** Millionths of the currency for a kilowatt-hour at present; `told` is false where a feed has a gap. */
  priceNow: z.object({ price: z.int(), told: z.boolean() }).nullable(),
  /** Of paid work, measured or assumed; null where neither is known. */
  watts: z.object({ value: z.number(), measured: z.boolean() }).nullable(),
  lifetime: Balance,
  last24h: Balance,
  last7d: Balance,
  works: z.array(Balance.extend({ kind: z.string(), id: z.int(), time: ChainTime })),
  /** Units a second. */
  price: Units,
  floor: Units.nullable(),
  offers: MarketPrices.nullable(),
  orders: MarketPrices.nullable(),
  suggestion: z.object({
    price: Units.nullable(),
    reasons: z.array(
      z.enum([
        'orders-median',
        'offers-median',
        'cost-and-half',
        'raised-to-cost',
        'market-below-cost',
        'cost-unknown',
        'nothing-known',
      ]),
    ),
  }),
})
export type ProfitView = z.infer<typeof ProfitView>

/** What earning leaves after the electricity, and what to ask for it. */
export const profitContract = {
  view: oc.output(ProfitView),
  change: oc.input(ProfitSettings).output(z.object({})),
  /** Replaces the tariff's feed; see docs/machine.md for the format. */
  importFeed: oc
    .input(z.object({ text: z.string().max(4_000_000) }))
    .output(z.object({ prices: z.int(), from: z.number(), to: z.number() })),
  /** One line a payment, with its energy and its cost, for the tax. */
  csv: oc.output(z.object({ text: z.string() })),
}
