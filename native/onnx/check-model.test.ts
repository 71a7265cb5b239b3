import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { Random } from '../trainer/random.ts'
import { checkOnnx } from './check-model.ts'
import { concat, model, node, tensor } from './writer.ts'

const folder = mkdtempSync(join(tmpdir(), 'hearth-onnx-'))
const file = join(folder, 'model.onnx')
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const dims = [4, 4]
const value = (name: string) => ({ name, type: 'float' as const, dims })
const sound = (nodes = [node('MatMul', ['x', 'w'], ['h']), node('Relu', ['h'], ['y'])]) =>
  model({
    nodes,
    initializers: [tensor('w', 'float', dims, new Float32Array(16))],
    inputs: [value('x')],
    outputs: [value('y')],
  })
async function check(bytes: Uint8Array) {
  await writeFile(file, bytes)
  return checkOnnx(file)
}
const outcome = (bytes: Uint8Array) =>
  check(bytes).then(
    () => 'sound',
    (error: { code?: string; message: string }) => `${error.code ?? 'another error'}: ${error.message}`,
  )

const varint = (number: number): number[] => (number < 128 ? [number] : [(number & 127) | 128, ...varint(number >>> 7)])
const field = (number: number, bytes: Uint8Array): Uint8Array =>
  concat(Uint8Array.from([...varint((number << 3) | 2), ...varint(bytes.length)]), bytes)
const entry = (key: string, text: string): Uint8Array =>
  field(13, concat(field(1, Buffer.from(key)), field(2, Buffer.from(text))))
/** A model whose only weight lies in another file. */
const withOutside = (entries: readonly Uint8Array[]): Uint8Array => {
  const weight = concat(
    Uint8Array.of(8, 4, 8, 4, 16, 1),
    field(8, Buffer.from('w')),
    ...entries,
    Uint8Array.of(14 << 3, 1),
  )
  const graph = concat(
    field(1, node('MatMul', ['x', 'w'], ['y'])),
    field(5, weight),
    field(11, field(1, Buffer.from('x'))),
    field(12, field(1, Buffer.from('y'))),
  )
  return concat(Uint8Array.of(8, 10), field(7, graph), field(8, Uint8Array.of(16, 17)))
}

describe('an ONNX model', () => {
  test('tells what it is', async () => {
    expect(await check(sound())).toMatchObject({
      nodes: 2,
      operators: ['MatMul', 'Relu'],
      inputs: ['x'],
      outputs: ['y'],
      parameters: 16,
    })
  })

  test(
    'is refused when its operations run in a circle, or make a value twice, or use one that ' + 'nothing makes',
    async () => {
      expect(
        await outcome(
          sound([node('MatMul', ['b', 'w'], ['a']), node('Relu', ['a'], ['b']), node('Relu', ['x'], ['y'])]),
        ),
      ).toMatch(/MODEL_BROKEN.*uses b before/)
      expect(await outcome(sound([node('Relu', ['x'], ['y']), node('Relu', ['x'], ['y'])]))).toMatch(/made twice/)
      expect(await outcome(sound([node('Relu', ['nowhere'], ['y'])]))).toMatch(/nowhere/)
      expect(await outcome(sound([node('Relu', ['x'], ['z'])]))).toMatch(/output y/)
    },
  )

  test('is refused with operators that run code of their own', async () => {
    expect(await outcome(sound([node('Evil', ['x'], ['y'], {}, 'org.example')]))).toMatch(
      /MODEL_UNSUPPORTED.*org\.example/,
    )
  })

  test('is refused when a weight is not as long as its shape, or its shape overflows', async () => {
    const weight = (shape: number[]) =>
      model({
        nodes: [node('MatMul', ['x', 'w'], ['y'])],
        initializers: [tensor('w', 'float', shape, new Float32Array(16))],
        inputs: [value('x')],
        outputs: [value('y')],
      })
    expect(await outcome(weight([4, 5]))).toMatch(/holds 64 bytes where its shape takes 80/)
    expect(await outcome(weight([2 ** 31, 2 ** 31]))).toMatch(/impossible shape/)
    expect(await outcome(weight([-1, 16]))).toMatch(/impossible shape/)
    expect(await outcome(weight(Array.from({ length: 20 }, () => 1)))).toMatch(/dimensions/)
  })

  test('finds weights in a file beside it, and nowhere else', async () => {
    await writeFile(join(folder, 'weights.bin'), new Uint8Array(100))
    const at = (...entries: [string, string][]) => outcome(withOutside(entries.map(([key, text]) => entry(key, text))))
    expect(await at(['location', 'weights.bin'], ['offset', '36'], ['length', '64'])).toBe('sound')
    expect(await at(['location', 'weights.bin'], ['offset', '37'])).toMatch(/end at 101 of the 100 bytes/)
    expect(await at(['location', 'weights.bin'], ['length', '65'])).toMatch(/claims 65/)
    expect(await at(['location', 'missing.bin'])).toMatch(/missing/)
    for (const location of ['/etc/passwd', '../secret', 'a/../../secret', 'C:\\secret', ''])
      expect(await at(['location', location]), location).toMatch(/outside the model’s folder/)
  })

  test('is refused where its graphs are nested without end', async () => {
    let graph: Uint8Array = field(12, field(1, Buffer.from('x')))
    for (let depth = 0; depth < 50; depth++)
      graph = concat(
        field(1, concat(field(4, Buffer.from('If')), field(5, field(6, graph)))),
        field(12, field(1, Buffer.from('x'))),
      )
    expect(
      await outcome(
        concat(
          Uint8Array.of(8, 10),
          field(7, concat(field(11, field(1, Buffer.from('x'))), graph)),
          field(8, Uint8Array.of(16, 17)),
        ),
      ),
    ).toMatch(/nested too deep/)
  })
})

describe('whatever is done to its bytes', () => {
  const good = sound()
  beforeAll(() => writeFile(join(folder, 'weights.bin'), new Uint8Array(100)))

  test('every truncation is refused in words', async () => {
    const lengths = Array.from({ length: good.length }, (_, length) => length)
    const refused: number[] = []
    for (const length of lengths)
      if ((await outcome(good.subarray(0, length))).startsWith('MODEL_BROKEN')) refused.push(length)
    // Cut right before its last field, the import of operators that it does not use, it is a sound model still.
    expect(lengths.filter((length) => !refused.includes(length))).toEqual([good.length - 19])
  })

  test('two thousand random changes end in an answer or a clear error', async () => {
    const random = new Random('onnx fuzz')
    const seen = new Set<string>()
    for (let round = 0; round < 2_000; round++) {
      const bytes = Uint8Array.from(good)
      for (let changes = 1 + (random.uint32() % 4); changes > 0; changes--)
        bytes[random.uint32() % bytes.length] = random.uint32()
      seen.add((await outcome(bytes)).split(':')[0]!)
    }
    expect([...seen].toSorted()).toEqual(['MODEL_BROKEN', 'MODEL_UNSUPPORTED', 'sound'])
  })
})
