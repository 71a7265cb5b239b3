import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

const POWERCAP = '/sys/class/powercap'

/**
 * Joules that the processors used since an arbitrary time: the sum of the RAPL package counters (Linux powercap). Null
 * where the system has none or only its administrator may read them. Counters wrap after about an hour at full power.
 */
export async function processorEnergy(): Promise<number | null> {
  const zones = (await readdir(POWERCAP).catch(() => [])).filter((name) => /^intel-rapl:\d+$/.test(name))
  if (zones.length === 0) return null
  try {
    const counts = await Promise.all(
      zones.map(async (zone) => Number(await readFile(join(POWERCAP, zone, 'energy_uj'), 'utf8'))),
    )
    return counts.reduce((a, b) => a + b, 0) / 1e6
  } catch {
    return null
  }
}
