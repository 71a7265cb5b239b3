import { oc } from '@orpc/contract'
import * as z from 'zod'
import { gateValues } from '../model/gate-value-names.ts'
import { sayingSchema } from '../model/saying-schema.ts'

export const gateNames = [
  'wallet',
  'backup',
  'trusted',
  'unlocked',
  'network',
  'witnesses',
  'index',
  'fees',
  'peer',
  'benchmark',
  'exact',
  'disk',
  'private',
  'stake',
  'machine',
  'announced',
  'reachable',
  'started',
  'isolation',
  'memory',
  'fit',
  'sensors',
  'schedule',
  'idle',
  'game',
  'gpuLoad',
  'battery',
  'metered',
  'temperature',
  'power',
  'noise',
  'offer',
  'cost',
  'price',
  'demand',
] as const
export const GateName = z.enum(gateNames)
export type GateName = z.infer<typeof GateName>

/** One thing between this machine and earning, with its live value; null where that cannot be read yet. */
export const Gate = z.object({
  name: GateName,
  state: z.enum(['ok', 'blocked', 'warning', 'unknown']),
  value: sayingSchema(gateValues).nullable(),
})
export type Gate = z.infer<typeof Gate>

export const doctorContract = {
  gates: oc.output(z.array(Gate)),
  /** Looks again at what is looked at only at the start: who else can read the data folder. */
  look: oc.output(z.object({})),
}
