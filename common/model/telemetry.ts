import * as z from 'zod'

/** A measured value, where it came from, and its age in milliseconds. Null is not zero: the source did not say. */
const reading = <T extends z.ZodType>(value: T) =>
  z.object({ value: value.nullable(), source: z.string(), age: z.number() })
export const NumberReading = reading(z.number())
export const FlagReading = reading(z.boolean())
export type NumberReading = z.infer<typeof NumberReading>
export type FlagReading = z.infer<typeof FlagReading>

export const gpuVendors = ['nvidia', 'amd', 'intel', 'apple', 'other'] as const

/** One graphics card; identical cards differ by their id. */
export const GpuSample = z.object({
  /** The vendor's own id, or the place on the bus. */
  id: z.string(),
  vendor: z.enum(gpuVendors),
  name: z.string(),
  driver: z.string().nullable(),
  /** Powered down by the system; it is not woken to be read. */
  asleep: z.boolean(),
  /** Share, 0 to 1. */
  load: NumberReading,
  /** Degrees Celsius. */
  temperature: NumberReading,
  watts: NumberReading,
  memoryUsed: NumberReading,
  memoryTotal: NumberReading,
  /** Share of the fan's full speed, 0 to 1. */
  fan: NumberReading,
})
export type GpuSample = z.infer<typeof GpuSample>

/** What the machine does at one moment. Bytes, bytes a second, degrees Celsius, watts, seconds, shares from 0 to 1. */
export const Sample = z.object({
  /** Milliseconds since 1970. */
  time: z.number(),
  cpu: z.object({ load: NumberReading, temperature: NumberReading, watts: NumberReading }),
  memory: z.object({ used: NumberReading, total: NumberReading }),
  disk: z.object({ read: NumberReading, written: NumberReading }),
  network: z.object({ received: NumberReading, sent: NumberReading, metered: FlagReading }),
  battery: z.object({ /** False where it is plugged in or has none. */ inUse: FlagReading, charge: NumberReading }),
  /** Seconds since the owner last touched the machine. */
  idle: NumberReading,
  /** A game or another program that wants the machine; false where none runs. */
  game: reading(z.union([z.string(), z.literal(false)])),
  gpus: z.array(GpuSample),
})
export type Sample = z.infer<typeof Sample>
