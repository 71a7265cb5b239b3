import { cp, mkdtemp, readdir, readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { demoBase } from '../../../test/support/demo.ts'
import { verifyPath, MerkleTree } from '../../../main/core/merkle.ts'
import { BatchOrder, batchesOf } from './batches.ts'
import { prepareData, type PrepareOptions } from './prepare.ts'
import { dataRoot, readPrepared, writePrepared } from './prepared-file.ts'
import { readRows } from './rows.ts'
import { join as joinSamples, NO_LABEL, pack } from './sequence.ts'
import { TextTokenizer } from './tokenizer.ts'

const root = await mkdtemp(join(tmpdir(), 'hearth-data-'))
let tokenizer: TextTokenizer
beforeAll(async () => {
  tokenizer = await TextTokenizer.open(demoBase)
})
afterAll(() => rm(root, { recursive: true }))

async function put(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(root, name)
  await writeFile(path, content)
  return path
}
async function rows(path: string) {
  const all: unknown[] = []
  for await (const row of readRows(path)) all.push(row)
  return all
}
const prepare = async (name: string, content: string, more: Partial<PrepareOptions> = {}) =>
  prepareData({
    files: [await put(name, content)],
    tokenizer,
    sequenceLength: 32,
    heldOutShare: 0,
    seed: 'x',
    classify: false,
    ...more,
  })

describe('rows', () => {
  it('come from JSONL, CSV and text', async () => {
    expect(await rows(await put('a.jsonl', '\uFEFF{"text":"eins"}\r\n\n{"text":"zwei"}'))).toEqual([
      { text: 'eins' },
      { text: 'zwei' },
    ])
    expect(await rows(await put('a.csv', 'text,label\n"a, ""b""",1\n\nc,2\n'))).toEqual([
      { text: 'a, "b"', label: '1' },
      { text: 'c', label: '2' },
    ])
    expect(await rows(await put('a.txt', 'one\ntwo\n\nthree\n'))).toEqual([{ text: 'one\ntwo' }, { text: 'three' }])
  })

  it.skipIf(process.platform !== 'linux').each(['csv', 'jsonl'])(
    'of a %s file that is not read to its end keep it open no longer',
    async (ending) => {
      const row = ending === 'csv' ? 'some text\n' : '{"text":"some text"}\n'
      const path = await put(`long.${ending}`, `${ending === 'csv' ? 'text\n' : ''}${row.repeat(200_000)}`)
      for await (const _ of readRows(path)) break
      const open = async () => {
        const all = await readdir('/proc/self/fd')
        return Promise.all(all.map((fd) => readlink(`/proc/self/fd/${fd}`).catch(() => '')))
      }
      await expect.poll(open).not.toContain(path)
    },
  )

  it.each([
    ['wrong.jsonl', '{"text":"a"}\n{"text":', 2],
    ['array.jsonl', '[1]', 1],
    ['latin1.jsonl', Buffer.from([...Buffer.from('{"text":"a"}\n{"text":"'), 0xe9, ...Buffer.from('"}')]), 1],
    ['latin1.csv', Buffer.from([...Buffer.from('text\nab'), 0xe9, 0x20, 0x20]), 1],
  ])('name the file and the line that is wrong: %s', async (name, content, line) => {
    await expect(rows(await put(name, content))).rejects.toMatchObject({
      code: 'DATASET_BROKEN',
      details: { file: name, line },
    })
  })

  it.each([
    ['cut.parquet', 'PAR1xxxxxxxxPAR1'],
    ['ragged.csv', 'a,b\n1\n'],
    ['data.xlsx', 'PK'],
  ])('refuse %s', async (name, content) => {
    const path = await put(name, content)
    await expect((async () => rows(path))()).rejects.toMatchObject({ code: 'DATASET_BROKEN' })
  })
})

describe('preparing', () => {
  it('learns answers only, and ends them', async () => {
    const { data, report } = await prepare(
      'chat.jsonl',
      '{"messages":[{"role":"user","content":"Who?"},{"role":"assistant","content":"Anna."}]}',
      { sequenceLength: 64 },
    )
    const [sequence] = data.sequences
    const learnt = [...sequence!.targets].filter((target) => target !== NO_LABEL)
    expect(tokenizer.decode(learnt)).toContain('Anna.')
    expect(tokenizer.decode(learnt)).not.toContain('Who')
    expect(report.learntTokens).toBeLessThan(report.tokens)
  })

  it('reads an answer of weight 0 and does not learn it', async () => {
    const messages = [
      { role: 'user', content: 'Who?' },
      { role: 'assistant', content: 'Anna.', weight: 0 },
      { role: 'user', content: 'And who?' },
      { role: 'assistant', content: 'Berta.' },
    ]
    const { data } = await prepare('weighed.jsonl', JSON.stringify({ messages }), { sequenceLength: 64 })
    const [sequence] = data.sequences
    const learnt = tokenizer.decode([...sequence!.targets].filter((target) => target !== NO_LABEL))
    expect(tokenizer.decode([...sequence!.ids])).toContain('Anna.')
    expect(learnt).toContain('Berta.')
    expect(learnt).not.toContain('Anna')
  })

  it('reads what a tool says and does not learn it', async () => {
    const conversations = [
      { from: 'human', value: 'Where is it?' },
      { from: 'function_call', value: 'look' },
      { from: 'observation', value: 'OBSERVED' },
      { from: 'gpt', value: 'In the hall.' },
    ]
    const { data, report } = await prepare('tools.jsonl', JSON.stringify({ conversations }), { sequenceLength: 128 })
    const [sequence] = data.sequences
    const learnt = tokenizer.decode([...sequence!.targets].filter((target) => target !== NO_LABEL))
    expect(tokenizer.decode([...sequence!.ids])).toContain('OBSERVED')
    expect(learnt).toMatch(/look[\s\S]*In the hall\./)
    expect(learnt).not.toContain('OBSERVED')
    expect(report).toMatchObject({ samples: 1, empty: 0 })
  })

  it('reads a chat of megabytes', async () => {
    const long = 'The keeper lit the lamp and went home 灯 '.repeat(20_000)
    const { report } = await prepare('long.jsonl', JSON.stringify({ question: long, answer: long }), {
      sequenceLength: 2 ** 20,
    })
    expect(report).toMatchObject({ samples: 1, cut: 0 })
    expect(report.learntTokens).toBeGreaterThan(200_000)
  })

  it('refuses a speaker that nobody knows, with its row and name', async () => {
    const rows = [
      { conversations: [{ from: 'gpt', value: 'a' }] },
      { conversations: [{ from: 'narrator', value: 'b' }] },
    ]
    await expect(prepare('narrator.jsonl', rows.map((row) => JSON.stringify(row)).join('\n'))).rejects.toMatchObject({
      code: 'DATASET_BROKEN',
      message: expect.stringMatching(/narrator\.jsonl, row 2: .*“narrator”/) as string,
    })
  })

  it('takes texts from a model without a template, and chats only when one is chosen', async () => {
    const base = join(root, 'untold')
    await cp(demoBase, base, { recursive: true, filter: (path) => !path.endsWith('.safetensors') })
    const config = JSON.parse(await readFile(join(base, 'tokenizer_config.json'), 'utf8')) as Record<string, unknown>
    await writeFile(join(base, 'tokenizer_config.json'), JSON.stringify({ ...config, chat_template: null }))
    const untold = await TextTokenizer.open(base)
    const chat = '{"question":"Who?","answer":"Anna."}'
    expect((await prepare('told.jsonl', '{"text":"The lamp."}', { tokenizer: untold })).report.samples).toBe(1)
    await expect(prepare('asked.jsonl', chat, { tokenizer: untold })).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringContaining('chatml') as string,
    })
    for (const name of ['chatml', 'plain']) {
      const chosen = await TextTokenizer.open(base, name)
      expect((await prepare('chosen.jsonl', chat, { tokenizer: chosen, sequenceLength: 64 })).report.samples).toBe(1)
    }
    await expect(TextTokenizer.open(base, 'alpaca')).rejects.toMatchObject({ code: 'BAD_INPUT' })
  })

  it('counts empty rows, cuts long answers and splits long texts', async () => {
    const long = 'The old lamp stood in the hall. '.repeat(40)
    const { report } = await prepare(
      'mixed.jsonl',
      [{ text: '' }, { text: long }, { note: 'no text' }, { prompt: 'Say:', completion: long }]
        .map((row) => JSON.stringify(row))
        .join('\n'),
    )
    expect(report).toMatchObject({ rows: 4, samples: 2, empty: 2, cut: 1 })
    expect(report.tokens).toBeGreaterThan(10 * 32)
  })

  it('finds the classes, and refuses data of one class', async () => {
    const { data, report } = await prepare(
      'classes.jsonl',
      [
        { text: 'glad', label: 'good' },
        { text: 'sad', label: 'bad' },
      ]
        .map((row) => JSON.stringify(row))
        .join('\n'),
      { classify: true },
    )
    expect(report.classes).toEqual(['bad', 'good'])
    expect(data.sequences.map(({ label }) => label)).toEqual([1, 0])
    await expect(prepare('one.jsonl', '{"text":"a","label":"x"}', { classify: true })).rejects.toMatchObject({
      code: 'DATASET_BROKEN',
    })
  })

  it.each([
    ['empty.jsonl', ''],
    ['blank.jsonl', '{"text":"  "}'],
    ['columns.jsonl', '{"foo":"bar"}'],
  ])('refuses %s, which teaches nothing', async (name, content) => {
    await expect(prepare(name, content)).rejects.toMatchObject({ code: 'DATASET_BROKEN' })
  })

  it('holds the same samples out for the same seed', async () => {
    const text = Array.from({ length: 20 }, (_, i) => JSON.stringify({ text: `Line ${i} of the diary.` })).join('\n')
    const [a, b, c] = [
      await prepare('split.jsonl', text, { heldOutShare: 0.3 }),
      await prepare('split.jsonl', text, { heldOutShare: 0.3 }),
      await prepare('split.jsonl', text, { heldOutShare: 0.3, seed: 'y' }),
    ]
    expect(dataRoot(a.data.sequences)).toBe(dataRoot(b.data.sequences))
    expect(dataRoot(a.data.sequences)).not.toBe(dataRoot(c.data.sequences))
  })
})

