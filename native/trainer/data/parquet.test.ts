import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readRows } from './rows.ts'

// The files were written by pyarrow 26.0.1; what is right is what it reads from them.
const fixture = (name: string): string => join(import.meta.dirname, 'fixtures', `${name}.parquet`)
async function rows(path: string) {
  const all: Record<string, unknown>[] = []
  for await (const row of readRows(path)) all.push(row)
  return all
}
let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'hearth-parquet-'))))
afterAll(() => rm(folder, { recursive: true }))

test('decimals, whole numbers, times and dates are exact, also in lists, structs and maps', async () => {
  const [first, second, third] = await rows(fixture('exact'))
  expect(first).toEqual({
    d64: '100.10',
    d128: '12345678901234567890.123',
    d256: '9'.repeat(60),
    us: '1969-12-31T23:59:59.999999',
    usz: '2024-03-01T12:00:00.123456Z',
    ns: '1970-01-01T00:00:00.000000001',
    ms: '2024-03-01T00:00:00.000',
    t: '01:02:03.000004',
    t32: '01:02:03.000',
    date: '1899-12-31',
    u64: 2n ** 64n - 1n,
    i64: -(2n ** 63n),
    list: ['0.10', '2.00'],
    struct: { a: '0.3', b: 'x' },
    map: { k: '1.5' },
    ls: [{ a: '0.1' }],
    f: 0.1,
    s: 'ü',
  })
  expect(second).toMatchObject({
    d64: '-1.05',
    d128: '-0.001',
    ns: '1969-12-31T23:59:59.999999999',
    i64: 2n ** 53n + 1n,
    list: [],
    struct: { a: null, b: 'y' },
    ls: [{ a: '0.2' }, { a: null }],
  })
  expect(third).toMatchObject({ d64: null, d128: '0.000', us: null, struct: null, map: null, s: null })
})

test('times of the old kind (INT96) are exact and have no zone', async () => {
  expect((await rows(fixture('int96'))).map(({ ns }) => ns)).toEqual([
    '1970-01-01T00:00:00.000000001',
    '1969-12-31T23:59:59.999999999',
    '2024-03-01T12:00:00.123456789',
  ])
})

test.each(['none', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4'])('%s is unpacked', async (codec) => {
  const all = await rows(fixture(codec))
  expect(all).toHaveLength(300)
  expect(all[299]).toEqual({ x: 299n, s: 'aaaaa2', empty: null })
})

test('two columns of one name are refused, never one of them lost', async () => {
  await expect(rows(fixture('same-names'))).rejects.toMatchObject({
    code: 'DATASET_BROKEN',
    message: expect.stringContaining('two columns are called “a”') as string,
  })
})

test.each(['gzip', 'zstd', 'brotli', 'lz4', 'snappy', 'exact'])(
  'a damaged %s file is said, not guessed',
  async (name) => {
    const bytes = await readFile(fixture(name))
    for (const cut of [0, 3, 40, bytes.length - 9]) {
      const path = join(folder, 'cut.parquet')
      await writeFile(path, bytes.subarray(0, cut))
      await expect(rows(path)).rejects.toMatchObject({ code: 'DATASET_BROKEN' })
    }
  },
)

test.each([
  ['a,a,b\n1,2,3', 'two columns are called “a”'],
  ['a,b\n1,2,3', 'Invalid Record Length'],
])('a CSV file that loses a column is refused: %j', async (text, why) => {
  const path = join(folder, 'bad.csv')
  await writeFile(path, text)
  await expect(rows(path)).rejects.toMatchObject({
    code: 'DATASET_BROKEN',
    message: expect.stringContaining(why) as string,
  })
})

test.each([
  ['a;b;c\n1,5;2;3', { a: '1,5', b: '2', c: '3' }],
  ['a\tb\n1;2\t3', { a: '1;2', b: '3' }],
  ['a|b\n1|2', { a: '1', b: '2' }],
  ['"a;b;c",d\n1,2', { 'a;b;c': '1', d: '2' }],
  ['a,b,\n1,2,3', { a: '1', b: '2', 'column 3': '3' }],
  ['text\none; two', { text: 'one; two' }],
])('a CSV file is divided as its first line is: %j', async (text, row) => {
  const path = join(folder, 'good.csv')
  await writeFile(path, text)
  expect(await rows(path)).toEqual([row])
})
