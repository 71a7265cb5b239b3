import { runTool } from '../tool.ts'
import { byteCount, share } from '../plausible.ts'
import { fresh, unread, type AgedGpu, type Gpu, type GpuSource } from './gpu.ts'

/** The cards in what `ioreg -r -d 1 -w 0 -c IOAccelerator` prints. */
export function parseIoreg(text: string): readonly Gpu[] {
  return text
    .split(/^\+-o /m)
    .slice(1)
    .flatMap((entry, i): Gpu[] => {
      const statistics = /"PerformanceStatistics" = \{([^{}]*)\}/.exec(entry)?.[1]
      if (statistics === undefined) return []
      const number = (name: string): number | null => {
        const text = new RegExp(`"${name}"=(\\d{1,15})`).exec(statistics)?.[1]
        return text === undefined ? null : Number(text)
      }
      const load = number('Device Utilization %')
      const name = /"model" = (?:<)?"([^"]{1,80})"/.exec(entry)?.[1] ?? entry.slice(0, entry.search(/\s/))
      return [
        {
          ...unread,
          id: `ioreg-${i}`,
          vendor: name.includes('Apple') || entry.startsWith('AGX') ? 'apple' : 'other',
          name,
          driver: null,
          asleep: false,
          load: share(load === null ? null : load / 100),
          memoryUsed: byteCount(number('In use system memory') ?? number('vramUsedBytes')),
        },
      ]
    })
}

/** Graphics on macOS. Apple tells no temperature or watts to programs without special rights. Untested on a Mac. */
export class MacCards implements GpuSource {
  readonly name = 'ioreg'

  async read(): Promise<readonly AgedGpu[]> {
    const output = await runTool('ioreg', ['-r', '-d', '1', '-w', '0', '-c', 'IOAccelerator'], 3_000)
    return output === null ? [] : fresh(parseIoreg(output))
  }

  stop(): void {}
}
