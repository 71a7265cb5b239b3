import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { asyncBufferFromFile, parquetReadObjects } from 'hyparquet'
import { afterAll, describe, expect, test } from 'vitest'
import type { Item } from '../../../common/model/item.ts'
import { importFile, type ImportOptions, type Skipped } from '../../importers/import-file.ts'
import { exportDataset } from './export/export-dataset.ts'
import { NearDuplicates } from './report/near-duplicates.ts'
import { qualityReport } from './report/quality-report.ts'

const folder = mkdtempSync(join(tmpdir(), 'hearth-curation-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function read(
  name: string,
  content: string | Buffer,
  options: Partial<ImportOptions> = {},
): Promise<{ items: Item[]; skipped: Record<string, number> }> {
  const file = join(folder, name)
  writeFileSync(file, content)
  const skipped: Skipped = new Map()
  const items: Item[] = []
  for await (const item of importFile(file, { format: null, dateOrder: null, ...options }, skipped)) items.push(item)
  return { items, skipped: Object.fromEntries(skipped) }
}
const when = (items: readonly Item[]): (string | null)[] =>
  items.map(({ ts }) => (ts === null ? null : new Date(ts).toISOString().slice(0, 16)))

describe('WhatsApp', () => {
  test.each([
    [
      'iOS, year first',
      '[2024-03-06, 22:45:01] Ana: Hello\nsecond line\n[2024-03-06, 22:46:10] Bob: \u200eimage omitted\n',
      '2024-03-06T22:45',
      'Hello\nsecond line',
    ],
    [
      'German',
      '13.03.24, 22:45 - Ana: Hallo\n13.03.24, 22:46 - Bob: <Medien ausgeschlossen>\n',
      '2024-03-13T22:45',
      'Hallo',
    ],
    [
      'American with a narrow space',
      '3/16/24, 10:45\u202fPM - Ana: Hi\n3/17/24, 1:02\u202fAM - Bob: <Media omitted>\n',
      '2024-03-16T22:45',
      'Hi',
    ],
    ['French', '26/03/2024 à 22:45 - Ana: Salut\n', '2024-03-26T22:45', 'Salut'],
    ['Japanese', '2024/03/06 22:45 - Ana: こんにちは\n', '2024-03-06T22:45', 'こんにちは'],
    ['Chinese', '2024/3/16 下午10:45 - 小明: 你好\n', '2024-03-16T22:45', '你好'],
    ['Arabic', '٢٦‏/٣‏/٢٠٢٤، ١٠:٤٥ م - Ana: مرحبا\n', '2024-03-26T22:45', 'مرحبا'],
    [
      'a name with a colon in the text',
      '26/03/2017, 00:45 - Bob: Smith: note: x\n',
      '2017-03-26T00:45',
      'Smith: note: x',
    ],
  ])('%s', async (name, text, time, first) => {
    const { items } = await read(`${name}.txt`, text)
    expect(when(items)).toEqual([time])
    expect(items[0]!.text).toBe(first)
  })

  test('the order of day and month is told by the whole file', async () => {
    const early = Array.from({ length: 12 }, (_, i) => `0${(i % 9) + 1}/03/2024, 10:00 - Ana: ${i}`)
    const late = await read('late.txt', `${early.join('\n')}\n25/03/2024, 10:00 - Bob: last\n`)
    expect(when(late.items)[0]).toBe('2024-03-01T10:00')
    // No day above twelve: only as month/day does time run forwards.
    const forwards = await read(
      'forwards.txt',
      '01/10/2024, 10:00 - Ana: a\n02/02/2024, 10:00 - Ana: b\n03/01/2024, 10:00 - Bob: c\n',
    )
    expect(when(forwards.items)).toEqual(['2024-01-10T10:00', '2024-02-02T10:00', '2024-03-01T10:00'])
  })

  test('where both orders fit it is asked, never guessed', async () => {
    const text = '05/06/2024, 10:00 - Ana: a\n06/07/2024, 10:00 - Bob: b\n'
    await expect(read('both.txt', text)).rejects.toMatchObject({ code: 'AMBIGUOUS_DATES' })
    expect(when((await read('both.txt', text, { dateOrder: 'dmy' })).items)).toEqual([
      '2024-06-05T10:00',
      '2024-07-06T10:00',
    ])
    expect(when((await read('both.txt', text, { dateOrder: 'mdy' })).items)).toEqual([
      '2024-05-06T10:00',
      '2024-06-07T10:00',
    ])
    await expect(read('bad.txt', '31/12/2024, 10:00 - Ana: a\n', { dateOrder: 'mdy' })).rejects.toMatchObject({
      code: 'DATASET_BROKEN',
    })
  })
})

describe('other exports', () => {
  test('JSONL keeps its ids, and the same item comes once', async () => {
    const row = { id: 'a', ts: 1_700_000_000, author: 'Ana', text: 'hi', session: 's' }
    const blank = { ...row, id: 'b', ts: '2024-01-02T03:04:05Z', text: ' ' }
    const { items, skipped } = await read(
      'items.jsonl',
      `${JSON.stringify(row)}\n\n${JSON.stringify(row)}\n${JSON.stringify(blank)}\n`,
    )
    expect(items).toEqual([{ ...row, ts: 1_700_000_000_000 }])
    expect(skipped).toEqual({ 'there already': 1, 'without text': 1 })
  })

  test('CSV with another separator, Telegram, ChatGPT and plain paragraphs', async () => {
    expect((await read('a.csv', '\uFEFFDate;From;Text\n2024-01-02;Ana;"a; b"\n')).items).toMatchObject([
      { author: 'Ana', text: 'a; b', ts: Date.UTC(2024, 0, 2) },
    ])
    const telegram = {
      name: 'Bob',
      id: 7,
      messages: [
        { id: 1, type: 'service', date: '2024-01-01T00:00:00' },
        {
          id: 2,
          type: 'message',
          date_unixtime: '1704067200',
          from: 'Bob',
          text: ['see ', { type: 'link', text: 'x.org' }],
        },
      ],
    }
    expect(await read('result.json', JSON.stringify(telegram))).toMatchObject({
      items: [{ id: '7/2', author: 'Bob', text: 'see x.org', ts: 1_704_067_200_000 }],
      skipped: { 'notices of the app': 1 },
    })
    const chat = [
      {
        title: 'T',
        mapping: {
          a: { message: null },
          b: {
            message: {
              id: 'm2',
              author: { role: 'assistant' },
              create_time: 2_000_000_001,
              content: { parts: ['yes'] },
            },
          },
          c: {
            message: { id: 'm1', author: { role: 'user' }, create_time: 2_000_000_000, content: { parts: ['no?'] } },
          },
        },
      },
    ]
    expect(
      (await read('conversations.json', JSON.stringify(chat))).items.map(({ id, author }) => [id, author]),
    ).toEqual([
      ['m1', 'user'],
      ['m2', 'assistant'],
    ])
    expect((await read('diary.md', 'one\ntwo\n\n\nthree')).items.map(({ text }) => text)).toEqual(['one\ntwo', 'three'])
    expect(
      (
        await read('utf16.txt', Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from('grüße', 'utf16le')]))
      ).items[0]!.text.replace('\uFEFF', ''),
    ).toBe('grüße')
  })

  test.each([
    ['latin1.txt', Buffer.from([0x67, 0x72, 0xfc, 0xdf]), /UTF-8/],
    ['broken.jsonl', '{"text":"a"}\n{"text":', /line 2/],
    ['numbers.jsonl', '{"text":7}', /line 1/],
    ['what.json', '{"a":1}', /neither/],
    ['half.json', '[{', /no JSON/],
    ['movie.mp4', 'x', /none of/],
  ])('%s is refused in words', async (name, content, words) => {
    await expect(read(name, content)).rejects.toMatchObject({
      code: 'DATASET_BROKEN',
      message: expect.stringMatching(words) as unknown,
    })
  })
})