describe('packing', () => {
  const sample = (length: number) => ({
    ids: Array.from({ length }, (_, i) => i + 1),
    types: Array<number>(length).fill(0),
    learnt: Array<boolean>(length).fill(true),
    label: NO_LABEL,
  })

  it('loses no token and never learns across samples', () => {
    const sequences = [...pack([10, 20, 5, 30, 2].map(sample), 32)]
    expect(sequences.reduce((sum, { segments }) => sum + segments.filter(Boolean).length, 0)).toBe(67)
    for (const { ids, targets, segments } of sequences) {
      targets.forEach((target, i) => {
        if (target !== NO_LABEL) expect([segments[i + 1], ids[i + 1]]).toEqual([segments[i], target])
      })
    }
  })

  it('weighs every label of a step alike', () => {
    const sequences = [joinSamples([sample(10)], 32), joinSamples([sample(20)], 32)]
    const batches = batchesOf([[0], [1]], { length: 32, sequences, heldOut: 0 }, null, 'last')
    const weights = batches.flatMap(({ weights: all }) => [...all].filter(Boolean))
    expect(weights).toHaveLength(28)
    expect(weights.reduce((a, b) => a + b)).toBeCloseTo(1, 6)
  })

  it('sees every sequence once in a pass, whatever step it is asked for first', () => {
    const recipe = { batch: { seed: '1'.repeat(64), sequences: 2, accumulation: 2 }, classes: null }
    const data = { length: 32, sequences: Array.from({ length: 9 }, () => joinSamples([sample(3)], 32)), heldOut: 1 }
    const late = new BatchOrder(recipe, data).of(1)
    const order = new BatchOrder(recipe, data)
    expect([...order.of(0).flat(), ...order.of(1).flat()].toSorted((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(order.of(1)).toEqual(late)
  })
})

describe('prepared files', () => {
  it('come back as they were, and are refused when cut or longer than they say', async () => {
    const { data } = await prepare('file.jsonl', '{"text":"The lamp."}\n{"text":"The old lamp stood."}')
    const path = join(root, 'data.htd')
    await writePrepared(path, data)
    expect(dataRoot((await readPrepared(path)).sequences)).toBe(dataRoot(data.sequences))
    const bytes = await readFile(path)
    for (const spoilt of [
      bytes.subarray(0, 10),
      bytes.subarray(0, -1),
      Buffer.concat([bytes, Buffer.alloc(1)]),
      Buffer.from('HTD1'.padEnd(40, 'x')),
    ]) {
      await writeFile(path, spoilt)
      await expect(readPrepared(path)).rejects.toMatchObject({ code: 'DATASET_BROKEN' })
    }
  })
})

describe('a Merkle tree', () => {
  it.each([1, 2, 3, 5, 8, 13])('of %d leaves proves each of them and no other', (count) => {
    const leaves = Array.from({ length: count }, (_, i) => Buffer.from([i]))
    const tree = MerkleTree.of(leaves)
    leaves.forEach((leaf, i) => {
      expect(verifyPath(tree.root, leaf, i, count, tree.path(i))).toBe(true)
      expect(verifyPath(tree.root, Buffer.from([i + 1]), i, count, tree.path(i))).toBe(false)
      expect(verifyPath(tree.root, leaf, (i + 1) % count, count, tree.path(i))).toBe(count === 1)
      expect(verifyPath(tree.root, leaf, i, count, [...tree.path(i), '0'.repeat(64)])).toBe(false)
    })
  })
})
