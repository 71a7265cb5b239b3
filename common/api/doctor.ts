import { oc } from '@orpc/contract'
import * as z from 'zod'

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

/** One thing between this machine and earning. `value` is its live value as text, null where it cannot be read yet. */
export const Gate = z.object({
  name: GateName,
  state: z.enum(['ok', 'blocked', 'warning', 'unknown']),
  value: z.string().nullable(),
  fix: z.string().nullable(),
})
export type Gate = z.infer<typeof Gate>

export const doctorContract = { gates: oc.output(z.array(Gate)) }