test('near duplicates are found, and texts that only share a topic are not', () => {
  const near = new NearDuplicates()
  const text =
    'We walked along the river until the sun went down, and then we talked about the house by the sea and what it ' +
    'would take to repair its roof before winter.'
  expect(near.see(text)).toBe(false)
  expect(near.see(text.replace('sun', 'moon'))).toBe(true)
  expect(
    near.see(
      'We walked along the beach last summer, and the house there had a new roof; nobody talked about the river or ' +
        'the winter, and the sun was out all day.',
    ),
  ).toBe(false)
  expect(near.see('ok')).toBe(false)
})

test('a report says what there is, and is the same each time', async () => {
  const file = join(folder, 'report.jsonl')
  const rows = [
    { author: 'Ana', ts: 1_700_000_000, text: 'Shall we go to the river tomorrow morning, before it gets too hot?' },
    { author: 'Bob', ts: 1_700_000_600, text: 'Yes. Write to me at bob@example.org when you are awake.' },
    { author: 'Bob', ts: 1_700_000_700, text: 'Yes. Write to me at bob@example.org when you are awake.', id: 'other' },
    { author: 'Ana', ts: null, text: 'Heute gehen wir nicht an den Fluss, weil es den ganzen Tag regnet.' },
  ]
  writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n'))
  const report = () => {
    const skipped: Skipped = new Map()
    return qualityReport(importFile(file, { format: null, dateOrder: null }, skipped), { country: 'US' }, skipped)
  }
  const first = await report()
  expect(first).toMatchObject({
    items: 4,
    languages: { en: 0.75, de: 0.25 },
    duplicates: { exact: 1, near: 0, share: 0.25 },
    version: 2,
    personal: { counts: { email: 2, birth: 0, plate: 0 }, items: 2 },
    turns: { authors: 2, balance: 1 },
    span: { from: '2023-11-14T22:13:20.000Z', withoutTime: 1 },
  })
  expect(first.entropy).toBeGreaterThan(3.5)
  expect(await report()).toEqual(first)
})

