import { join } from 'node:path'
import { list, readText } from '../sysfs.ts'

interface Counters {
  readonly [name: string]: number
}

/** Turns growing counters into rates a second since the call before; null at the first, and where one began anew. */
export function rates<T extends Counters>(
  read: () => Promise<T | null>,
  source: string,
): () => Promise<{ value: T | null; source: string } | null> {
  let before: { counters: T; time: number } | undefined
  return async () => {
    const counters = await read()
    if (!counters) return null
    const [last, time] = [before, performance.now()]
    before = { counters, time }
    if (!last || time <= last.time || Object.keys(counters).some((name) => counters[name]! < last.counters[name]!))
      return { value: null, source }
    return {
      value: Object.fromEntries(
        Object.entries(counters).map(([name, count]) => [
          name,
          ((count - last.counters[name]!) * 1000) / (time - last.time),
        ]),
      ) as unknown as T,
      source,
    }
  }
}

/** Bytes that all network cards but the loopback have received and sent. */
export async function networkCounters(root = '/'): Promise<{ received: number; sent: number } | null> {
  const text = await readText(join(root, 'proc/net/dev'))
  if (text === null) return null
  const rows = [...text.matchAll(/^ *([^\s:]+): *(\d+)(?: +\d+){7} +(\d+)/gm)].filter(([, name]) => name !== 'lo')
  return {
    received: rows.reduce((sum, [, , bytes]) => sum + Number(bytes), 0),
    sent: rows.reduce((sum, [, , , bytes]) => sum + Number(bytes), 0),
  }
}

const SECTOR = 512

/** Bytes that whole disks have read and written. */
export async function diskCounters(root = '/'): Promise<{ read: number; written: number } | null> {
  const text = await readText(join(root, 'proc/diskstats'))
  if (text === null) return null
  const disks = new Set(await list(join(root, 'sys/block')))
  const rows = [...text.matchAll(/^ *\d+ +\d+ +(\S+) +\d+ +\d+ +(\d+) +\d+ +\d+ +\d+ +(\d+)/gm)].filter(
    ([, name]) => disks.has(name!) && !/^(?:loop|ram|dm-|md)/.test(name!),
  )
  return {
    read: rows.reduce((sum, [, , sectors]) => sum + Number(sectors) * SECTOR, 0),
    written: rows.reduce((sum, [, , , sectors]) => sum + Number(sectors) * SECTOR, 0),
  }
}
