/**
 * Adapters as others load them: a random adapter of each method, written as a PEFT folder and for llama.cpp, must give
 * the engine's own logits in Hugging Face PEFT and in llama.cpp; so must merged models.
 * npm run check:exports   (HEARTH_PYTHON names a Python with torch, transformers and peft)
 */
import { spawnSync } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Method } from '../common/model/recipe.ts'
import { startingPoint } from '../native/trainer/adapters/layout.ts'
import { models } from '../native/trainer/models/registry.ts'
import { float32, openModelFolder } from '../native/trainer/base/model-folder.ts'
import type { Batch } from '../native/trainer/data/batch.ts'
import { SteppedExecutor } from '../native/trainer/executor/stepped.ts'
import { trainedModel } from '../native/trainer/executor/trained-model.ts'
import { writeGgufModel, writeMergedFolder } from '../native/trainer/export/merged-model.ts'
import { encodeGgufLora } from '../native/trainer/formats/gguf-lora.ts'
import { writePeft } from '../native/trainer/formats/peft.ts'
import { readPeft } from '../native/trainer/formats/peft-read.ts'
import { Random } from '../native/trainer/random.ts'
import { adapterValues } from '../native/trainer/run/result.ts'
import { demoBase as demo } from '../test/support/demo.ts'
import { writeRandomModel } from '../test/support/tiny-models.ts'
import { llamaLogProbabilities } from './support/llama.ts'
import { logProbabilities } from './support/log-probabilities.ts'
import { findPython } from './support/torch.ts'

const BAR = 1e-4
const TOKENS = 12
const run = { backend: 'cpu' as const, threads: 2, spin: false }
const folder = await mkdtemp(join(tmpdir(), 'hearth-exports-'))
/** The demo model with rotary positions stretched as Llama 3 does. */
const stretched = join(folder, 'stretched')
const python = findPython(['torch', 'transformers', 'peft'])
let failed = 0

function report(what: string, error: number): void {
  if (!(error <= BAR)) failed++
  process.stdout.write(`${error <= BAR ? 'ok  ' : 'FAIL'} ${error.toExponential(2)}  ${what}\n`)
}

/** Largest difference, relative to the largest logit. */
const difference = (a: Float32Array, b: Float32Array): number =>
  a.length === b.length
    ? a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i]!)), 0) /
      a.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    : NaN

function peftLogits(
  base: string,
  adapter: string | null,
  ids: readonly number[],
  classes: number | null,
): Float32Array {
  const { status, stdout, stderr } = spawnSync(
    python!,
    [fileURLToPath(new URL('reference/peft_logits.py', import.meta.url))],
    { input: JSON.stringify({ base, adapter, ids, classes }), maxBuffer: 2 ** 28 },
  )
  if (status !== 0) throw new Error(String(stderr).slice(-2000))
  return new Float32Array(
    Uint8Array.prototype.slice.call(
      Buffer.from((JSON.parse(String(stdout).split('\n').at(-1)!) as { logits: string }).logits, 'base64'),
    ).buffer,
  )
}

const ids = Array.from({ length: TOKENS }, (_, i) => (i * 37 + 5) % 90)
const batch = (classes: number | null, pool: 'first' | 'last'): Batch => ({
  ids: Int32Array.from(ids),
  positions: Int32Array.from(ids, (_, i) => i),
  segments: new Uint16Array(TOKENS).fill(1),
  types: new Uint8Array(TOKENS),
  labels: new Int32Array(classes === null ? TOKENS : 1),
  weights: new Float32Array(classes === null ? TOKENS : 1),
  pool: classes === null ? new Int32Array(0) : Int32Array.of(pool === 'first' ? 0 : TOKENS - 1),
})

