import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { comfortReasons } from '../model/comfort/judge.ts'
import { ComfortRules } from '../model/comfort/rules.ts'
import { IsolationReport } from '../model/isolation.ts'
import { Sample } from '../model/telemetry.ts'

export const Objection = z.object({
  reason: z.enum(comfortReasons),
  value: z.string().nullable(),
  limit: z.string().nullable(),
  until: z.number().nullable(),
})

export const MachineNow = z.object({
  /** Null until the sensors have answered for the first time. */
  sample: Sample.nullable(),
  /** Why paid work stands back at present; empty where it may run. */
  objections: z.array(Objection),
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
    z.object({ rules: ComfortRules, /** True where no hour of the week is open. */ neverRuns: z.boolean() }),
  ),
  setRules: oc.input(ComfortRules).output(z.object({ neverRuns: z.boolean() })),
  /** The rules as a file that another machine can take over. */
  exportRules: oc.output(z.object({ text: z.string() })),
  importRules: oc.input(z.object({ text: z.string().max(100_000) })).output(z.object({ neverRuns: z.boolean() })),
}
