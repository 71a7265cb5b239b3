import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { Config, ConfigChange } from '../model/config.ts'
import { EarningState } from '../model/earning.ts'
import { Protection } from '../model/protection.ts'
import { Address, Units } from '../model/values.ts'

export const WalletState = z.enum(['none', 'locked', 'open', 'sealed', 'damaged'])

/** Everything small that every screen shows. `revision` grows with each change of a topic, so that queries know. */
export const Overview = z.object({
  version: z.string(),
  wallet: z.object({
    state: WalletState,
    address: Address.nullable(),
    backedUp: z.boolean(),
    protection: Protection.nullable(),
    trusted: z.boolean(),
  }),
  network: z.object({
    name: z.string(),
    practice: z.boolean(),
    chainId: z.int(),
    head: z.int().nullable(),
    headTime: z.int().nullable(),
    problem: z.object({ code: z.string(), message: z.string() }).nullable(),
  }),
  peer: z
    .object({
      peerId: z.string(),
      addresses: z.array(z.string()),
      connections: z.int(),
      /** Why others get no answer. */ problem: z.string().nullable(),
    })
    .nullable(),
  earning: EarningState,
  /** What the machine works on; the words are for whoever has none of their own for this kind of work. */
  running: z.object({ kind: z.string(), id: z.int(), words: z.string() }).nullable(),
  /** Null while the index has not caught up for the first time. */
  balances: z.object({ wallet: Units.nullable(), market: Units, gas: Units.nullable() }).nullable(),
  pendingTransactions: z.int(),
  waitingFor: z.string().nullable(),
  /** Damaged files that were kept beside what took their place; the person deletes or mends them. */
  setAside: z.array(z.string()),
  revision: z.object({ market: z.int(), transactions: z.int(), orders: z.int(), machine: z.int(), settings: z.int() }),
})
export type Overview = z.infer<typeof Overview>

export const Health = z.object({
  pid: z.int(),
  uptimeSeconds: z.number(),
  rssBytes: z.int(),
  eventLoopMaxMs: z.number(),
  eventLoopP99Ms: z.number(),
  children: z.record(z.string(), z.int()),
})
export type Health = z.infer<typeof Health>

export const systemContract = {
  watch: oc.output(eventIterator(Overview)),
  overview: oc.output(Overview),
  health: oc.output(Health),
  /** Versions, settings and the last log lines, without anything secret, to paste into a report. */
  diagnostics: oc.output(z.object({ text: z.string() })),
  settings: oc.output(Config),
  changeSettings: oc.input(ConfigChange).output(Config),
}
