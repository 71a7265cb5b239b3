import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { byteCount, share, temperature, watts } from '../plausible.ts'
import { list, readNumber, readText } from '../sysfs.ts'
import { unread, type AgedGpu, type Gpu, type GpuSource } from './gpu.ts'
import type { NvidiaPower } from './nvidia.ts'

const vendors: Readonly<Record<string, 'nvidia' | 'amd' | 'intel'>> = {
  '0x10de': 'nvidia',
  '0x1002': 'amd',
  '0x8086': 'intel',
}
const makers = { nvidia: 'NVIDIA', amd: 'AMD', intel: 'Intel', other: 'Graphics' } as const

/** Kernel drivers that show a card as DRM does and are no card that computes. */
const virtual = new Set(['vkms', 'simpledrm', 'bochs-drm', 'ast', 'mgag200', 'cirrus'])

/** Sensors answer in a millisecond or so; a card that takes longer is not waited for. */
const SLOW_MS = 500

interface Card {
  readonly folder: string
  readonly bus: string
  readonly vendor: 'nvidia' | 'amd' | 'intel' | 'other'
}

/**
 * Graphics cards as Linux itself lists them, in /sys/class/drm, with what their drivers tell there: amdgpu all of it,
 * i915 and xe some, nvidia nothing (nvidia-smi tells). A card whose power is off is listed and left asleep.
 */
export class DrmCards implements GpuSource, NvidiaPower {
  readonly name = 'drm'
  readonly #root: string
  readonly #busyTime: (bus: string) => Promise<number | null>
  readonly #told = new Map<string, { readonly gpu: Gpu; readonly time: number }>()
  readonly #reading = new Map<string, Promise<void>>()
  readonly #busyBefore = new Map<string, { nanoseconds: number; time: number }>()

  /** @param busyTime nanoseconds that a card's engines have worked for programs so far, as fdinfo tells */
  constructor(root = '/', busyTime: (bus: string) => Promise<number | null> = () => Promise.resolve(null)) {
    this.#root = root
    this.#busyTime = busyTime
  }

  async read(): Promise<readonly AgedGpu[]> {
    const cards = await this.#cards()
    const pace = new AbortController()
    await Promise.race([
      Promise.all(cards.map((card) => this.#refresh(card))),
      sleep(SLOW_MS, undefined, { signal: pace.signal }).catch(() => {}),
    ])
    pace.abort()
    const now = performance.now()
    const told = new Map(cards.flatMap(({ bus }) => this.#told.get(bus) ?? []).map((one) => [one.gpu.id, one]))
    for (const bus of this.#told.keys()) if (!told.has(bus)) this.#told.delete(bus)
    return [...told.values()].map(({ gpu, time }) => ({ ...gpu, age: Math.round(now - time) }))
  }

  /** A reading that hangs, as those of a lost card do, is not begun again beside itself. */
  #refresh(card: Card): Promise<void> {
    const { bus } = card
    const reading =
      this.#reading.get(bus) ??
      this.#gpu(card)
        .then((gpu) => void this.#told.set(bus, { gpu, time: performance.now() }))
        .catch(() => {})
        .finally(() => this.#reading.delete(bus))
    this.#reading.set(bus, reading)
    return reading
  }

  stop(): void {}

  async mayRead(): Promise<boolean> {
    const cards = (await this.#cards()).filter(({ vendor }) => vendor === 'nvidia')
    const states = await Promise.all(cards.map(({ folder }) => readText(join(folder, 'power/runtime_status'))))
    return cards.length === 0 || states.some((state) => state !== 'suspended')
  }

  async canSleep(): Promise<boolean> {
    const cards = (await this.#cards()).filter(({ vendor }) => vendor === 'nvidia')
    const controls = await Promise.all(cards.map(({ folder }) => readText(join(folder, 'power/control'))))
    return controls.includes('auto')
  }

  async buses(): Promise<readonly string[]> {
    return (await this.#cards()).filter(({ vendor }) => vendor === 'nvidia').map(({ bus }) => bus)
  }

  async #cards(): Promise<Card[]> {
    const base = join(this.#root, 'sys/class/drm')
    const found = new Map<string, Card>()
    for (const name of await list(base)) {
      if (!/^card\d+$/.test(name)) continue
      const folder = join(base, name, 'device')
      const uevent = await readText(join(folder, 'uevent'))
      const driver = /^DRIVER=(.+)$/m.exec(uevent ?? '')?.[1]
      const bus = /^PCI_SLOT_NAME=(.+)$/m.exec(uevent ?? '')?.[1]?.toLowerCase() ?? name
      if (driver && virtual.has(driver)) continue
      const code = await readText(join(folder, 'vendor'))
      if (!found.has(bus)) found.set(bus, { folder, bus, vendor: vendors[code ?? ''] ?? 'other' })
    }
    return [...found.values()]
  }

  async #gpu({ folder, bus, vendor }: Card): Promise<Gpu> {
    const device = (await readText(join(folder, 'device'))) ?? 'unknown'
    const driver = /^DRIVER=(.+)$/m.exec((await readText(join(folder, 'uevent'))) ?? '')?.[1] ?? null
    const known = {
      id: bus,
      vendor,
      name: (await readText(join(folder, 'product_name'))) || `${makers[vendor]} ${device}`,
      driver,
    }
    // Reading any sensor of a suspended card would wake it.
    if ((await readText(join(folder, 'power/runtime_status'))) === 'suspended')
      return { ...known, ...unread, asleep: true }
    const sensors = join(folder, 'hwmon', (await list(join(folder, 'hwmon')))[0] ?? 'none')
    const number = (path: string) => readNumber(join(folder, path))
    const sensor = async (scale: number, ...names: readonly string[]) => {
      for (const name of names) {
        const value = await readNumber(join(sensors, name))
        if (value !== null) return value / scale
      }
      return null
    }
    const busy = await number('gpu_busy_percent')
    const [pwm, pwmMax] = [await sensor(1, 'pwm1'), (await sensor(1, 'pwm1_max')) ?? 255]
    const [used, total] = [
      byteCount(await number('mem_info_vram_used')),
      byteCount(await number('mem_info_vram_total')),
    ]
    return {
      ...known,
      asleep: false,
      load: share(busy === null ? await this.#busyShare(bus) : busy / 100),
      temperature: temperature(await sensor(1000, 'temp1_input')),
      watts: watts(await sensor(1e6, 'power1_average', 'power1_input')),
      memoryUsed: used !== null && total !== null && used > total ? null : used,
      memoryTotal: total,
      fan: share(pwm === null ? null : pwm / pwmMax),
    }
  }

  /** The share of time that a card's engines worked between two readings. */
  async #busyShare(bus: string): Promise<number | null> {
    const nanoseconds = await this.#busyTime(bus)
    if (nanoseconds === null) return null
    const [before, time] = [this.#busyBefore.get(bus), performance.now()]
    this.#busyBefore.set(bus, { nanoseconds, time })
    // A program that ended takes its time with it.
    if (!before || nanoseconds < before.nanoseconds) return null
    return Math.min(1, (nanoseconds - before.nanoseconds) / ((time - before.time) * 1e6))
  }
}
