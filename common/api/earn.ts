import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { benchParts } from '../model/benchmark.ts'
import { BenchmarkResult } from '../model/benchmark-result.ts'
import { MachineReport } from '../children/telemetry.ts'
import { EarningState } from '../model/earning.ts'
import { JobSaying } from '../model/job-saying.ts'
import { MachineRow, OfferRow, OrderRow, OrdersPage } from '../model/market.ts'
import { Score } from '../model/score.ts'
import { ChainTime, Hash, Units } from '../model/values.ts'
import { OrderedWork } from './market.ts'

/** A self-benchmark with its score. */
export const Benchmark = BenchmarkResult.extend({
  id: z.int(),
  /** Milliseconds since 1970. */ time: z.int(),
  score: Score,
})
export type Benchmark = z.infer<typeof Benchmark>

export const BenchProgress = z
  .object({ part: z.enum([...benchParts, 'known-answer']), /** Of the whole, 0 to 1. */ share: z.number() })
  .nullable()
export type BenchProgress = z.infer<typeof BenchProgress>

export const MachineView = z.object({
  report: MachineReport,
  benchmark: Benchmark.nullable(),
  progress: BenchProgress,
  registered: MachineRow.nullable(),
  stake: Units,
  offer: OfferRow.nullable(),
  freeDiskBytes: z.int(),
})
export type MachineView = z.infer<typeof MachineView>

export const ServedOrder = z.object({
  order: OrderRow,
  state: z.string(),
  reason: JobSaying.nullable(),
  /** Null until the customer has said what the order is about, or where this version does not know it. */
  work: OrderedWork.nullable(),
  unitsDone: z.int(),
  operationsPerSecond: z.number(),
  receiptServed: z.int().nullable(),
})
export type ServedOrder = z.infer<typeof ServedOrder>

const Period = z.object({ start: ChainTime, earned: Units })
export const Earnings = z.object({
  lifetime: Units,
  last24h: Units,
  last7d: Units,
  last30d: Units,
  /** The last 30 days (UTC) and the last 24 hours, oldest first. */
  days: z.array(Period),
  hours: z.array(Period),
  rows: z.array(
    z.object({
      /** A finished order, a milestone of a training job, a sale of data, or a royalty of one. */ kind: z.enum([
        'order',
        'job',
        'sale',
        'royalty',
      ]),
      id: z.int(),
      machine: z.int().nullable(),
      time: ChainTime,
      paid: Units,
      served: z.int().nullable(),
      transaction: Hash,
    }),
  ),
})
export type Earnings = z.infer<typeof Earnings>

export const earnContract = {
  machine: oc.output(MachineView),
  measure: oc.input(z.object({ quick: z.boolean() })).output(Benchmark),
  cancelMeasure: oc.output(z.object({})),
  watchMeasure: oc.output(eventIterator(BenchProgress)),
  benchmarks: oc.output(z.array(Benchmark)),
  start: oc.output(EarningState),
  stop: oc.output(EarningState),
  snooze: oc
    .input(
      z.object({
        minutes: z
          .int()
          .min(1)
          .max(7 * 1440),
      }),
    )
    .output(EarningState),
  stopAfterOrder: oc.output(EarningState),
  /** Served here, the newest first, a page of `ROWS_A_PAGE`. */
  orders: oc.input(OrdersPage).output(z.array(ServedOrder)),
  earnings: oc.output(Earnings.omit({ rows: true })),
  /** What it was earned with, the newest first, a page of `ROWS_A_PAGE`. */
  payments: oc.input(z.object({ offset: z.int().nonnegative().default(0) })).output(Earnings.shape.rows),
}
