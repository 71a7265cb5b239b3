import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { NvidiaSmi, type NvidiaPower } from './gpus/nvidia.ts'
import { Probe } from './probe.ts'
import { runTool } from './tool.ts'

let bin: string
const path = process.env['PATH']
/** A program of this name, first on the PATH. */
const fake = (name: string, script: string): void => {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(bin, name), 0o755)
}
beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), 'hearth-bin-'))
  process.env['PATH'] = `${bin}:${path}`
})
afterEach(() => {
  process.env['PATH'] = path
  rmSync(bin, { recursive: true, force: true })
})
async function until<T>(what: string, read: () => Promise<T | false | null | undefined>): Promise<T> {
  for (const begun = performance.now(); performance.now() - begun < 20_000; await sleep(20)) {
    const value = await read()
    if (value) return value
  }
  throw new Error(`no ${what}`)
}

describe('a tool of the system', () => {
  test('that hangs is ended, and one that fails or is absent says nothing', async () => {
    fake('hangs', 'exec sleep 60')
    fake('fails', 'echo 42; exit 3')
    const begun = performance.now()
    expect(await runTool('hangs', [], 200)).toBeNull()
    expect(performance.now() - begun).toBeLessThan(10_000)
    expect(await runTool('fails', [], 5_000)).toBeNull()
    expect(await runTool('is-not-there', [], 5_000)).toBeNull()
  })

  test('that never stops printing is ended', async () => {
    fake('floods', 'yes')
    expect(await runTool('floods', [], 20_000)).toBeNull()
  })
})

describe('a probe', () => {
  test('is read at its own pace at most, and goes on where a reading throws', async () => {
    let calls = 0
    const probe = new Probe('test', 20, () =>
      ++calls % 2 ? Promise.resolve({ value: calls, source: 'test' }) : Promise.reject(new Error('no')),
    )
    await Promise.all([probe.look(), probe.look()])
    await probe.look()
    expect([calls, probe.reading.value]).toEqual([1, 1])
    await sleep(25)
    await probe.look()
    expect([calls, probe.reading.value]).toEqual([2, null])
    await sleep(25)
    await probe.look()
    expect([calls, probe.reading.value]).toEqual([3, 3])
    probe.stop()
  })

  test('whose source hangs grows old; nobody waits for it', async () => {
    let reads = 0
    const probe = new Probe('slow', 10, () =>
      reads++ === 0 ? Promise.resolve({ value: 1, source: 'slow' }) : new Promise(() => {}),
    )
    await probe.look()
    await sleep(50)
    void probe.look()
    expect(await Promise.race([probe.look(), sleep(10, 'not waited for')])).toBe('not waited for')
    expect(probe.reading).toMatchObject({ value: 1, source: 'slow' })
    expect(probe.reading.age).toBeGreaterThanOrEqual(50)
    expect(reads).toBe(2)
    probe.stop()
  })
})

describe('nvidia-smi as a child', () => {
  const power = (own: Partial<NvidiaPower> = {}): NvidiaPower => ({
    mayRead: () => Promise.resolve(true),
    canSleep: () => Promise.resolve(false),
    buses: () => Promise.resolve([]),
    ...own,
  })
  const line = (load: number) =>
    `GPU-8f6c1f0e-3a52-7d9b-1c44-0a8b6a9d1e11, NVIDIA GeForce RTX 4090, 560.35.03, ${load}, 61, 214.37, 8123, ` +
    `24564, 41, 00000000:01:00.0`

  test('is started once and heard as long as it talks', async () => {
    fake(
      'nvidia-smi',
      `echo started >> ${bin}/starts\nfor i in 1 2 3 4 5 6 7 8 9; do echo '${line(37)}'; sleep 0.05; done; exec ` +
        `sleep 60`,
    )
    const cards = new NvidiaSmi(power())
    const gpus = await until('card', async () => (await cards.read()).length > 0 && cards.read())
    expect(gpus).toMatchObject([{ load: 0.37, watts: 214.37 }])
    cards.stop()
  })

  test('that dies is started again, and a slow one keeps nobody waiting', async () => {
    fake('nvidia-smi', `sleep 0.3; echo '${line(Number('12'))}'; exit 1`)
    const cards = new NvidiaSmi(power())
    const begun = performance.now()
    expect(await cards.read()).toEqual([])
    expect(performance.now() - begun).toBeLessThan(250)
    await until('card', async () => (await cards.read()).length > 0)
    const age = (await cards.read())[0]?.age ?? 0
    // The second start, a second after the first one's death, refreshes it.
    await until('second life', async () => ((await cards.read())[0]?.age ?? 0) < Math.max(age, 100))
    cards.stop()
  })

  test('that one lost card makes fail is asked of each card alone, and the others are told', async () => {
    fake(
      'nvidia-smi',
      `case "$*" in
        *"-i 0000:01:00.0"*) while :; do echo '${line(37)}'; sleep 0.1; done;;
        *) echo 'Unable to determine the device handle for GPU0000:02:00.0: GPU is lost.'; exit 15;;
      esac`,
    )
    const cards = new NvidiaSmi(power({ buses: () => Promise.resolve(['0000:01:00.0', '0000:02:00.0']) }))
    const told = await until('the card that is left', async () => {
      const gpus = await cards.read()
      return gpus.length > 0 && gpus
    })
    expect(told).toMatchObject([{ bus: '0000:01:00.0', load: 0.37 }])
    cards.stop()
  })

  test('tells how old each card’s values are, and a lost one’s alone grow old', async () => {
    const other = line(5).replace('GPU-8f6c1f0e', 'GPU-00000000').replace('01:00.0', '02:00.0')
    fake('nvidia-smi', `echo '${other}'; while :; do echo '${line(37)}'; sleep 0.05; done`)
    const cards = new NvidiaSmi(power())
    const [lost, well] = await until('one that is old', async () => {
      const gpus = (await cards.read()).toSorted((a, b) => b.age - a.age)
      return gpus.length === 2 && gpus[0]!.age > 1_000 && gpus
    })
    expect([lost!.bus, well!.bus]).toEqual(['0000:02:00.0', '0000:01:00.0'])
    expect(well!.age).toBeLessThan(lost!.age)
    cards.stop()
  })

  test('is not started while all cards sleep', async () => {
    fake('nvidia-smi', `touch ${bin}/woken; exec sleep 60`)
    const cards = new NvidiaSmi(power({ mayRead: () => Promise.resolve(false) }))
    await sleep(300)
    expect(await runTool('ls', [join(bin, 'woken')], 1_000)).toBeNull()
    cards.stop()
  })
})