async function check(name: string, base: string, method: Method, classCount: number | null): Promise<void> {
  const model = await openModelFolder(base)
  const architecture = model.config.architecture(TOKENS + ('length' in method ? method.length : 0))
  const weights = await model.weights(architecture, float32)
  const classes = classCount === null ? null : Array.from({ length: classCount }, (_, i) => `LABEL_${i}`)
  const trained = trainedModel(
    { method, classes, batch: { sequences: 1 }, data: { sequenceLength: TOKENS }, engine: { profile: 'cpu' } },
    architecture,
    weights,
  )
  const parameters = startingPoint(trained.layout, 'exports', weights)
  const random = new Random('exports')
  for (let i = 0; i < parameters.length; i++) parameters[i]! += 0.1 * random.normal()
  const executor = new SteppedExecutor(
    { model: trained, weights, ...run, yieldToEventLoop: () => Promise.resolve() },
    'recompute',
  )
  const own = await executor.logits(parameters, batch(classCount, architecture.classifier.pool))
  await executor.release()
  const values = await adapterValues(trained, parameters, run)
  const adapter = join(folder, name.replace(/\W+/g, '-'))
  await writePeft(adapter, { architecture, layout: trained.layout, method, classes, baseName: base }, values)
  if (python && method.kind !== 'bottleneck')
    report(`${name}: PEFT folder in Hugging Face PEFT`, difference(own, peftLogits(base, adapter, ids, classCount)))

  if (classCount !== null || (method.kind !== 'lora' && method.kind !== 'dora')) return
  const imported = await readPeft(adapter, architecture)
  const parts = { base: model, baseFolder: base, adapter: imported }
  const merged = join(adapter, 'merged')
  await writeMergedFolder(merged, parts)
  if (python) report(`${name}: merged folder in transformers`, difference(own, peftLogits(merged, null, ids, null)))
  if (base !== demo && base !== stretched) return
  const expected = logProbabilities(own, architecture.vocabulary)
  await writeGgufModel(join(adapter, 'merged.gguf'), parts)
  report(
    `${name}: merged GGUF in llama.cpp`,
    difference(expected, await llamaLogProbabilities(join(adapter, 'merged.gguf'), null, ids)),
  )
  if (method.kind !== 'lora') return
  await writeGgufModel(join(adapter, 'base.gguf'), { ...parts, adapter: null })
  await writeFile(join(adapter, 'adapter.gguf'), encodeGgufLora(architecture, imported))
  report(
    `${name}: GGUF adapter in llama.cpp`,
    difference(expected, await llamaLogProbabilities(join(adapter, 'base.gguf'), join(adapter, 'adapter.gguf'), ids)),
  )
}

try {
  const low = (type: string, kind: 'lora' | 'dora'): Method => ({
    kind,
    rank: 4,
    alpha: 8,
    dropout: 0,
    targets: [...models.family(type).fixture.targets],
  })
  await check('demo llama LoRA', demo, low('llama', 'lora'), null)
  await cp(demo, stretched, { recursive: true })
  const config = JSON.parse(await readFile(join(demo, 'config.json'), 'utf8')) as object
  await writeFile(
    join(stretched, 'config.json'),
    JSON.stringify({
      ...config,
      rope_scaling: {
        rope_type: 'llama3',
        factor: 8,
        low_freq_factor: 1,
        high_freq_factor: 4,
        original_max_position_embeddings: 32,
      },
    }),
  )
  await check('stretched llama LoRA', stretched, low('llama', 'lora'), null)
  await check('demo llama DoRA', demo, low('llama', 'dora'), null)
  await check('demo llama prefix tuning', demo, { kind: 'prefix', length: 3, hidden: 16 }, null)
  await check('demo llama P-tuning v2', demo, { kind: 'p-tuning', length: 3 }, null)
  for (const family of models.families.slice(1)) {
    const { type, fixture } = family
    const base = join(folder, type)
    await mkdir(base, { recursive: true })
    await writeRandomModel(base, fixture.config)
    const writesText = family.parse(fixture.config).architecture(1).outputWeight !== null
    await check(`${type} LoRA`, base, low(type, 'lora'), writesText ? null : 3)
    if (writesText) await check(`${type} prefix tuning`, base, { kind: 'prefix', length: 3, hidden: 16 }, null)
    if (type === 'qwen2') await check(`${type} LoRA, three classes`, base, low(type, 'lora'), 3)
  }
} finally {
  await rm(folder, { recursive: true, force: true })
}
if (!python)
  process.stdout.write('skipped Hugging Face: no Python with torch, transformers and peft (HEARTH_PYTHON names one)\n')
process.stdout.write(`bar ${BAR}, ${failed} above it\n`)
process.exit(failed > 0 ? 1 : 0)
