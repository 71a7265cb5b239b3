import { mkdtempSync, rmSync } from 'node:fs'
import { link, mkdir, symlink, writeFile } from 'node:fs/promises'
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

/** A Constant of [4, 4] floats with these values. */
const constant = (values: readonly Uint8Array[]): Uint8Array =>
  concat(
    field(2, Buffer.from('y')),
    field(4, Buffer.from('Constant')),
    field(5, concat(field(1, Buffer.from('value')), field(5, concat(Uint8Array.of(8, 4, 8, 4, 16, 1), ...values)))),
  )

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

  // onnx.checker 1.23 refuses the same.
  test('refuses weights behind a link, and places that are no file', async () => {
    await mkdir(join(folder, 'sub'))
    await writeFile(join(folder, 'sub', 'inner.bin'), new Uint8Array(64))
    await writeFile(join(folder, 'elsewhere.bin'), new Uint8Array(64))
    await symlink('elsewhere.bin', join(folder, 'soft.bin'))
    await symlink('sub', join(folder, 'linked'))
    await link(join(folder, 'elsewhere.bin'), join(folder, 'hard.bin'))
    const at = (location: string) => outcome(withOutside([entry('location', location)]))
    expect(await at('sub/inner.bin')).toBe('sound')
    expect(await at('soft.bin')).toMatch(/MODEL_BROKEN.*behind the link soft\.bin/)
    expect(await at('linked/inner.bin')).toMatch(/MODEL_BROKEN.*behind the link linked/)
    expect(await at('hard.bin')).toMatch(/MODEL_BROKEN.*hard link/)
    expect(await at('sub')).toMatch(/MODEL_BROKEN.*sub is no file/)
    expect(await at('sub/inner.bin/more')).toMatch(/MODEL_BROKEN.*missing|no folder/)
  })

  /** A weight [4, 4] of a type, with these bytes for its values. */
  const holding = (type: number, ...values: readonly Uint8Array[]): Uint8Array => {
    const weight = concat(Uint8Array.of(8, 4, 8, 4, 16, type), field(8, Buffer.from('w')), ...values)
    const graph = concat(
      field(1, node('MatMul', ['x', 'w'], ['y'])),
      field(5, weight),
      field(11, field(1, Buffer.from('x'))),
      field(12, field(1, Buffer.from('y'))),
    )
    return concat(Uint8Array.of(8, 10), field(7, graph), field(8, Uint8Array.of(16, 17)))
  }
  const integers = (count: number) => Uint8Array.from({ length: count }, () => 1)

  test.each([
    ['float_data, packed', holding(1, field(4, new Uint8Array(64)))],
    ['int64_data', holding(7, field(7, integers(16)))],
    ['int32_data for half floats', holding(10, field(5, integers(16)))],
    ['int32_data for pairs of four bits', holding(22, field(5, integers(8)))],
    ['double_data', holding(11, field(10, new Uint8Array(128)))],
    ['uint64_data for uint32', holding(12, field(11, integers(16)))],
    ['string_data', holding(8, ...Array.from({ length: 16 }, () => field(6, Buffer.from('a'))))],
  ])('is sound with a weight in %s', async (_, bytes) => expect(await outcome(bytes)).toBe('sound'))

  test.each([
    ['no values at all', holding(1), /holds 0 where its shape takes 16/],
    ['too few floats', holding(1, field(4, new Uint8Array(60))), /holds 15 where its shape takes 16/],
    ['too many integers', holding(7, field(7, integers(17))), /holds 17 where its shape takes 16/],
    ['values of another type', holding(1, field(7, integers(16))), /values of another type/],
    ['bytes and floats', holding(1, field(9, new Uint8Array(64)), field(4, new Uint8Array(64))), /twice/],
    ['no values in a constant', sound([constant([])]), /holds 0 where its shape takes 16/],
  ])('is refused with %s in a weight', async (_, bytes, why) => {
    expect(await outcome(bytes)).toMatch(/^MODEL_BROKEN/)
    expect(await outcome(bytes)).toMatch(why)
  })

  test('is refused with two weights of one name', async () => {
    const twice = model({
      nodes: [node('MatMul', ['x', 'w'], ['y'])],
      initializers: [1, 2].map(() => tensor('w', 'float', dims, new Float32Array(16))),
      inputs: [value('x')],
      outputs: [value('y')],
    })
    expect(await outcome(twice)).toMatch(/MODEL_BROKEN.*two of its weights are called w/)
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