test.each(['parquet', 'jsonl'] as const)(
  'a dataset is exported as %s with a card, whole conversations to a split, the same each time',
  async (format) => {
    const file = join(folder, 'many.jsonl')
    const rows = Array.from({ length: 400 }, (_, i) => ({
      id: `m${i}`,
      ts: i % 7 === 0 ? null : 1_700_000_000_000 + i,
      author: i % 2 ? 'Ana' : null,
      text: `message ${i} 你好`,
      session: `chat ${i % 40}`,
    }))
    writeFileSync(file, rows.map((row) => JSON.stringify(row)).join('\n'))
    const items = () => importFile(file, { format: null, dateOrder: null }, new Map())
    const report = await qualityReport(items(), { country: 'US' }, new Map())
    const request = {
      name: 'Many: messages',
      licence: 'cc-by-4.0',
      format,
      shares: { train: 0.6, validation: 0.2, test: 0.2 },
      seed: '1',
    }
    const write = (out: string) => exportDataset(items, report, request, join(folder, out), () => {})
    const { splits } = await write(`out-${format}`)
    expect(splits.train + splits.validation + splits.test).toBe(400)
    expect(Math.min(splits.train, splits.validation, splits.test)).toBeGreaterThan(0)

    const read = async (split: string): Promise<Record<string, unknown>[]> => {
      const path = join(folder, `out-${format}`, 'data', `${split}.${format}`)
      if (format === 'jsonl')
        return readFileSync(path, 'utf8')
          .trim()
          .split('\n')
          .map((line) => JSON.parse(line) as Record<string, unknown>)
      return (await parquetReadObjects({ file: await asyncBufferFromFile(path) })).map((row) => ({
        ...row,
        ts: row['ts'] instanceof Date ? row['ts'].getTime() : null,
      }))
    }
    const all = { train: await read('train'), validation: await read('validation'), test: await read('test') }
    expect(
      Object.values(all)
        .flat()
        .toSorted((a, b) => Number(String(a['id']).slice(1)) - Number(String(b['id']).slice(1))),
    ).toEqual(rows)
    const sessions = Object.values(all).map((part) => new Set(part.map(({ session }) => session)))
    expect(new Set(sessions.flatMap((part) => [...part])).size).toBe(sessions.reduce((sum, part) => sum + part.size, 0))
    expect(await write(`again-${format}`)).toMatchObject({ splits })
    const card = readFileSync(join(folder, `out-${format}`, 'README.md'), 'utf8')
    expect(card).toContain('pretty_name: "Many: messages"')
    expect(card).toContain(`path: data/train.${format}`)
    await expect(write(`out-${format}`)).rejects.toMatchObject({ code: 'BAD_INPUT' })
  },
)
