import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { JobSaying, LogLine } from '../model/job-saying.ts'
import { Offer, OrderRow, OrdersPage } from '../model/market.ts'
import { FilePiece, Hash, Units } from '../model/values.ts'
import { RequestForm } from '../model/request-form.ts'

/** What an order is about, in the words of its kind. */
export const OrderedWork = z.object({
  kind: z.string(),
  words: z.string(),
  /** How many of what. */
  units: z.int(),
  unit: z.string(),
  result: z.enum(['binary', 'csv']),
})
export type OrderedWork = z.infer<typeof OrderedWork>

export const BoughtOrder = z.object({
  order: OrderRow,
  /** Null where the order was placed from another data folder. */
  job: z
    .object({
      state: z.enum(['placed', 'sending', 'running', 'finished', 'disputed', 'closed']),
      reason: JobSaying.nullable(),
      /** Null where this version does not know what the order is about. */
      work: OrderedWork.nullable(),
      unitsSent: z.int(),
      unitsFetched: z.int(),
      unitsChecked: z.int(),
      operationsPerSecond: z.number(),
      receiptServed: z.int().nullable(),
    })
    .nullable(),
})
export type BoughtOrder = z.infer<typeof BoughtOrder>

export const marketContract = {
  /** Cheapest first; whose machine has not been asked yet is asked meanwhile. */
  offers: oc.output(z.array(Offer)),
  /** One's own, the newest first, a page of `ROWS_A_PAGE`. */
  orders: oc.input(OrdersPage).output(z.array(BoughtOrder)),
  /** All of them: how many, how many were served to the end, and what those that are over have cost. */
  totals: oc.output(z.object({ orders: z.int(), finished: z.int(), paid: Units })),
  order: oc.input(z.object({ id: z.int().min(1) })).output(BoughtOrder),
  /** One order with its log as it grows; ends with the order. */
  watchOrder: oc
    .input(z.object({ id: z.int().min(1) }))
    .output(eventIterator(z.object({ order: BoughtOrder, log: z.array(LogLine) }))),
  /** The kinds of work that can be ordered, with what each asks for. */
  kinds: oc.output(z.array(z.object({ kind: z.string(), form: RequestForm }))),
  prepareWork: oc
    .input(z.object({ kind: z.string().max(100), request: z.record(z.string(), z.unknown()) }))
    .output(z.object({ hash: Hash, work: OrderedWork })),
  /** A piece of a checked result, base64. */
  readResult: oc
    .input(z.object({ id: z.int().min(1), offset: z.int().nonnegative() }))
    .output(FilePiece.extend({ unitBytes: z.int() })),
  /** Price of the open offers: lowest, median and highest, in units a second. */
  prices: oc.output(z.object({ offers: z.int(), low: Units, median: Units, high: Units }).nullable()),
}
