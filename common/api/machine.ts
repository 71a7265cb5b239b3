import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { blockReasonKinds } from '../model/idle-policy/judge.ts'
import { IdlePolicy } from '../model/idle-policy/rules.ts'
import { IsolationReport } from '../model/isolation.ts'
import { Sample } from '../model/telemetry.ts'

export const BlockReason = z.object({
  reason: z.enum(blockReasonKinds),
  value: z.string().nullable(),
  limit: z.string().nullable(),
  until: z.number().nullable(),
})

export const MachineNow = z.object({
  /** Null until the sensors have answered for the first time. */
  sample: Sample.nullable(),
  /** Why paid work stands back at present; empty where it may run. */
  blockReasons: z.array(BlockReason),
})
export type MachineNow = z.infer<typeof MachineNow>

/** The owner's machine: what it does at this moment, and the rules that keep it the owner's. */
export const machineContract = {
  now: oc.output(MachineNow),
  /** Once a second. */
  watch: oc.output(eventIterator(MachineNow)),
  /** The last minutes, oldest first. */
  history: oc.output(z.array(Sample)),
  /** How strangers' work is kept apart from the owner's. */
  isolation: oc.output(IsolationReport),
  rules: oc.output(
    z.object({ rules: IdlePolicy, /** True where no hour of the week is open. */ neverRuns: z.boolean() }),
  ),
  setRules: oc.input(IdlePolicy).output(z.object({ neverRuns: z.boolean() })),
  /** The rules as a file that another machine can take over. */
  exportRules: oc.output(z.object({ text: z.string() })),
  importRules: oc.input(z.object({ text: z.string().max(100_000) })).output(z.object({ neverRuns: z.boolean() })),
}
