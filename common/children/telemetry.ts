import { oc } from '@orpc/contract'
import * as z from 'zod'

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

export const telemetryContract = { report: oc.output(MachineReport) }
