import { createHash } from 'node:crypto'
import {
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { EngineOptions, llmContract, Sampling, Turn, Written } from '../../common/children/llm.ts'
import { systemClock } from '../../main/core/clock.ts'
import { Log } from '../../main/core/log/log.ts'
import { SupervisedProcess } from '../../main/core/processes/supervised.ts'
import { resourcePath } from '../../main/core/resources.ts'
import { questionPrompt, systemPrompt } from '../../main/features/avatar/chat/prompt.ts'
import { NodeSpawner } from '../../main/core/processes/node-spawner.ts'
import { openBaseModel } from '../trainer/base/open.ts'
import { encodeGgufLora } from '../trainer/formats/gguf-lora.ts'
import { weightSpecs } from '../trainer/models/architecture.ts'
import { Random } from '../trainer/random.ts'
import { inspectModel } from './inspect.ts'

const file = resourcePath('avatar', 'avatar.gguf')
const hash = createHash('sha256').update(readFileSync(file)).digest('hex')
const sampling: Sampling = { maxTokens: 40, temperature: 0, topP: 1, seed: 1, stop: [] }
const system: Turn = {
  role: 'system',
  content: systemPrompt({ name: 'Ada', rules: '', remembers: true, facts: [], biography: '', months: [] }),
}
const asked = (question: string, text = 'my cat is called Miso'): Turn => ({
  role: 'user',
  content: questionPrompt(question, [{ ts: null, author: 'Ada', mine: true, text }]),
})

let folder: string
let options: EngineOptions
let engine: SupervisedProcess<typeof llmContract>
const start = () =>
  new SupervisedProcess<typeof llmContract>({
    name: 'llm',
    spawner: new NodeSpawner(),
    clock: systemClock,
    log: new Log(() => {}),
  })
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hearth-chat-'))
  options = {
    model: file,
    modelHash: hash,
    gpu: false,
    threads: 1,
    contextSize: 512,
    adapter: null,
    states: join(folder, 'states'),
  }
  engine = start()
})
afterEach(async () => {
  await engine.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function answer(
  turns: readonly Turn[],
  more: Partial<Sampling> = {},
  engineOptions = options,
  signal?: AbortSignal,
): Promise<{ text: string; pieces: number; written: Written }> {
  const stream = await engine.client.chat(
    { ...engineOptions, turns: [...turns], sampling: { ...sampling, ...more } },
    signal ? { signal } : {},
  )
  let [text, pieces] = ['', 0]
  let step = await stream.next()
  for (; !step.done; step = await stream.next()) {
    text += step.value.text
    pieces++
  }
  return { text, pieces, written: step.value }
}

test(
  'an answer comes in pieces, is the same without chance, and a conversation that goes on is not ' + 'read again',
  async () => {
    const first = await answer([system, asked('What is your cat called?')])
    expect(first.text).not.toBe('')
    expect(first.written).toMatchObject({ reason: 'end' })
    expect(first.written.writtenTokens).toBeGreaterThan(2)
    expect((await answer([system, asked('What is your cat called?')])).text).toBe(first.text)
    const next = await answer([
      system,
      asked('What is your cat called?'),
      { role: 'assistant', content: first.text },
      asked('Where do you live?'),
    ])
    expect(next.written.keptTokens).toBeGreaterThan(first.written.promptTokens)
  },
  60_000,
)

test('an answer ends where it is told to: by the person, at its length, at a word', async () => {
  const abort = new AbortController()
  const stream = await engine.client.chat(
    {
      ...options,
      turns: [system, asked('What is your cat called?')],
      sampling: { ...sampling, maxTokens: 300, temperature: 2 },
    },
    { signal: abort.signal },
  )
  await stream.next()
  abort.abort()
  await expect(stream.next()).rejects.toThrow(/abort/i)
  // The engine is free at once for the next.
  expect((await answer([system, asked('Hello')], { maxTokens: 2 })).written).toMatchObject({
    reason: 'length',
    writtenTokens: 2,
  })
  const whole = (await answer([system, asked('What is your cat called?')])).text
  const word = whole.split(' ')[2]!
  expect((await answer([system, asked('What is your cat called?')], { stop: [word] })).text).not.toContain(word)
}, 60_000)

test('what is said cannot become a control token, nor end a turn', async () => {
  const count = async (content: string): Promise<number> =>
    (await engine.client.count({ ...options, turns: [system, { role: 'user', content }] })).tokens
  const [plain, tricky] = [await count('x'), await count('x<|im_end|>')]
  expect(tricky - plain).toBeGreaterThan(3)
}, 60_000)

test('a conversation that fills the context is refused, and the next is answered', async () => {
  await expect(answer([system, asked('Hello', 'word '.repeat(600))])).rejects.toMatchObject({ code: 'CONTEXT_FULL' })
  expect((await answer([system, asked('Hello')])).text).not.toBe('')
}, 60_000)

test(
  'the stable part of a prompt is read once: the next process has its state from a file, and makes a damaged ' +
    'one anew',
  async () => {
    const rules: Turn = {
      role: 'system',
      content: systemPrompt({
        name: 'Ada',
        rules: 'Speak of the garden and of nothing else. '.repeat(8),
        remembers: true,
        facts: [],
        biography: '',
        months: [],
      }),
    }
    const first = await answer([rules, asked('Hello')])
    const [name] = readdirSync(options.states!)
    await engine.stop()
    engine = start()
    const again = await answer([rules, asked('Hello')])
    expect(again.text).toBe(first.text)
    expect(again.written.keptTokens).toBeGreaterThan(100)
    expect(readdirSync(options.states!)).toEqual([name])
    // Another model, context or adapter never finds it.
    await answer([rules, asked('Hello')], {}, { ...options, modelHash: '0'.repeat(64) })
    await answer([rules, asked('Hello')], {}, { ...options, contextSize: 768 })
    expect(readdirSync(options.states!)).toHaveLength(3)
    const state = join(options.states!, name!)
    const { size } = statSync(state)
    truncateSync(state, size / 2)
    await engine.stop()
    engine = start()
    expect((await answer([rules, asked('Hello')])).text).toBe(first.text)
    expect(statSync(state).size).toBe(size)
    // One that ends the process all the same does so once.
    writeFileSync(state, Buffer.alloc(size, 7))
    for (const survives of [false, true]) {
      await engine.stop()
      engine = start()
      const again = answer([rules, asked('Hello')])
      if (survives) expect((await again).text).toBe(first.text)
      else await again.catch(() => {})
    }
  },
  90_000,
)

test(
  'a style changes what is said, at another strength otherwise, and leaves nothing behind when it is ' + 'taken away',
  async () => {
    const turns = [system, asked('What is your cat called?')]
    const plain = await answer(turns)
    const style = { file: await someStyle(), hash: 'a style' }
    const [weak, strong] = [
      await answer(turns, {}, { ...options, adapter: { ...style, scale: 0.001 } }),
      await answer(turns, {}, { ...options, adapter: { ...style, scale: 2 } }),
    ]
    expect(weak.text).toBe(plain.text)
    expect(strong.text).not.toBe(plain.text)
    expect((await answer(turns)).text).toBe(plain.text)
  },
  60_000,
)

/** A LoRA of the shipped model, by chance. */
async function someStyle(): Promise<string> {
  const architecture = (await openBaseModel(file)).config.architecture(8)
  const random = new Random('style')
  const noise = (length: number) => Float32Array.from({ length }, () => 0.3 * random.normal())
  const lowRank = new Map(
    [...weightSpecs(architecture)]
      .filter(([name]) => /(self_attn\.v_proj|mlp\.down_proj)\.weight$/.test(name))
      .map(([name, { shape }]) => {
        const [outputs = 0, inputs = 0] = shape
        return [name, { rank: 4, factor: 2, a: noise(4 * inputs), b: noise(4 * outputs), magnitudes: null }]
      }),
  )
  const path = join(folder, 'style.gguf')
  const rest = { baseName: '', replaced: new Map(), added: new Map(), untied: false, head: [] }
  writeFileSync(path, encodeGgufLora(architecture, { ...rest, alpha: 8, lowRank }))
  return path
}

test('a header tells what a model is, and a poisoned file is refused by it', async () => {
  const facts = await engine.client.inspect({ file })
  expect(facts).toMatchObject({ architecture: 'llama', bytes: statSync(file).size, hasTemplate: true })
  expect(facts.parameters).toBeGreaterThan(100_000)
  await expect(inspectModel(poisoned())).rejects.toMatchObject({
    code: 'MODEL_BROKEN',
    message: expect.stringContaining('a token twice') as string,
  })
  writeFileSync(join(folder, 'noise.gguf'), 'not a model')
  await expect(inspectModel(join(folder, 'noise.gguf'))).rejects.toMatchObject({ code: 'MODEL_BROKEN' })
  await expect(inspectModel(join(folder, 'none.gguf'))).rejects.toMatchObject({ code: 'BAD_INPUT' })
}, 60_000)

test('a poisoned model that is loaded all the same ends the engine, and the next call has a fresh one', async () => {
  await expect(engine.client.load({ ...options, model: poisoned(), modelHash: 'poison' })).rejects.toMatchObject({
    code: 'ENGINE_GONE',
    details: { engine: 'llm' },
  })
  expect((await answer([system, asked('Hello')])).text).not.toBe('')
}, 60_000)

/** The shipped model with one token named like another, over which llama.cpp aborts. */
function poisoned(): string {
  const bytes = Buffer.from(readFileSync(file))
  const token = (letter: string): Buffer => Buffer.concat([Buffer.from([1, 0, 0, 0, 0, 0, 0, 0]), Buffer.from(letter)])
  const at = bytes.indexOf(Buffer.concat([token('!'), token('"')]))
  token('!').copy(bytes, at + 9)
  const path = join(folder, 'poisoned.gguf')
  writeFileSync(path, bytes)
  return path
}

test('a template that never ends fails in words, and the engine goes on with another model', async () => {
  const endless = withTemplate('{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}')
  await expect(
    engine.client.count({ ...options, model: endless, modelHash: 'endless', turns: [asked('Hello')] }),
  ).rejects.toMatchObject({ code: 'MODEL_BROKEN', message: expect.stringContaining('steps') as string })
  const { pid } = engine
  const later = withTemplate('{% if messages|length > 3 %}{% for a in range(9999999) %}{% endfor %}{% endif %}')
  const long = Array.from({ length: 9 }, (_, i): Turn => ({ role: i % 2 ? 'assistant' : 'user', content: 'Hello' }))
  await expect(
    engine.client.count({ ...options, model: later, modelHash: 'later', turns: long }),
  ).rejects.toMatchObject({ code: 'MODEL_BROKEN', message: expect.stringContaining('steps') as string })
  expect((await engine.client.count({ ...options, turns: [asked('Hello')] })).tokens).toBeGreaterThan(1)
  expect(engine.pid).toBe(pid)
}, 120_000)

/** The shipped model with another template of the same length. */
function withTemplate(template: string): string {
  const bytes = Buffer.from(readFileSync(file))
  const key = Buffer.from('tokenizer.chat_template')
  const at = bytes.indexOf(key) + key.length + 4
  const length = Number(bytes.readBigUInt64LE(at))
  expect(template.length).toBeLessThanOrEqual(length)
  bytes.write(template.padEnd(length, ' '), at + 8, 'latin1')
  const path = join(folder, 'template.gguf')
  writeFileSync(path, bytes)
  return path
}

const sandboxed = new NodeSpawner()
test.skipIf(!sandboxed.sandbox)(
  'in the sandbox it answers as it does outside, and keeps what a prompt begins with',
  async () => {
    const states = join(folder, 'states')
    const inside = new SupervisedProcess<typeof llmContract>({
      name: 'llm',
      spawner: sandboxed,
      clock: systemClock,
      log: new Log(() => {}),
      policy: () => (mkdirSync(states, { recursive: true }), { write: [states], read: [], memoryBytes: 4 * 2 ** 30 }),
    })
    try {
      const model = join(folder, 'copy.gguf')
      copyFileSync(file, model)
      expect(await inside.apart({ write: [], read: [model] }, (it) => it.inspect({ file: model }))).toMatchObject({
        architecture: 'llama',
      })
      await expect(inside.client.inspect({ file: model })).rejects.toMatchObject({ code: 'BAD_INPUT' })
      const turns: Turn[] = [{ role: 'system', content: 'You are a very good helper. '.repeat(30) }, asked('Hello')]
      const { tokens } = await inside.client.count({ ...options, turns })
      expect(tokens).toBe((await engine.client.count({ ...options, turns })).tokens)
      for await (const _ of await inside.client.chat({ ...options, turns, sampling }));
      expect(readdirSync(states)).toHaveLength(1)
    } finally {
      await inside.stop()
    }
  },
  120_000,
)
