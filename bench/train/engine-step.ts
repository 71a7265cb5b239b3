/**
 * The engine's training step as a process of its own; answers as torch_step.py does. argv: folder tokens rank targets
 * plan threads format
 */
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { startingPoint } from '../../native/trainer/adapters/layout.ts'
import { openModelFolder } from '../../native/trainer/base/model-folder.ts'
import type { BaseFormat } from '../../native/trainer/base/frozen.ts'
import type { Batch } from '../../native/trainer/data/batch.ts'
import { createExecutor } from '../../native/trainer/executor/create.ts'
import type { Plan } from '../../native/trainer/executor/executor.ts'
import { trainedModel } from '../../native/trainer/executor/trained-model.ts'
import { adamw } from '../../native/trainer/optimizer/adamw.ts'
import { weightFormats } from '../../native/trainer/run/engine-model.ts'
import { memoryOf, weightBytes } from '../../native/trainer/run/plan.ts'

const [folder, tokensText, rankText, targetsText, plan, threads, format] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  Plan,
  string,
  BaseFormat,
]
const [tokens, rank] = [Number(tokensText), Number(rankText)]
const base = await openModelFolder(folder)
const architecture = base.config.architecture(tokens)
const weights = await base.weights(architecture, weightFormats(format, 'cpu'))
const model = trainedModel(
  {
    method: { kind: 'lora', rank, alpha: 2 * rank, dropout: 0, targets: targetsText.split(',') },
    classes: null,
    batch: { sequences: 1 },
    data: { sequenceLength: tokens },
    engine: { profile: 'cpu' },
  },
  architecture,
  weights,
)
const parameters = startingPoint(model.layout, 'bench', weights)
const state = { parameters, first: new Float32Array(parameters.length), second: new Float32Array(parameters.length) }
const gradient = new Float32Array(parameters.length)
const ids = Int32Array.from({ length: tokens }, (_, i) => (i * 7919) % architecture.vocabulary)
const batch: Batch = {
  ids,
  positions: ids.map((_, i) => i),
  segments: new Uint16Array(tokens).fill(1),
  types: new Uint8Array(tokens),
  labels: ids.map((_, i) => ids[(i + 1) % tokens]!),
  weights: new Float32Array(tokens).fill(1 / tokens),
  pool: new Int32Array(0),
}
const executor = await createExecutor(
  { model, weights, backend: 'cpu', threads: Number(threads), spin: true, yieldToEventLoop: () => Promise.resolve() },
  plan,
)
let count = 0

async function step(): Promise<number> {
  gradient.fill(0)
  const loss = await executor.gradient(parameters, batch, { seed: 'bench', step: count, micro: 0 }, gradient)
  adamw(state, gradient, ++count, 1e-4, {
    kind: 'adamw',
    learningRate: 1e-4,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
    weightDecay: 0.01,
    clip: null,
  })
  return loss
}
const answer = (value: object) => process.stdout.write(`${JSON.stringify(value)}\n`)

await step()
answer({ ready: 'engine', estimate: memoryOf(model, weightBytes(weights), plan) })
for await (const line of createInterface({ input: process.stdin })) {
  if (line.trim() === 'q') {
    answer({ peak: Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))![1]) * 1024 })
    process.exit(0)
  }
  const begun = performance.now()
  const loss = await step()
  answer({ ms: performance.now() - begun, loss })
}
