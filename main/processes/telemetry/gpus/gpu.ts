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

/** A source of cards; it is asked once a second and answers with what it knows. */
export interface GpuSource {
  readonly name: string
  /** The cards, and the age of what is told in milliseconds. */
  read(): Promise<{ gpus: readonly Gpu[]; age: number }>
  stop(): void
}
