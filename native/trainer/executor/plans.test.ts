import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { demoBase } from '../../../test/support/demo.ts'
import { writeRandomModel } from '../../../test/support/tiny-models.ts'
import { plans } from '../../../common/children/trainer.ts'
import type { Method } from '../../../common/model/recipe.ts'
import { startingPoint } from '../adapters/layout.ts'
import { float32, openModelFolder } from '../base/model-folder.ts'
import type { Batch } from '../data/batch.ts'
import { qwen2Fixture } from '../models/qwen/fixture.ts'
import { Random } from '../random.ts'
import { createExecutor } from './create.ts'
import { trainedModel } from './trained-model.ts'

const [BATCH, TOKENS] = [2, 96]
const targets = ['self_attn.q_proj', 'self_attn.v_proj', 'mlp.down_proj']

const methods: readonly Method[] = [
  { kind: 'lora', rank: 8, alpha: 16, dropout: 0.1, targets },
  { kind: 'lora', rank: 8, alpha: 16, dropout: 0.1, targets, layers: [1, 3] },
  { kind: 'dora', rank: 8, alpha: 16, dropout: 0, targets },
  { kind: 'bottleneck', size: 8 },
  { kind: 'prefix', length: 4, hidden: 16 },
]

const root = await mkdtemp(join(tmpdir(), 'hearth-plans-'))
afterAll(() => rm(root, { recursive: true }))

/** A model of which two layers see all and two see a window. */
const slidingBase = (window: number) =>
  writeRandomModel(join(root, 'sliding'), {
    ...qwen2Fixture.config,
    vocab_size: 512,
    max_position_embeddings: 128,
    num_hidden_layers: 4,
    use_sliding_window: true,
    sliding_window: window,
    max_window_layers: 2,
  })

const cases = [
  ...methods.map((method) => ({ method, window: null })),
  // Layers of one graph with two masks.
  { method: { kind: 'lora', rank: 8, alpha: 16, dropout: 0, targets } satisfies Method, window: 20 },
]

it.each(cases)(
  'gives the same bits with every plan: $method.kind, layers $method.layers, window $window',
  async (one) => {
    const { method, window } = one
    const base = await openModelFolder(window === null ? demoBase : await slidingBase(window))
    const architecture = base.config.architecture(TOKENS + 4)
    const weights = await base.weights(architecture, float32)
    const model = trainedModel(
      {
        method,
        classes: null,
        batch: { sequences: BATCH },
        data: { sequenceLength: TOKENS },
        engine: { profile: 'cpu' },
      },
      architecture,
      weights,
    )
    const random = new Random('plans')
    const parameters = startingPoint(model.layout, 'plans', weights).map((value) => value + 0.02 * random.normal())
    const rows = BATCH * TOKENS
    const draw = (limit: number) => Int32Array.from({ length: rows }, () => random.below(limit))
    const batch: Batch = {
      ids: draw(512),
      positions: Int32Array.from({ length: rows }, (_, i) => i % TOKENS),
      segments: new Uint16Array(rows).fill(1),
      types: new Uint8Array(rows),
      labels: draw(512),
      weights: new Float32Array(rows).fill(1 / rows),
      pool: new Int32Array(0),
    }
    const results = new Set<string>()
    for (const plan of plans) {
      const executor = await createExecutor(
        { model, weights, backend: 'cpu', threads: 2, spin: false, yieldToEventLoop: () => Promise.resolve() },
        plan,
      )
      const gradient = new Float32Array(model.layout.total)
      const loss = await executor.gradient(parameters, batch, { seed: 'plans', step: 3, micro: 0 }, gradient)
      await executor.release()
      // Layers that a method leaves alone have no gradient.
      if ('layers' in method)
        for (const { offset, size } of [model.layout.layers[0]!, model.layout.layers[2]!])
          expect(gradient.subarray(offset, offset + size).every((value) => value === 0)).toBe(true)
      results.add(`${loss} ${createHash('sha256').update(new Uint8Array(gradient.buffer)).digest('hex')}`)
    }
    expect([...results]).toHaveLength(1)
  },
)
