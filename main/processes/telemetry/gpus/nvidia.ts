import { byteCount, share, temperature, watts } from '../plausible.ts'
import type { AgedGpu, Gpu, GpuSource } from './gpu.ts'
import { SmiChild } from './smi-child.ts'

/** In the order of the columns. The bus id stands last because it alone says which card of the kernel's this is. */
const FIELDS =
  'uuid,name,driver_version,utilization.gpu,temperature.gpu,power.draw,memory.used,memory.total,fan.speed,pci.bus_id'
const COLUMNS = FIELDS.split(',').length
const mebibytes = (value: number): number => value * 2 ** 20
const percent = (value: number): number => value / 100
/** A card of which nothing is told for so long is not there any more; one that is asleep is. */
const GONE_MS = 30_000
/** A card that may sleep is left alone after it did nothing for this many samples: being asked keeps it awake. */
const IDLE_SAMPLES = 60

/** "[N/A]", "[Not Supported]", "ERR!" and the like are null. */
const numberOf = (text: string): number | null => (/^-?\d{1,9}(?:\.\d{1,6})?$/.test(text) ? Number(text) : null)

/** One line of `nvidia-smi --query-gpu=… --format=csv,noheader,nounits`; null where it is cut off or no such line. */
export function parseNvidiaLine(line: string): (Gpu & { readonly bus: string }) | null {
  const cells = line.split(',').map((cell) => cell.trim())
  // The card's own name may hold commas.
  const [id = '', ...name] = cells.splice(0, cells.length - COLUMNS + 2)
  const [driver = '', load = '', heat = '', power = '', used = '', total = '', fan = '', bus = ''] = cells
  if (!/^GPU-[\w-]{8,64}$/.test(id) || name.length === 0) return null
  const scaled = (text: string, scale: (value: number) => number) => {
    const value = numberOf(text)
    return value === null ? null : scale(value)
  }
  const memoryTotal = byteCount(scaled(total, mebibytes))
  const memoryUsed = byteCount(scaled(used, mebibytes))
  return {
    id,
    vendor: 'nvidia',
    name: name.join(', '),
    bus: bus.toLowerCase().replace(/^0{4}(?=[\da-f]{4}:)/, ''),
    driver: /^[\d.]+$/.test(driver) ? driver : null,
    asleep: false,
    load: share(scaled(load, percent)),
    temperature: temperature(numberOf(heat)),
    watts: watts(numberOf(power)),
    memoryTotal,
    memoryUsed: memoryUsed !== null && memoryTotal !== null && memoryUsed > memoryTotal ? null : memoryUsed,
    fan: share(scaled(fan, percent)),
  }
}

/** What this source asks of the kernel about NVIDIA's cards. */
export interface NvidiaPower {
  /** Whether any card is awake, so that asking wakes none. */
  mayRead(): Promise<boolean>
  canSleep(): Promise<boolean>
  /** Their places on the bus; empty where the kernel does not tell. */
  buses(): Promise<readonly string[]>
}

const ARGUMENTS = [`--query-gpu=${FIELDS}`, '--format=csv,noheader,nounits', '-lms', '1000']

/**
 * NVIDIA's cards by one long-lived `nvidia-smi`, which prints a line for each card every second: starting it anew each
 * time costs a second and a half. Where it fails, as it does once one card is lost, each card gets a child of its own.
 */
export class NvidiaSmi implements GpuSource {
  readonly name = 'nvidia-smi'
  readonly #power: NvidiaPower
  readonly #cards = new Map<string, { gpu: Gpu & { bus: string }; time: number }>()
  #children: readonly SmiChild[]
  #apart = false
  #idle = 0

  constructor(power: NvidiaPower) {
    this.#power = power
    this.#children = [this.#child([])]
  }

  read(): Promise<readonly (AgedGpu & { readonly bus: string })[]> {
    const now = performance.now()
    for (const [id, { gpu, time }] of this.#cards) if (!gpu.asleep && now - time > GONE_MS) this.#cards.delete(id)
    return Promise.resolve([...this.#cards.values()].map(({ gpu, time }) => ({ ...gpu, age: Math.round(now - time) })))
  }

  stop(): void {
    for (const child of this.#children) child.stop()
  }

  #child(which: readonly string[]): SmiChild {
    return new SmiChild({
      args: [...ARGUMENTS, ...which],
      mayStart: () => this.#power.mayRead(),
      heed: (line) => this.#heed(line),
      failed: () => void this.#readApart(),
    })
  }

  async #readApart(): Promise<void> {
    const known = [...this.#cards.values()].map(({ gpu }) => gpu.bus)
    const buses = [...new Set([...(await this.#power.buses()), ...known])]
    if (this.#apart || buses.length < 2) return
    this.#apart = true
    for (const child of this.#children) child.stop()
    this.#children = buses.map((bus) => this.#child(['-i', bus]))
  }

  #heed(line: string): boolean {
    const gpu = parseNvidiaLine(line)
    if (!gpu) return false
    this.#cards.set(gpu.id, { gpu, time: performance.now() })
    this.#idle = gpu.load === 0 ? this.#idle + 1 : 0
    if (this.#idle >= IDLE_SAMPLES) void this.#letSleep()
    return true
  }

  async #letSleep(): Promise<void> {
    this.#idle = 0
    if (!(await this.#power.canSleep())) return
    for (const card of this.#cards.values()) card.gpu = { ...card.gpu, asleep: true }
    for (const child of this.#children) child.rest()
  }
}
