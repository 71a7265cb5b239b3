import { totalmem } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { GpuSample, Sample } from '../../../common/model/telemetry.ts'
import type { Gpu } from './gpus/gpu.ts'
import { Gpus } from './gpus/index.ts'
import { Probe, type Aged } from './probe.ts'
import { runningGame } from './sources/apps.ts'
import { battery } from './sources/battery.ts'
import { idleMeter, metered } from './sources/idle.ts'
import { loadMeter, memoryUsed, powerMeter, processorTemperature } from './sources/processor.ts'
import { diskCounters, networkCounters, rates } from './sources/traffic.ts'

const SECOND = 1_000
const STALE_GPU_MS = 6_000
/** Sources that take longer than this are not waited for. */
const PATIENCE_MS = 2_000

const part = <T extends object, K extends keyof T>({ value, source, age }: Aged<T>, key: K) => ({
  value: value === null ? null : value[key],
  source,
  age,
})

/** Asks the sources, each at its own pace at most, and puts together what they last told. */
export class Sampler {
  apps: readonly string[] = []
  readonly gpus = new Gpus()
  readonly #idle = idleMeter()
  readonly #probes = {
    load: new Probe('os', SECOND, loadMeter()),
    temperature: new Probe('hwmon', SECOND, () => processorTemperature()),
    watts: new Probe('rapl', SECOND, powerMeter()),
    memory: new Probe('meminfo', SECOND, () => memoryUsed()),
    network: new Probe('netdev', SECOND, rates(networkCounters, 'netdev')),
    disk: new Probe('diskstats', SECOND, rates(diskCounters, 'diskstats')),
    metered: new Probe('networkmanager', 30 * SECOND, () => metered()),
    battery: new Probe('power', 2 * SECOND, async () => ({ value: await battery(), source: 'power' })),
    idle: new Probe('session', SECOND, () => this.#idle()),
    game: new Probe<string | false>('processes', SECOND, () => runningGame(this.apps)),
    gpus: new Probe('gpus', SECOND, async () => ({ value: await this.gpus.read(), source: 'gpus' })),
  }

  /** @param everyMs how often it is asked for */
  async sample(everyMs: number): Promise<Sample> {
    const patience = sleep(Math.min(PATIENCE_MS, everyMs / 2), undefined, { ref: false })
    await Promise.race([patience, Promise.all(Object.values(this.#probes).map((probe) => probe.look()))])
    const {
      load,
      temperature,
      watts,
      memory,
      network,
      disk,
      metered: paid,
      battery: cells,
      idle,
      game,
      gpus,
    } = this.#probes
    const cards = gpus.reading
    return {
      time: Date.now(),
      cpu: { load: load.reading, temperature: temperature.reading, watts: watts.reading },
      memory: { used: memory.reading, total: { value: totalmem(), source: 'os', age: 0 } },
      disk: { read: part(disk.reading, 'read'), written: part(disk.reading, 'written') },
      network: {
        received: part(network.reading, 'received'),
        sent: part(network.reading, 'sent'),
        metered: paid.reading,
      },
      battery: { inUse: part(cells.reading, 'inUse'), charge: part(cells.reading, 'charge') },
      idle: idle.reading,
      game: game.reading,
      gpus: (cards.value ?? []).map((gpu) => told(gpu, cards.age + gpu.age)),
    }
  }

  stop(): void {
    for (const probe of Object.values(this.#probes)) probe.stop()
    this.gpus.stop()
  }
}

function told({ id, vendor, name, driver, asleep, ...values }: Gpu, age: number): GpuSample {
  const reading = (value: number | null) => ({
    value: age > STALE_GPU_MS ? null : value,
    source: driver ?? vendor,
    age,
  })
  return {
    id,
    vendor,
    name,
    driver,
    asleep,
    load: reading(values.load),
    temperature: reading(values.temperature),
    watts: reading(values.watts),
    memoryUsed: reading(values.memoryUsed),
    memoryTotal: reading(values.memoryTotal),
    fan: reading(values.fan),
  }
}
