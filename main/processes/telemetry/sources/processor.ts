import { cpus, freemem, totalmem } from 'node:os'
import { join } from 'node:path'
import { share, temperature, watts } from '../plausible.ts'
import { list, readNumber, readText } from '../sysfs.ts'

interface Found {
  readonly value: number | null
  readonly source: string
}

/** Share of all cores' time that was not idle since the call before; null at the first. */
export function loadMeter(times: () => { busy: number; all: number } = processorTimes): () => Promise<Found> {
  let before = times()
  return () => {
    const now = times()
    const all = now.all - before.all
    const value = all > 0 ? share((now.busy - before.busy) / all) : null
    before = now
    return Promise.resolve({ value, source: 'os' })
  }
}

function processorTimes(): { busy: number; all: number } {
  let [busy, all] = [0, 0]
  for (const { times } of cpus()) {
    const total = times.user + times.nice + times.sys + times.irq + times.idle
    all += total
    busy += total - times.idle
  }
  return { busy, all }
}

const drivers = ['coretemp', 'k10temp', 'zenpower', 'cpu_thermal', 'scpi_sensors']
const labels = /^(?:Package id 0|Tctl|Tdie)$/
const zones = /^(?:x86_pkg_temp|cpu[-_]thermal|cpu-0-.*|acpitz)$/

/** The processor's temperature from the kernel's sensors, its package before its cores. */
export async function processorTemperature(root = '/'): Promise<Found | null> {
  const base = join(root, 'sys/class/hwmon')
  for (const name of await list(base)) {
    const driver = await readText(join(base, name, 'name'))
    if (!driver || !drivers.includes(driver)) continue
    const inputs = (await list(join(base, name))).filter((file) => /^temp\d+_input$/.test(file))
    const named = await Promise.all(
      inputs.map(async (file) => ({
        file,
        label: (await readText(join(base, name, file.replace('input', 'label')))) ?? '',
      })),
    )
    const file = (named.find(({ label }) => labels.test(label)) ?? named[0])?.file
    const value = file ? await readNumber(join(base, name, file)) : null
    if (value !== null) return { value: temperature(value / 1000), source: driver }
  }
  const thermal = join(root, 'sys/class/thermal')
  for (const zone of await list(thermal)) {
    const type = zone.startsWith('thermal_zone') ? await readText(join(thermal, zone, 'type')) : null
    const value = type && zones.test(type) ? await readNumber(join(thermal, zone, 'temp')) : null
    if (value !== null) return { value: temperature(value / 1000), source: type! }
  }
  return null
}

/** Watts of the processor's package since the call before, by its energy counter; most systems keep that for root. */
export function powerMeter(root = '/'): () => Promise<Found | null> {
  let before: { microjoules: number; time: number } | undefined
  return async () => {
    const microjoules = await readNumber(join(root, 'sys/class/powercap/intel-rapl:0/energy_uj'))
    if (microjoules === null) return null
    const now = { microjoules, time: performance.now() }
    const value =
      before && microjoules >= before.microjoules && now.time > before.time
        ? watts((microjoules - before.microjoules) / ((now.time - before.time) * 1000))
        : null
    before = now
    return { value, source: 'rapl' }
  }
}

/** Bytes that programs hold, without the caches that the system gives back. */
export async function memoryUsed(root = '/'): Promise<Found> {
  const available = /^MemAvailable:\s+(\d+) kB$/m.exec((await readText(join(root, 'proc/meminfo'))) ?? '')?.[1]
  return available
    ? { value: totalmem() - Number(available) * 1024, source: 'meminfo' }
    : { value: totalmem() - freemem(), source: 'os' }
}
