import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { demoBase } from '../../../../test/support/demo.ts'
import { compute, smallRun } from '../../../../test/support/training-runs.ts'
import { openBaseModel } from '../../base/open.ts'
import { merge, trainRun } from '../../service.ts'
import { runFiles } from '../../run/train.ts'
import { decoderConfig, divisorsOf } from './decoder/config.ts'
import { ropeDivisors } from './rope-scaling.ts'
import { rotaryFrequencies } from './rotary-tables.ts'

const LlamaConfig = decoderConfig('llama')

/** transformers 5.23, ROPE_INIT_FUNCTIONS['llama3'] for Llama 3.2 1B: θ 500,000, head size 64, factor 32, from 8192. */
const llama32 = [
  1.0, 0.663601279258728, 0.44036662578582764, 0.2922278344631195, 0.193922758102417, 0.12868738174438477,
  0.08539710193872452, 0.05666961893439293, 0.03760603070259094, 0.02495540864765644, 0.016560440883040428,
  0.010989529080688953, 0.00729266507551074, 0.00483942124992609, 0.0032114461064338684, 0.0012905480107292533,
  0.000429556705057621, 9.708286233944818e-5, 1.9461638657958247e-5, 1.291476746700937e-5, 8.570255886297673e-6,
  5.687232260243036e-6, 3.7740544485131977e-6, 2.504467147446121e-6, 1.6619674170215148e-6, 1.1028836297555245e-6,
  7.318749339901842e-7, 4.856731266045244e-7, 3.2229328894572973e-7, 2.1387423032592778e-7, 1.4192720243499934e-7,
  9.418306490260875e-8,
]
const llama3 = {
  rope_type: 'llama3',
  factor: 32,
  low_freq_factor: 1,
  high_freq_factor: 4,
  original_max_position_embeddings: 8192,
} as const

test('frequencies stretched as Llama 3 are those of transformers', () => {
  const plain = rotaryFrequencies(500_000, 64)
  const divisors = ropeDivisors(llama3, plain)
  const worst = Math.max(...llama32.map((value, j) => Math.abs(Math.fround(plain[j]! / divisors[j]!) / value - 1)))
  expect(worst, `relative difference ${worst}`).toBeLessThan(1e-6)
  expect(ropeDivisors({ rope_type: 'linear', factor: 4 }, plain).every((divisor) => divisor === 4)).toBe(true)
})

test('a config says it in either of its places, and other ways are refused', async () => {
  const config = JSON.parse(await readFile(join(demoBase, 'config.json'), 'utf8')) as Record<string, unknown>
  const of = (change: object) => divisorsOf(LlamaConfig.parse({ ...config, ...change }))
  const { rope_type: type, ...rest } = llama3
  expect(of({ rope_scaling: llama3 })).toEqual(of({ rope_scaling: { type, ...rest } }))
  expect(of({ rope_scaling: llama3 })).toEqual(
    of({ rope_parameters: { rope_theta: config.rope_theta ?? 10_000, ...llama3 } }),
  )
  expect(of({ rope_scaling: null }).every((divisor) => divisor === 1)).toBe(true)
  expect(of({ rope_scaling: { rope_type: 'default' } }).every((divisor) => divisor === 1)).toBe(true)
  for (const rope_scaling of [
    { rope_type: 'yarn', factor: 4 },
    { type: 'dynamic', factor: 2 },
    { rope_type: 'llama3', factor: 8 },
  ])
    expect(() => of({ rope_scaling })).toThrow()
})

test('the stretch survives the way into GGUF and back', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-rope-'))
  const base = join(folder, 'base')
  await cp(demoBase, base, { recursive: true })
  const config = JSON.parse(await readFile(join(base, 'config.json'), 'utf8')) as object
  await writeFile(
    join(base, 'config.json'),
    JSON.stringify({ ...config, rope_scaling: { ...llama3, original_max_position_embeddings: 64 } }),
  )
  await smallRun(
    join(folder, 'run'),
    { steps: 2, checkpointEvery: 2, evaluateEvery: 2, schedule: { kind: 'constant', warmup: 0 } },
    'cpu',
    base,
  )
  for await (const _ of trainRun(join(folder, 'run'), base, compute, 'recompute'));
  await merge(base, runFiles(join(folder, 'run')).adapter, join(folder, 'merged.gguf'), 'gguf')
  const [original, back] = [await openBaseModel(base), await openBaseModel(join(folder, 'merged.gguf'))]
  const [wanted, found] = [original, back].map(({ config: { values } }) => divisorsOf(LlamaConfig.parse(values))) as [
    Float64Array,
    Float64Array,
  ]
  expect(wanted.some((divisor) => divisor > 1)).toBe(true)
  expect(Float32Array.from(found)).toEqual(Float32Array.from(wanted))
  await rm(folder, { recursive: true })
})
