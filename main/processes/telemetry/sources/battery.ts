import { join } from 'node:path'
import si from 'systeminformation'
import { share } from '../plausible.ts'
import { list, readNumber, readText } from '../sysfs.ts'

/** Whether the machine runs on its battery, and how full that is. A machine without one is plugged in. */
export async function battery(
  root = '/',
  platform: NodeJS.Platform = process.platform,
): Promise<{ inUse: boolean | null; charge: number | null }> {
  if (platform !== 'linux') {
    const { hasBattery, acConnected, percent } = await si.battery()
    return { inUse: hasBattery && !acConnected, charge: hasBattery ? share(percent / 100) : null }
  }
  const base = join(root, 'sys/class/power_supply')
  const supplies = await Promise.all(
    (await list(base)).map(async (name) => ({
      name,
      type: await readText(join(base, name, 'type')),
      scope: await readText(join(base, name, 'scope')),
    })),
  )
  // The batteries of mice and headsets are none of the machine's.
  const own = supplies.filter(({ scope }) => scope !== 'Device')
  const cells = own.filter(({ type }) => type === 'Battery')
  if (cells.length === 0) return { inUse: false, charge: null }
  const states = await Promise.all(cells.map(({ name }) => readText(join(base, name, 'status'))))
  const capacity = await readNumber(join(base, cells[0]!.name, 'capacity'))
  const mains = await Promise.all(
    own
      .filter(({ type }) => type === 'Mains' || type === 'USB')
      .map(({ name }) => readNumber(join(base, name, 'online'))),
  )
  const plugged = mains.includes(1)
  const discharging = states.includes('Discharging')
  return {
    inUse: plugged ? false : discharging ? true : mains.length > 0 ? true : null,
    charge: share(capacity === null ? null : capacity / 100),
  }
}
