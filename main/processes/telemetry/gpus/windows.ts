import { runTool } from '../tool.ts'
import { byteCount, share } from '../plausible.ts'
import { fresh, unread, type AgedGpu, type Gpu, type GpuSource } from './gpu.ts'

const COUNTERS = ['\\GPU Engine(*)\\Utilization Percentage', '\\GPU Adapter Memory(*)\\Dedicated Usage']

/**
 * The cards in what `typeperf -sc 1` prints of the counters "GPU Engine" and "GPU Adapter Memory": a line of names and
 * a line of values, both as CSV. A card's load is that of its busiest engine, as the Task Manager shows it.
 */
export function parseTypeperf(text: string): readonly Gpu[] {
  const [names, values] = text
    .split(/\r?\n/)
    .filter((line) => line.startsWith('"'))
    .map((line) => line.slice(1, -1).split('","'))
  if (!names || !values || names.length !== values.length) return []
  const cards = new Map<string, { engines: Map<string, number>; memory: number | null }>()
  for (const [i, name] of names.entries()) {
    const card = /luid_(0x[\da-f]+_0x[\da-f]+)/i.exec(name)?.[1]
    const value = /^\d{1,15}(?:\.\d+)?$/.test(values[i]!) ? Number(values[i]) : null
    if (!card || value === null) continue
    const entry = cards.get(card) ?? { engines: new Map(), memory: null }
    cards.set(card, entry)
    const engine = /eng_(\d+)/i.exec(name)?.[1]
    if (engine === undefined) entry.memory = (entry.memory ?? 0) + value
    // One counter a program and engine.
    else entry.engines.set(engine, (entry.engines.get(engine) ?? 0) + value)
  }
  return [...cards].map(([id, { engines, memory }], i) => ({
    ...unread,
    id,
    vendor: 'other',
    name: `Graphics ${i + 1}`,
    driver: null,
    asleep: false,
    load: engines.size === 0 ? null : share(Math.min(1, Math.max(...engines.values()) / 100)),
    memoryUsed: byteCount(memory),
  }))
}

/** Graphics on Windows, whoever made them. Untested on Windows. */
export class WindowsCards implements GpuSource {
  readonly name = 'typeperf'

  async read(): Promise<readonly AgedGpu[]> {
    const output = await runTool('typeperf', [...COUNTERS, '-sc', '1'], 5_000)
    return output === null ? [] : fresh(parseTypeperf(output))
  }

  stop(): void {}
}
