import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { demoBase } from '../../../test/support/demo.ts'
import { resourcePath } from '../../../main/core/resources.ts'
import type { DataLook } from '../../../common/model/data-look.ts'
import { look, prepare } from '../service.ts'
import { lookAtData } from './look.ts'
import { readPrepared, type PreparedData } from './prepared-file.ts'
import { TextTokenizer } from './tokenizer.ts'

const folder = mkdtempSync(join(tmpdir(), 'hearth-look-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const pause = () => Promise.resolve()
const LENGTH = 64
const letters = 'The keeper lit the lamp and wrote down seven ships. '

function written(name: string, content: string | Buffer | readonly unknown[]): string {
  const path = join(folder, name)
  writeFileSync(path, Array.isArray(content) ? content.map((row) => JSON.stringify(row)).join('\n') : String(content))
  return path
}
const placesOf = ({ problems }: DataLook) =>
  Object.fromEntries(problems.map(({ kind, places }) => [kind, places.map(({ row }) => row)]))

/** What the prepared data learns, sample by sample: runs of tokens with whether they are targets. */
function samplesOf({ sequences }: PreparedData, tokenizer: TextTokenizer): string[] {
  return sequences.flatMap(({ ids, targets, segments }) =>
    Array.from({ length: Math.max(...segments) }, (_, k) => {
      const from = segments.indexOf(k + 1)
      const to = segments.lastIndexOf(k + 1) + 1
      const learnt = (i: number): boolean => i > from && targets[i - 1] === ids[i]
      const runs: [string, boolean][] = []
      for (let begin = from, i = from + 1; i <= to; i++)
        if (i === to || learnt(i) !== learnt(begin)) {
          runs.push([tokenizer.spell(Array.from(ids.subarray(begin, i))), learnt(begin)])
          begin = i
        }
      return JSON.stringify(runs)
    }),
  )
}

test.each([
  [
    'texts and prompts',
    demoBase,
    [
      { text: 'A short letter.' },
      { prompt: 'Who lit the lamp? ', completion: 'The keeper did.' },
      { prompt: letters.repeat(12), completion: 'Too late.' },
      { prompt: 'Go on: ', completion: letters.repeat(12) },
      { prompt: 'Nothing follows. ', completion: '' },
      { text: '' },
      { words: 'no known column' },
    ],
  ],
  [
    'chats by the model’s own template',
    resourcePath('avatar', 'avatar.gguf'),
    [
      { question: 'What of the lamp?', answer: 'Seven ships passed it.' },
      {
        messages: [
          { role: 'system', content: 'Be short.' },
          { role: 'user', content: 'Hello' },
          { role: 'assistant', content: 'Yes?', weight: 0 },
          { role: 'user', content: 'The lamp?' },
          { role: 'assistant', content: 'It burns.' },
        ],
      },
      { messages: [{ role: 'user', content: 'Nobody answers.' }] },
    ],
  ],
] as const)('what is shown of %s is what the trainer then reads', async (name, base, rows) => {
  const files = [written(`${name}.jsonl`, rows)]
  const options = { base, files, sequenceLength: LENGTH, classify: false }
  const out = join(folder, name)
  const report = await prepare({ ...options, folder: out, heldOutShare: 0, seed: 'look' }, () => {})
  const looked = await look(options, pause)
  const { samples, empty, cut, tokens, learntTokens } = report
  expect(looked).toMatchObject({ rows: rows.length, complete: true, stops: null })
  expect(looked).toMatchObject({ samples, empty, cut, tokens, learntTokens })
  const tokenizer = await TextTokenizer.open(base)
  const read = samplesOf(await readPrepared(join(out, 'data.htd')), tokenizer)
  const shown = looked.shown.map(({ pieces }) => JSON.stringify(pieces.map(({ text, learnt }) => [text, learnt])))
  expect(shown.length).toBe(samples)
  expect(shown.toSorted()).toEqual(read.toSorted())
})

test('each problem is told with its rows, and what the trainer would do about it', async () => {
  const rows = [
    { text: 'fine' },
    { words: 'none', other: 1 },
    { messages: [{ role: 'user', content: 'Nobody answers.' }] },
    { prompt: letters.repeat(12), completion: 'A' },
    { prompt: 'Q ', completion: letters.repeat(12) },
    { text: letters.repeat(12) },
    { text: 'fine' },
    { text: 'Ã¤rger' },
    { text: 'a \u0000 in it' },
    { prompt: 'Q ', completion: ' ' },
  ]
  const looked = await look(
    { base: demoBase, files: [written('p.jsonl', rows)], sequenceLength: LENGTH, classify: false },
    pause,
  )
  expect(placesOf(looked)).toEqual({
    columns: [2],
    empty: [3],
    cutAway: [4],
    cut: [5],
    split: [6],
    duplicate: [7],
    characters: [8, 9],
    silent: [10],
  })
  const says = Object.fromEntries(looked.problems.map(({ kind, places }) => [kind, places[0]?.says]))
  expect(says).toMatchObject({ columns: 'words, other', duplicate: 'p.jsonl, 1', cut: String(looked.longest) })
  expect(looked.shown.map(({ row }) => row)).toEqual([1, 5, 6, 7, 8])
})

test('what the trainer refuses it refuses at the same place', async () => {
  const bad = [{ text: 'fine' }, { messages: [{ role: 'wizard', content: 'Abracadabra' }] }]
  for (const [name, content, row] of [
    ['role.jsonl', bad, 2],
    ['json.jsonl', '{"text":"fine"}\n{"text":\n{"text":"fine"}', 2],
    ['latin.txt', Buffer.from([0x66, 0xfc, 0x72]), 1],
  ] as const) {
    const file = written(name, Buffer.isBuffer(content) ? '' : (content as string))
    if (Buffer.isBuffer(content)) writeFileSync(file, content)
    const options = { base: demoBase, files: [file], sequenceLength: LENGTH, classify: false }
    const looked = await look(options, pause)
    expect(looked.stops).toBe('refused')
    expect(looked.problems[0]).toMatchObject({ kind: 'refused', places: [{ file: name, row }] })
    const refused = prepare({ ...options, folder, heldOutShare: 0, seed: 's' }, () => {})
    await expect(refused).rejects.toMatchObject({ message: looked.problems[0]?.places[0]?.says })
  }
})

test('labels are counted, and too few are said before the trainer says so', async () => {
  const rows = [
    { text: 'bright', label: 'day' },
    { text: 'dark', label: 'night' },
  ]
  const at = (name: string, some: readonly unknown[]) =>
    look({ base: demoBase, files: [written(name, some)], sequenceLength: LENGTH, classify: true }, pause)
  expect(await at('two.jsonl', rows)).toMatchObject({
    classes: ['day', 'night'],
    stops: null,
    shown: [{ label: 'day' }, { label: 'night' }],
  })
  expect(await at('one.jsonl', rows.slice(0, 1))).toMatchObject({ stops: 'labels' })
  expect(await at('none.jsonl', [{ text: 'no label' }])).toMatchObject({ stops: 'nothing' })
})

test('of much data only the first rows are looked at, which is said', async () => {
  const tokenizer = await TextTokenizer.open(demoBase)
  const at = (name: string, rows: readonly unknown[]) =>
    lookAtData({ files: [written(name, rows)], tokenizer, sequenceLength: LENGTH, classify: false, pause })
  expect(
    await at(
      'many.jsonl',
      Array.from({ length: 2001 }, (_, i) => ({ text: `row ${i}` })),
    ),
  ).toMatchObject({ rows: 2000, complete: false })
  const long = { text: 'a '.repeat(2 ** 20 + 1) }
  const looked = await at('long.jsonl', [long, { text: 'fine' }])
  expect(looked).toMatchObject({ rows: 2, samples: 1, complete: false, stops: null })
  expect(placesOf(looked)).toEqual({ long: [1] })
})

test('what follows a row that breaks its file off was not looked at, which is said', async () => {
  const file = written('broken.jsonl', '{"text":"first"}\nnot json\n{"text":"third"}')
  const looked = await look({ base: demoBase, files: [file], sequenceLength: LENGTH, classify: false }, pause)
  expect(looked).toMatchObject({ rows: 1, complete: false, stops: 'refused' })
})
