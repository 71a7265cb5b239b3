import { spawn } from 'node:child_process'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import type { Method } from '../../common/model/recipe.ts'
import { HearthError } from '../../common/errors/index.ts'
import { startingPoint } from '../../native/trainer/adapters/layout.ts'
import { float32, type BaseModel } from '../../native/trainer/base/model-folder.ts'
import type { Batch } from '../../native/trainer/data/batch.ts'
import { SteppedExecutor } from '../../native/trainer/executor/stepped.ts'
import { trainedModel } from '../../native/trainer/executor/trained-model.ts'
import { models } from '../../native/trainer/models/registry.ts'
import { LOGITS_BAR, LOSS_BAR, type Row } from './row.ts'

const TOKENS = 40
export const ids = Array.from({ length: TOKENS }, (_, i) => (i * 37 + 5) % 90)
const CLASSES = 3

/** A case of checks/reference/model_cases.py. */
export type Case = Readonly<Record<string, unknown>> & { readonly name: string }
interface Answer {
  readonly logits: Float32Array | null
  readonly loss: number | null
  readonly error: string | null
}

/** What transformers and peft compute of the cases, in one process. */
export async function oracle(python: string, folder: string, cases: readonly Case[]): Promise<readonly Answer[]> {
  const script = fileURLToPath(new URL('../reference/model_cases.py', import.meta.url))
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'pipe'] })
  const printed = Promise.all([text(child.stdout), text(child.stderr)])
  child.stdin.end(JSON.stringify({ folder, ids, cases }))
  const [out, errors] = await printed
  const last = out.split('\n').at(-1) ?? ''
  if (!last.startsWith('{')) throw new Error(`the oracle failed: ${errors.slice(-2000)}`)
  const { results } = JSON.parse(last) as { results: { logits?: string; loss?: number; error?: string }[] }
  return results.map(({ logits, loss, error }) => ({
    logits: logits === undefined ? null : new Float32Array(Uint8Array.from(Buffer.from(logits, 'base64')).buffer),
    loss: loss ?? null,
    error: error ?? null,
  }))
}

/** Logits of a base model by Hearth's engine: of text, or of three classes by fixed weights. */
export async function ownLogits(base: BaseModel): Promise<Float32Array> {
  const architecture = base.config.architecture(TOKENS)
  const weights = await base.weights(architecture, float32)
  const classify = architecture.outputWeight === null
  const targets = [models.family(architecture.type).fixture.targets[0] ?? '']
  const method: Method = { kind: 'lora', rank: 1, alpha: 1, dropout: 0, targets }
  const classes = classify ? Array.from({ length: CLASSES }, (_, i) => `LABEL_${i}`) : null
  const trained = trainedModel(
    { method, classes, batch: { sequences: 1 }, data: { sequenceLength: TOKENS }, engine: { profile: 'cpu' } },
    architecture,
    weights,
  )
  const parameters = startingPoint(trained.layout, 'models', weights)
  const { width } = architecture
  if (classify)
    for (let c = 0; c < CLASSES; c++)
      for (let j = 0; j < width; j++)
        parameters[trained.layout.headOffset + c * width + j] = ((((c + 1) * (j + 1)) % 7) - 3) / 10
  const batch: Batch = {
    ids: Int32Array.from(ids),
    positions: Int32Array.from(ids, (_, i) => i),
    segments: new Uint16Array(TOKENS).fill(1),
    types: new Uint8Array(TOKENS),
    labels: new Int32Array(classify ? 1 : TOKENS),
    weights: new Float32Array(classify ? 1 : TOKENS),
    pool: classify ? Int32Array.of(architecture.classifier.pool === 'first' ? 0 : TOKENS - 1) : new Int32Array(0),
  }
  const run = { backend: 'cpu' as const, threads: 2, spin: false, yieldToEventLoop: () => Promise.resolve() }
  const executor = new SteppedExecutor({ model: trained, weights, ...run }, 'recompute')
  try {
    return await executor.logits(parameters, batch)
  } finally {
    await executor.release()
  }
}

/** Largest difference, relative to the largest logit. */
const apart = (a: Float32Array, b: Float32Array): number =>
  a.length === b.length
    ? a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? NaN))), 0) /
      b.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
    : NaN

/** Mean cross-entropy of the next token. */
function lossOf(logits: Float32Array): number {
  const vocabulary = logits.length / TOKENS
  let total = 0
  for (let t = 0; t + 1 < TOKENS; t++) {
    const row = logits.subarray(t * vocabulary, (t + 1) * vocabulary)
    const peak = Math.max(...row)
    const sum = row.reduce((all, value) => all + Math.exp(value - peak), 0)
    total += Math.log(sum) + peak - (row[ids[t + 1] ?? 0] ?? NaN)
  }
  return total / (TOKENS - 1)
}

/** Judges one case: what Hearth computes against the oracle's answer. */
export async function judge(name: string, answer: Answer, compute: () => Promise<Float32Array>): Promise<Row> {
  const row = { name, difference: null, lossDifference: null }
  let own: Float32Array
  try {
    own = await compute()
  } catch (error) {
    if (!(error instanceof HearthError) || error.code === 'INTERNAL')
      return { ...row, outcome: 'SILENT', words: `it fails without words: ${String(error)}` }
    return { ...row, outcome: 'refused', words: `${error.code}: ${error.message}` }
  }
  if (answer.logits === null)
    return { ...row, outcome: 'SILENT', words: `Hearth takes what the oracle refuses: ${answer.error ?? ''}` }
  const difference = apart(own, answer.logits)
  const lossDifference = answer.loss === null ? null : Math.abs(lossOf(own) / answer.loss - 1)
  const equal = difference <= LOGITS_BAR && (lossDifference ?? 0) <= LOSS_BAR
  return { name, outcome: equal ? 'equal' : 'SILENT', difference, lossDifference, words: '' }
}
