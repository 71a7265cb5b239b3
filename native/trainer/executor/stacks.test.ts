import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { plans } from '../../../common/children/trainer.ts'
import type { Method } from '../../../common/model/recipe.ts'
import { startingPoint } from '../adapters/layout.ts'
import { embeddingRows, quantize } from '../base/quantize.ts'
import type { Batch } from '../data/batch.ts'
import { writePeft } from '../formats/peft.ts'
import { readPeft } from '../formats/peft-read.ts'
import { silu } from '../graph/activation.ts'
import { add } from '../graph/arithmetic.ts'
import { scaledAttention } from '../graph/attention.ts'
import { size, type Value } from '../graph/graph.ts'
import { rmsNorm } from '../graph/norm.ts'
import { reshape, transpose } from '../graph/shape.ts'
import { weightSpecs, type Architecture, type Module, type Stack } from '../models/architecture.ts'
import type { Scope } from '../models/scope.ts'
import { splitHeads } from '../models/shared/attention.ts'
import { moduleWeights } from '../models/shared/module-weights.ts'
import { Random } from '../random.ts'
import { createExecutor } from './create.ts'
import { SteppedExecutor } from './stepped.ts'
import { trainedModel } from './trained-model.ts'

const [BATCH, TOKENS, WIDTH, HEADS, VOCABULARY] = [2, 12, 32, 4, 50]
const HEAD_SIZE = WIDTH / HEADS

/** Attention with queries of `from`, keys and values of `of`. */
function attend(scope: Scope, name: string, from: Value, of: Value, mask: Value): Value {
  const { g } = scope
  const project = (x: Value, part: string) =>
    reshape(
      g,
      splitHeads(scope, scope.saveForBackward(name + part, scope.linear(x, `${name}.${part}`)), HEADS, HEAD_SIZE),
      [BATCH * HEADS, TOKENS, HEAD_SIZE],
    )
  const [q, k, v] = [project(from, 'q'), project(of, 'k'), project(of, 'v')] as const
  const mixed = reshape(g, scaledAttention(g, q, k, v, mask, 0.3), [BATCH, HEADS, TOKENS, HEAD_SIZE])
  return scope.linear(reshape(g, transpose(g, mixed, [0, 2, 1, 3]), [BATCH * TOKENS, WIDTH]), `${name}.o`)
}

const attentionModules = (name: string): Record<string, Module> =>
  Object.fromEntries(
    ['q', 'k', 'v', 'o'].map((part) => [`${name}.${part}`, { inputs: WIDTH, outputs: WIDTH, bias: false }]),
  )

function stack(name: string, causal: boolean, modules: Record<string, Module>, build: Stack['build']): Stack {
  return {
    name,
    layers: 2,
    causal,
    modules,
    sublayers: ['self'],
    weights: { ...moduleWeights(modules), 'norm.weight': { shape: [WIDTH] } },
    prefix: (layer) => `${name}.${layer}.`,
    embed: (weights, ids) => embeddingRows(weights, 'embed.weight', ids),
    build,
  }
}

const normed = (scope: Scope, x: Value) => rmsNorm(scope.g, x, scope.weight('norm.weight'), 1e-5)

const encoder = stack(
  'encoder',
  false,
  { ...attentionModules('self'), up: { inputs: WIDTH, outputs: WIDTH, bias: true } },
  (scope, x) => {
    const y = normed(scope, x)
    const middle = add(scope.g, x, scope.sublayer(attend(scope, 'self', y, y, scope.mask), 'self'))
    return add(scope.g, middle, silu(scope.g, scope.linear(middle, 'up')))
  },
)

/** Self-attention with a score bias by head and distance, as T5 has one, then cross-attention. */
const decoder = stack('decoder', true, { ...attentionModules('self'), ...attentionModules('cross') }, (scope, x) => {
  const { g, before } = scope
  if (!before) throw new Error('the decoder needs the encoder’s output')
  const bias = g.table('bias', 'float', [1, HEADS, TOKENS, TOKENS], () =>
    Float32Array.from(
      { length: HEADS * TOKENS * TOKENS },
      (_, i) => Math.sin(i % TOKENS) * Math.floor(i / TOKENS ** 2),
    ),
  )
  const everything = g.table(
    'everything',
    'float',
    [BATCH, 1, TOKENS, TOKENS],
    () => new Float32Array(BATCH * TOKENS * TOKENS),
  )
  const y = normed(scope, x)
  const own = attend(scope, 'self', y, y, add(g, scope.mask, bias))
  const middle = add(g, x, scope.sublayer(own, 'self'))
  return add(g, middle, attend(scope, 'cross', middle, before, everything))
})

