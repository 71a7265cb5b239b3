import { eventIterator, oc } from '@orpc/contract'
import * as z from 'zod'
import { Sample } from '../model/telemetry.ts'

/** What the machine is; null where the system does not say. Null is not zero. */
export const MachineReport = z.object({
  processor: z.string().nullable(),
  physicalCores: z.int().nullable(),
  logicalCores: z.int(),
  memoryBytes: z.int(),
  graphics: z.array(z.object({ name: z.string(), memoryBytes: z.int().nullable() })),
  system: z.string(),
  architecture: z.string(),
})
export type MachineReport = z.infer<typeof MachineReport>

export const telemetryContract = {
  report: oc.output(MachineReport),
  /** One sample after the other. `apps` are further programs that count as games, by the names of their files. */
  watch: oc
    .input(z.object({ apps: z.array(z.string()).max(64), everyMs: z.int().min(100).max(60_000) }))
    .output(eventIterator(Sample)),
}
