import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { byteCount, share, temperature, watts } from '../plausible.ts'
import type { Gpu, GpuSource } from './gpu.ts'

/** In the order of the columns. The bus id stands last because it alone says which card of the kernel's this is. */
const FIELDS =
  'uuid,name,driver_version,utilization.gpu,temperature.gpu,power.draw,memory.used,memory.total,fan.speed,pci.bus_id'
const COLUMNS = FIELDS.split(',').length
const mebibytes = (value: number): number => value * 2 ** 20
const percent = (value: number): number => value / 100
const SILENT_MS = 10_000
const ABSENT_MS = 300_000
const LONGEST_WAIT_MS = 60_000
/** A card that may sleep is left alone after it did nothing for this many samples: being asked keeps it awake. */
const IDLE_SAMPLES = 60

/** "[N/A]", "[Not Supported]", "ERR!" and the like are null. */
const numberOf = (text: string): number | null => (/^-?\d{1,9}(?:\.\d{1,6})?$/.test(text) ? Number(text) : null)

/** One line of `nvidia-smi --query-gpu=… --format=csv,noheader,nounits`; null where it is cut off or no such line. */
export function parseNvidiaLine(line: string): (Gpu & { readonly bus: string }) | null {
  const cells = line.split(',').map((cell) => cell.trim())
  if (cells.length !== COLUMNS || !/^GPU-[\w-]{8,64}$/.test(cells[0]!)) return null
  const [id, name, driver, load, heat, power, used, total, fan, bus] = cells as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ]
  const scaled = (text: string, scale: (value: number) => number) => {
    const value = numberOf(text)
    return value === null ? null : scale(value)
  }
  const memoryTotal = byteCount(scaled(total, mebibytes))
  const memoryUsed = byteCount(scaled(used, mebibytes))
  return {
    id,
    vendor: 'nvidia',
    name,
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

/** What this source asks of the kernel: whether a card may sleep, and whether all of them do. */
export interface NvidiaPower {
  mayRead(): Promise<boolean>
  canSleep(): Promise<boolean>
}

/**
 * NVIDIA's cards by one long-lived `nvidia-smi`, which prints a line for each card every second: starting it anew each
 * time costs a second and a half. A child that falls silent or dies is started again, ever more rarely.
 */
export class NvidiaSmi implements GpuSource {
  readonly name = 'nvidia-smi'
  readonly #power: NvidiaPower
  readonly #cards = new Map<string, { gpu: Gpu & { bus: string }; time: number }>()
  #child: ChildProcess | undefined
  #timer: NodeJS.Timeout | undefined
  #failures = 0
  #idle = 0
  #heard = 0
  #stopped = false

  constructor(power: NvidiaPower) {
    this.#power = power
    void this.#start()
  }

  read(): Promise<{ gpus: readonly Gpu[]; age: number }> {
    const now = performance.now()
    const gpus = [...this.#cards.values()].map(({ gpu }) => gpu)
    return Promise.resolve({
      gpus,
      age: gpus.length === 0 ? 0 : Math.round(now - Math.min(...[...this.#cards.values()].map(({ time }) => time))),
    })
  }

  stop(): void {
    this.#stopped = true
    clearTimeout(this.#timer)
    this.#child?.kill('SIGKILL')
  }

  async #start(): Promise<void> {
    if (this.#stopped) return
    if (!(await this.#power.mayRead())) return this.#again(LONGEST_WAIT_MS)
    const child = spawn('nvidia-smi', [`--query-gpu=${FIELDS}`, '--format=csv,noheader,nounits', '-lms', '1000'], {
      stdio: ['ignore', 'pipe', 'ignore'],
      windowsHide: true,
    })
    this.#child = child
    this.#heard = performance.now()
    createInterface({ input: child.stdout! }).on('line', (line) => void this.#heed(line))
    const watchdog = setInterval(() => {
      if (performance.now() - this.#heard > SILENT_MS) child.kill('SIGKILL')
    }, 1_000)
    let ended = false
    const over = (waitMs: number): void => {
      if (ended) return
      ended = true
      clearInterval(watchdog)
      this.#again(waitMs)
    }
    child.once('error', (error: NodeJS.ErrnoException) => over(error.code === 'ENOENT' ? ABSENT_MS : this.#wait()))
    child.once('exit', () => over(this.#wait()))
  }

  #wait(): number {
    return Math.min(LONGEST_WAIT_MS, 1_000 * 2 ** this.#failures++)
  }

  #again(waitMs: number): void {
    if (this.#stopped) return
    this.#timer = setTimeout(() => void this.#start(), waitMs)
  }

  async #heed(line: string): Promise<void> {
    const gpu = parseNvidiaLine(line)
    if (!gpu) return
    this.#failures = 0
    this.#heard = performance.now()
    this.#cards.set(gpu.id, { gpu, time: performance.now() })
    this.#idle = gpu.load === 0 ? this.#idle + 1 : 0
    if (this.#idle < IDLE_SAMPLES || !(await this.#power.canSleep())) return
    this.#idle = 0
    this.#failures = 6
    for (const card of this.#cards.values()) card.gpu = { ...card.gpu, asleep: true }
    this.#child?.kill('SIGKILL')
  }
}
