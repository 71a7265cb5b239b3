import type { gpuVendors } from '../../../../common/model/telemetry.ts'

/** A card as one of its drivers tells it, at one moment. */
export interface Gpu {
  readonly id: string
  readonly vendor: (typeof gpuVendors)[number]
  readonly name: string
  readonly driver: string | null
  readonly asleep: boolean
  readonly load: number | null
  readonly temperature: number | null
  readonly watts: number | null
  readonly memoryUsed: number | null
  readonly memoryTotal: number | null
  readonly fan: number | null
}

export const unread = {
  load: null,
  temperature: null,
  watts: null,
  memoryUsed: null,
  memoryTotal: null,
  fan: null,
} as const

/** A card with the age of what is told of it, in milliseconds. */
export interface AgedGpu extends Gpu {
  readonly age: number
}
export const fresh = <T extends Gpu>(gpus: readonly T[]) => gpus.map((gpu) => ({ ...gpu, age: 0 }))

/** A source of cards; it is asked once a second and answers with what it knows. */
export interface GpuSource {
  readonly name: string
  /** The cards that are there. One that is lost keeps no other waiting: it grows old alone. */
  read(): Promise<readonly AgedGpu[]>
  stop(): void
}
