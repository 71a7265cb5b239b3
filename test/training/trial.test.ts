import { randomUUID } from 'node:crypto'
import { copyFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Api } from '../../common/api/index.ts'
import type { RunRow } from '../../common/api/training.ts'
import type { MethodName } from '../../common/model/recipe-presets.ts'
import type { TrialPrompt } from '../../common/model/trial.ts'
import { resourcePath } from '../../main/core/resources.ts'
import { drain } from '../../main/core/streams.ts'
import { until } from '../support/market.ts'
import { World, type HearthProcess } from '../support/processes.ts'

const PATIENCE_MS = 120_000
const SAID = 'The keeper lit the lamp at nine and wrote down seven ships before the fog came in.'
const [BEGUN, REST] = ['The keeper lit the lamp at', ' nine and wrote down seven ships']

let world: World
let host: HearthProcess
let api: Api

beforeAll(async () => {
  world = new World()
  const { rpcUrl = '' } = (await world.chain()).ready
  host = await world.serve('owner', rpcUrl)
  api = await world.api(host)
})
afterAll(() => world[Symbol.asyncDispose]())

const trials = (): Promise<string[]> => readdir(join(host.dataDir, 'trials')).catch(() => [])

/** A run that is to learn one row by heart. */
async function begun(
  method: MethodName,
  base = resourcePath('demo', 'model'),
  row: object = { text: SAID },
  times = 160,
) {
  const upload = randomUUID()
  const rows = `${JSON.stringify(row)}\n`.repeat(times)
  await api.training.putData({ upload, name: 'said.jsonl', first: true, chunk: Buffer.from(rows).toString('base64') })
  return api.training.create({
    name: method,
    base,
    uploads: [upload],
    demoData: false,
    preset: 'thorough',
    method,
    sequenceLength: 64,
    classify: false,
  })
}

/** One that has learnt it. */
async function learnt(...of: Parameters<typeof begun>): Promise<string> {
  const { id } = await begun(...of)
  return learntOf(id, () => Promise.resolve())
}

/** @param before what happens once it is prepared */
async function learntOf(id: string, before: () => Promise<unknown>): Promise<string> {
  const reached = (wanted: RunRow['state']) =>
    until(
      wanted,
      async () => {
        const run = (await api.training.runs()).find((item) => item.id === id)
        if (run?.state === 'failed') throw new Error(run.error?.message)
        return run?.state === wanted
      },
      PATIENCE_MS,
    )
  await reached('ready')
  await before()
  await api.training.start({ id })
  await reached('finished')
  return id
}

/** At the first checkpoint a run says what its base says, at the last what it has learnt. */
async function learntOnItsWay(run: string, base: string): Promise<void> {
  const { said } = await until(
    'all checkpoints to be asked',
    async () => {
      const samples = await api.trial.samples({ run })
      expect(samples.problem).toBeNull()
      return samples.waiting === 0 && samples
    },
    PATIENCE_MS,
  )
  const { recipe } = await api.training.run({ id: run })
  const steps = said.map(({ step }) => step)
  expect(steps.length).toBeGreaterThan(2)
  expect(steps).toEqual(steps.map((_, i) => i * (recipe?.checkpointEvery ?? 0)))
  expect(said[0]?.texts[0]?.startsWith(base)).toBe(true)
  expect(said.at(-1)?.texts[0]).toContain(REST)
  await expect(api.trial.askSamples({ run, prompts: [] })).rejects.toThrow('pause the run first')
}

async function asked(run: string, prompt: TrialPrompt): Promise<{ before: string; after: string }> {
  const said = { before: '', after: '' }
  const stream = await api.trial.ask({ run, prompt, maxTokens: 40, temperature: 0 })
  await drain(stream, ({ side, text }) => void (said[side] += text))
  return said
}

test('what a run learnt by heart its model says, at last, and its base does not, by both ways that llama.cpp has', async () => {
  for (const method of ['lora', 'dora'] as const) {
    const { id: run } = await begun(method)
    const prompts: TrialPrompt[] = [{ kind: 'text', text: BEGUN }]
    await learntOf(run, async () => {
      const samples = api.trial.askSamples({ run, prompts })
      // A folded model at each checkpoint would be too much beside the training.
      await (method === 'lora' ? samples : expect(samples).rejects.toThrow(/cannot be asked/))
    })
    expect(await trials()).not.toContain(`${run}.gguf`)
    const { before, after } = await asked(run, { kind: 'text', text: BEGUN })
    expect(after).toContain(REST)
    expect(before).not.toContain(REST)
    expect(await trials()).toContain(`${run}.gguf`)
    if (method === 'lora') await learntOnItsWay(run, before)
    // From what it learnt from comes what it can be asked.
    const [prompt] = await api.trial.prompts({ run })
    expect(prompt?.kind).toBe('text')
    expect(SAID.startsWith(prompt?.text ?? '-')).toBe(true)
    await api.training.remove({ id: run })
    await until('the files to go', async () => (await trials()).length === 0)
  }
})

test('a chat is answered as it was taught; base and adapter become one model; another base is noticed', async () => {
  const base = join(world.folder, 'base.gguf')
  await copyFile(resourcePath('avatar', 'avatar.gguf'), base)
  // Of half as many rows not every starting point learns it by heart.
  const taught = { question: 'What of the lamp?', answer: 'Seven ships passed it.' }
  const run = await learnt('lora', base, taught, 320)
  expect(await api.trial.prompts({ run })).toEqual([{ kind: 'chat', text: 'What of the lamp?' }])
  const { before, after } = await asked(run, { kind: 'chat', text: 'What of the lamp?' })
  expect(after).toContain('Seven ships passed it.')
  expect(before).not.toContain('Seven ships')
  const model = await api.trial.keep({ run, name: 'Keeper' })
  expect((await api.models.overview()).models.map(({ name, id }) => [name, id])).toContainEqual(['Keeper', model.id])
  expect((await trials()).filter((name) => name.endsWith('.part'))).toEqual([])

  await copyFile(join(host.dataDir, 'training', run, 'adapter', 'adapter.gguf'), base)
  await expect(asked(run, { kind: 'text', text: BEGUN })).rejects.toMatchObject({
    code: 'MODEL_UNSUPPORTED',
    message: expect.stringContaining('is an adapter, not a base model') as string,
  })
})

test('a run that is not over and a method that llama.cpp cannot run are refused in words', async () => {
  const [prefix, early] = [await begun('prefix'), await begun('lora')]
  await expect(asked(prefix.id, { kind: 'text', text: BEGUN })).rejects.toThrow(/method prefix.*PEFT/)
  await expect(asked(early.id, { kind: 'text', text: BEGUN })).rejects.toThrow('nothing to try yet')
})
