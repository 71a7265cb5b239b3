import { expect, test } from 'vitest'
import { droppedKind, droppedKinds } from './dropped.ts'

test.each([
  ['a.txt', 'HPB1{"version"', 'proof'],
  ['data.htd', 'HTD1', 'prepared'],
  ['model.bin', 'GGUF', 'model'],
  ['rows', 'PAR1', 'parquet'],
  ['self.age', 'age-encryption.org/v1\n', 'archive'],
  ['Rows.CSV', 'a;b', 'table'],
  ['chat.jsonl', '{', 'rows'],
  ['chat.zip', 'PK', 'zip'],
  ['a.b.mp3', 'ID3', 'media'],
  ['adapter_model.safetensors', '', 'adapter'],
  ['setup.exe', 'MZ', 'unknown'],
  ['constructor', '', 'unknown'],
  ['x.constructor', '', 'unknown'],
] as const)('%s that begins with %j is taken for %s', (name, head, kind) => {
  expect(droppedKind(name, head)).toBe(kind)
})

test('no file is offered one place twice', () => {
  for (const places of Object.values(droppedKinds)) expect(new Set(places).size).toBe(places.length)
})
