import { DrmCards } from './drm.ts'
import { busyTime } from './fdinfo.ts'
import type { AgedGpu, GpuSource } from './gpu.ts'
import { MacCards } from './mac.ts'
import { NvidiaSmi, type NvidiaPower } from './nvidia.ts'
import { WindowsCards } from './windows.ts'

const never: NvidiaPower = {
  mayRead: () => Promise.resolve(true),
  canSleep: () => Promise.resolve(false),
  buses: () => Promise.resolve([]),
}

/** What is known of each card: the kernel lists it, NVIDIA's own tool tells more, and a sleeping one stays asleep. */
export function merge(listed: readonly AgedGpu[], told: readonly (AgedGpu & { readonly bus?: string })[]): AgedGpu[] {
  const seen = new Set<string>()
  const cards = listed.map((card) => {
    const own = told.find(({ bus }) => bus === card.id)
    if (own) seen.add(own.id)
    return !own ? card : card.asleep ? { ...card, id: own.id, name: own.name, driver: own.driver } : own
  })
  return [...cards, ...told.filter(({ id }) => !seen.has(id))]
}

/** All graphics cards of this machine. */
export class Gpus {
  readonly #listed: GpuSource | null
  readonly #nvidia: NvidiaSmi | null

  constructor(platform: NodeJS.Platform = process.platform) {
    const drm = platform === 'linux' ? new DrmCards('/', busyTime) : null
    this.#listed = drm ?? (platform === 'darwin' ? new MacCards() : platform === 'win32' ? new WindowsCards() : null)
    this.#nvidia = platform === 'darwin' ? null : new NvidiaSmi(drm ?? never)
  }

  async read(): Promise<readonly AgedGpu[]> {
    // A source that fails takes no other with it.
    const read = (source: GpuSource | null) => source?.read().catch(() => []) ?? Promise.resolve([])
    const [listed, told] = await Promise.all([read(this.#listed), read(this.#nvidia)])
    return merge(listed, told)
  }

  stop(): void {
    this.#listed?.stop()
    this.#nvidia?.stop()
  }
}
