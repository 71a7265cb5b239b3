/**
 * How fast an avatar speaks, beside llama.cpp without us on the same model: writing, the first token of a warm
 * conversation, a prompt's state from its file, and how much is left while every core is busy. npm run bench:chat
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Token } from 'node-llama-cpp'
import type { EngineOptions, Turn, Written } from '../../common/children/llm.ts'
import { benchModel } from '../../native/llm/bench.ts'
import { loadModel, unloadModel, writeAnswer } from '../../native/llm/chat.ts'
import { llama } from '../../native/llm/llama.ts'

const ROUNDS = 5
const TOKENS = 64
/** Some 400 tokens to the benchmark's model. */
const LONG_PROMPT = Array.from({ length: 90 }, (_, i) => `w${i}`).join(' ')

const folder = await mkdtemp(join(tmpdir(), 'hearth-bench-'))
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!
const model = join(folder, 'model.gguf')
await writeFile(model, benchModel())
const threads = Math.max(1, Math.floor(cpus().length / 2))
const options: EngineOptions = {
  model,
  modelHash: 'bench',
  gpu: false,
  threads,
  contextSize: 1024,
  adapter: null,
  states: null,
}
const sampling = { maxTokens: TOKENS, temperature: 0, topP: 1, seed: null, stop: [] }

async function answer(
  turns: readonly Turn[],
  more: Partial<EngineOptions> = {},
): Promise<{ written: Written; ms: number }> {
  const begun = performance.now()
  const stream = writeAnswer({ ...options, ...more }, turns, sampling, undefined)
  let step = await stream.next()
  while (!step.done) step = await stream.next()
  return { written: step.value, ms: performance.now() - begun }
}
const rate = ({ writtenTokens, restMs }: Written): number => ((writtenTokens - 1) * 1000) / restMs

/** The same by llama.cpp's own loop: no template, no stream, no text. */
async function bare(): Promise<number> {
  const engine = await llama(false, threads)
  const loaded = await engine.loadModel({ modelPath: model, gpuLayers: 0 })
  const context = await loaded.createContext({ contextSize: 1024, threads })
  const sequence = context.getSequence()
  await sequence.evaluateWithoutGeneratingNewTokens(Array.from({ length: 48 }, (_, i) => (300 + i * 7) as Token))
  let [count, first] = [0, 0]
  for await (const _ of sequence.evaluate([301 as Token], { temperature: 0, yieldEogToken: true })) {
    if (++count === 1) first = performance.now()
    if (count > TOKENS) break
  }
  const tokens = ((count - 1) * 1000) / (performance.now() - first)
  await loaded.dispose()
  return tokens
}

{
  const [ours, theirs]: [number[], number[]] = [[], []]
  for (let i = 0; i < ROUNDS; i++) {
    await unloadModel()
    theirs.push(await bare())
    ours.push(rate((await answer([{ role: 'user', content: `w1 w2 ${i}` }])).written))
  }
  say(
    `writing: ${median(ours).toFixed(1)} tokens a second on ${threads} threads, ` +
      `${(median(ours) / median(theirs)).toFixed(3)} of llama.cpp's own ${median(theirs).toFixed(1)} (goal 0.95)`,
  )
}
{
  const first: number[] = []
  for (let i = 0; i <= ROUNDS; i++) {
    const { written } = await answer([
      { role: 'system', content: LONG_PROMPT },
      { role: 'user', content: `w${i}` },
    ])
    if (i > 0) first.push(written.firstMs)
  }
  say(`first token of a warm conversation: ${median(first).toFixed(0)} ms (goal 100)`)
}
{
  const states = join(folder, 'states')
  const turns: Turn[] = [
    { role: 'system', content: LONG_PROMPT },
    { role: 'user', content: 'w1' },
  ]
  await unloadModel()
  const made = await answer(turns, { states })
  const [cold, kept]: [number[], number[]] = [[], []]
  for (let i = 0; i < ROUNDS; i++) {
    await unloadModel()
    cold.push((await answer(turns)).written.firstMs)
    await unloadModel()
    await loadModel({ ...options, states })
    const again = await answer(turns, { states })
    // What the file brings is there before the clock of the first token begins; the rest of the call has it, and the
    // prompt taken apart.
    kept.push(again.ms - again.written.restMs - again.written.firstMs)
    if (again.written.keptTokens < made.written.promptTokens / 2) throw new Error('the state was not used')
  }
  say(
    `state of a prompt of ${made.written.promptTokens} tokens: restored in ${median(kept).toFixed(0)} ms (goal ` +
      `50); without it the first token takes ${median(cold).toFixed(0)} ms`,
  )
}
{
  const idle = rate((await answer([{ role: 'user', content: 'w9 w8' }], { threads: 1 })).written)
  const busy = cpus().map(() => new Worker('for (;;);', { eval: true }))
  const loaded: number[] = []
  for (let i = 0; i < ROUNDS; i++)
    loaded.push(rate((await answer([{ role: 'user', content: `w9 w7 ${i}` }], { threads: 1 })).written))
  await Promise.all(busy.map((worker) => worker.terminate()))
  say(
    `while all ${cpus().length} cores are busy, on one thread: ${(median(loaded) / idle).toFixed(2)} of its idle ` +
      `speed (goal 0.5)`,
  )
}
await rm(folder, { recursive: true })
process.exit(0)
