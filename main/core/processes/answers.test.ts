import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { trainerContract } from '../../../common/children/trainer.ts'
import { NodeSpawner } from './node-spawner.ts'
import type { Clock } from '../clock.ts'
import { Log } from '../log/log.ts'
import { drain } from '../streams.ts'
import { SupervisedProcess } from './supervised.ts'

const lying = join(import.meta.dirname, '../../../test/support/lying-child.ts')
/** A minute between any two looks at it, so that no breaker opens over so many deaths. */
let minutes = 0
const clock: Clock = { now: () => minutes++ * 61_000 }

let child: SupervisedProcess<typeof trainerContract>
let died: string[]
beforeEach(() => {
  child = new SupervisedProcess({
    name: 'trainer',
    spawner: new NodeSpawner({ trainer: [lying] }),
    clock,
    log: new Log(() => {}),
  })
  died = []
  child.events.on('died', (how) => died.push(how))
})
afterEach(() => child.stop())

const compute = { backend: 'cpu', threads: 1, spin: false } as const
const empty = { format: 'safetensors', base: '', adapter: '', out: '' } as const
const run = { folder: '', base: '', data: '' }
const prepared = { base: '', files: ['a'], folder: '', sequenceLength: 8, heldOutShare: 0, seed: '', classify: false }

describe('a child that answers other than its contract says is not believed, and ended', () => {
  test.each([
    ['another shape', () => child.client.commitment({ folder: '' })],
    [
      'more than its contract knows, deep within',
      () => child.client.verify({ bundle: '', base: '', data: '', expected: null, ...compute }),
    ],
    [
      'a stream with an item of another kind',
      async () => drain(await child.client.bench({ ...compute, repetitions: 1 })),
    ],
    ['a stream that ends with something else', async () => drain(await child.client.prepare(prepared))],
    [
      'a value for a stream',
      async () => drain(await child.client.train({ ...run, ...compute, plan: null, until: null })),
    ],
    ['a stream for a value', () => child.client.adopt({ bundle: '', folder: '' })],
  ])('%s', async (_, ask) => {
    await expect(ask()).rejects.toMatchObject({ code: 'ENGINE_BROKEN', details: { engine: 'trainer' } })
    await expect.poll(() => died).toEqual(['SIGKILL'])
  })

  test('what it says rightly is taken, and its errors are cut to what a person reads', async () => {
    expect(await child.client.merge(empty)).toEqual({})
    const failure = await child.client.convert({ base: '', adapter: '', out: '' }).catch((error: unknown) => error)
    expect(failure).toMatchObject({ code: 'NOT_FOUND', details: {} })
    expect((failure as Error).message.length).toBeLessThanOrEqual(10_000)
    expect(died).toEqual([])
  })
})