const architecture: Architecture = {
  type: 'two stacks',
  stacks: [encoder, decoder],
  width: WIDTH,
  vocabulary: VOCABULARY,
  context: TOKENS,
  heads: { heads: HEADS, kvHeads: HEADS, headSize: HEAD_SIZE },
  root: '',
  headWeights: {},
  embeddingWeights: { 'embed.weight': { shape: [VOCABULARY, WIDTH] } },
  outputWeight: 'embed.weight',
  classifier: { name: 'score', bias: false, pool: 'last' },
  gguf: null,
  final: (_, x) => x,
  pooled: (_, x) => x,
}

const random = new Random('stacks')
const weights = new Map(
  [...weightSpecs(architecture)].map(([name, { shape }]) => {
    const values = Float32Array.from({ length: size(shape) }, () => random.normal() / Math.sqrt(WIDTH))
    return [name, quantize(shape.length === 1 ? values.fill(1) : values, shape, 'f32')] as const
  }),
)

const rows = BATCH * TOKENS
const draw = () => Int32Array.from({ length: rows }, () => random.below(VOCABULARY))
const batch: Batch = {
  ids: draw(),
  positions: Int32Array.from({ length: rows }, (_, i) => i % TOKENS),
  segments: new Uint16Array(rows).fill(1),
  types: new Uint8Array(rows),
  labels: draw(),
  weights: new Float32Array(rows).fill(1 / rows),
  pool: new Int32Array(0),
}
const run = { backend: 'cpu', threads: 2, spin: false, yieldToEventLoop: () => Promise.resolve() } as const

const prepared = (method: Method) => {
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
  const parameters = startingPoint(model.layout, 'stacks', weights).map((value) => value + 0.1 * random.normal())
  return { model, parameters }
}

const targets = ['self.q', 'self.v', 'cross.k', 'cross.v', 'up']
const methods: readonly Method[] = [
  { kind: 'lora', rank: 4, alpha: 8, dropout: 0, targets },
  { kind: 'lora', rank: 4, alpha: 8, dropout: 0, targets, layers: [0, 3] },
  { kind: 'bottleneck', size: 8 },
]

it.each(methods)(
  'an encoder and a decoder with cross-attention have right gradients, the same with every plan: $kind, layers $layers',
  async (method) => {
    const { model, parameters } = prepared(method)
    const results = new Set<string>()
    const gradient = new Float32Array(model.layout.total)
    for (const plan of plans) {
      gradient.fill(0)
      const executor = await createExecutor({ model, weights, ...run }, plan)
      const loss = await executor.gradient(parameters, batch, { seed: 'stacks', step: 0, micro: 0 }, gradient)
      await executor.release()
      results.add(`${loss} ${createHash('sha256').update(new Uint8Array(gradient.buffer)).digest('hex')}`)
    }
    expect([...results]).toHaveLength(1)

    const evaluator = new SteppedExecutor({ model, weights, ...run }, 'recompute')
    for (const { index, offset, size: length, adapted, stack: of } of model.layout.layers) {
      const own = gradient.subarray(offset, offset + length)
      const steepness = Math.sqrt(own.reduce((sum, value) => sum + value ** 2, 0))
      expect(steepness > 0, `layer ${index} of the ${of.name}`).toBe(adapted)
      if (!adapted) continue
      const lossAt = (step: number) =>
        evaluator.loss(
          parameters.map((value, i) => value + (step * (own[i - offset] ?? 0)) / steepness),
          batch,
        )
      const slope = ((await lossAt(0.02)) - (await lossAt(-0.02))) / 0.04
      expect(Math.abs(slope / steepness - 1), `layer ${index} of the ${of.name}`).toBeLessThan(0.02)
    }
    await evaluator.release()
  },
)

it('an adapter over both stacks comes back from its PEFT folder, layer by layer', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-stacks-'))
  const method: Method = { kind: 'lora', rank: 4, alpha: 8, dropout: 0, targets, layers: [1, 2] }
  const { model, parameters } = prepared(method)
  const { layout } = model
  for (const { offset, size: length, adapted } of layout.layers)
    if (!adapted) parameters.fill(0, offset, offset + length)
  await writePeft(
    folder,
    { architecture, layout, method, classes: null, baseName: 'two stacks' },
    { byLayer: parameters, head: new Float32Array(0) },
  )
  const read = await readPeft(folder, architecture)
  await rm(folder, { recursive: true })
  const expected = layout.layers.flatMap(({ prefix, parameters: placed, offset, adapted }) =>
    placed
      .filter(({ name }) => adapted && name.endsWith('.lora_A'))
      .map(({ name, offset: own, size: length }) => ({
        weight: `${prefix}${name.replace('.lora_A', '.weight')}`,
        a: parameters.slice(offset + own, offset + own + length),
      })),
  )
  expect(new Set(expected.map(({ weight }) => weight.split('.').slice(0, 2).join('.')))).toEqual(
    new Set(['encoder.1', 'decoder.0']),
  )
  expect(new Set(read.lowRank.keys())).toEqual(new Set(expected.map(({ weight }) => weight)))
  for (const { weight, a } of expected) expect(read.lowRank.get(weight)).toMatchObject({ rank: 4, factor: 2, a })
})
