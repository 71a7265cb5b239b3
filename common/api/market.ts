import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { OfferRow, OrderRow } from '../model/market.ts'
import { FilePiece, Hash, Units } from '../model/values.ts'
import { WorkSpec } from '../model/work.ts'

export const BoughtOrder = z.object({
  order: OrderRow,
  /** Null where the order was placed from another data folder. */
  job: z
    .object({
      state: z.enum(['placed', 'sending', 'running', 'finished', 'disputed', 'closed']),
      reason: z.string().nullable(),
      rows: z.int().nullable(),
      rowsSent: z.int(),
      rowsFetched: z.int(),
      rowsChecked: z.int(),
      operationsPerSecond: z.number(),
      receiptServed: z.int().nullable(),
    })
    .nullable(),
})
export type BoughtOrder = z.infer<typeof BoughtOrder>

export const LogLine = z.object({ seq: z.int(), time: z.int(), message: z.string() })

export const marketContract = {
  offers: oc.output(z.array(OfferRow)),
  orders: oc.output(z.array(BoughtOrder)),
  order: oc.input(z.object({ id: z.int().min(1) })).output(BoughtOrder),
  /** One order with its log as it grows; ends with the order. */
  watchOrder: oc
    .input(z.object({ id: z.int().min(1) }))
    .output(eventIterator(z.object({ order: BoughtOrder, log: z.array(LogLine) }))),
  prepareWork: oc
    .input(
      z.object({
        preset: z.enum(['small', 'medium', 'large']),
        source: z.discriminatedUnion('kind', [
          z.object({
            kind: z.literal('generated'),
            count: z
              .int()
              .min(1)
              .max(1 << 20),
          }),
          z.object({ kind: z.literal('csv'), text: z.string().max(32 * 1024 * 1024) }),
        ]),
      }),
    )
    .output(z.object({ hash: Hash, spec: WorkSpec, operations: z.number() })),
  /** A piece of a checked result, base64. */
  readResult: oc
    .input(z.object({ id: z.int().min(1), offset: z.int().nonnegative() }))
    .output(FilePiece.extend({ rowBytes: z.int() })),
  /** Price of the open offers: lowest, median and highest, in units a second. */
  prices: oc.output(z.object({ offers: z.int(), low: Units, median: Units, high: Units }).nullable()),
}
