import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { llmContract } from '../../common/children/llm.ts'
import { systemClock } from '../../main/core/clock.ts'
import { Log } from '../../main/core/log/log.ts'
import { SupervisedProcess } from '../../main/core/processes/supervised.ts'
import { NodeSpawner } from '../../main/core/processes/node-spawner.ts'

test('llama.cpp reads and writes the benchmark’s model, and leaves no file behind', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hearth-llm-'))
  const engine = new SupervisedProcess<typeof llmContract>({
    name: 'llm',
    spawner: new NodeSpawner(),
    clock: systemClock,
    log: new Log(() => {}),
  })
  try {
    const rates: { prompt: number; decode: number }[] = []
    for await (const rate of await engine.client.bench({ folder, threads: 1, gpu: false, repetitions: 2 }))
      rates.push(rate)
    expect(rates).toHaveLength(2)
    // A prompt is read many tokens at a time, an answer is written one by one.
    for (const { prompt, decode } of rates) expect(prompt).toBeGreaterThan(decode)
    expect(Math.min(...rates.map(({ decode }) => decode))).toBeGreaterThan(0)
    expect(readdirSync(folder)).toEqual([])
  } finally {
    await engine.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}, 120_000)
