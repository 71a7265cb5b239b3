import { expect, test } from 'vitest'
import { kindOf, limitOf, waysOf } from './bought-uses.ts'

const DAY = 86_400_000
const files = (...paths: string[]) => paths.map((path) => ({ path, bytes: 1 }))

test.each([
  ['train', { train: null, remember: 'use', table: null }],
  ['research', { train: null, remember: 'use', table: null }],
  ['any', { train: null, remember: null, table: null }],
] as const)('a licence for %s allows what it is for', (use, expected) => {
  const licence = { use, redistribution: false, term: null }
  for (const way of ['train', 'remember', 'table'] as const)
    expect(limitOf(licence, way, 0, DAY), way).toBe(expected[way])
})

test('when its term is over a licence allows nothing', () => {
  const licence = { use: 'any', redistribution: true, term: 2 } as const
  expect(limitOf(licence, 'train', DAY, 3 * DAY)).toBeNull()
  expect(limitOf(licence, 'train', DAY, 3 * DAY + 1)).toBe('term')
})

test('each way reads the files that it can read, and none what a package says of itself', () => {
  expect(
    waysOf('files', files('README.md', 'report.json', 'notes.md', 'sub/rows.CSV', 'rows.parquet', 'a.exe')),
  ).toEqual([
    { way: 'train', files: ['notes.md', 'sub/rows.CSV', 'rows.parquet'] },
    { way: 'remember', files: ['notes.md', 'sub/rows.CSV'] },
    { way: 'table', files: ['sub/rows.CSV', 'rows.parquet'] },
  ])
  for (const kind of ['media', 'adapter', 'model'] as const) expect(waysOf(kind, files('data.jsonl'))).toEqual([])
})

test('where nobody says what a package is, its files do', () => {
  expect(kindOf(files('data.jsonl', 'README.md'))).toBe('text')
  expect(kindOf(files('data.jsonl', 'files/1.png'))).toBe('media')
  expect(kindOf(files('adapter_config.json', 'adapter_model.safetensors'))).toBe('adapter')
  expect(kindOf(files('small.gguf'))).toBe('model')
  expect(kindOf(files('small.gguf', 'big.gguf'))).toBe('files')
})
