import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { writeRandomModel } from '../../../test/support/tiny-models.ts'
import { models } from '../models/registry.ts'
import { weightSpecs } from '../models/architecture.ts'
import { fixture as llama } from '../models/llama/fixture.ts'
import { qwen2Fixture as qwen } from '../models/qwen/fixture.ts'
import { Random } from '../random.ts'
import { float32, openModelFolder } from '../base/model-folder.ts'
import { openGgufModel } from '../base/read-gguf.ts'
import { dequantize } from '../base/quantize.ts'
import { weightOf } from '../base/frozen.ts'
import { encodeGgufModel } from '../export/write-gguf.ts'
import { encodeGguf, gguf, GgufFile, type GgufTensor, type TypedValue } from './gguf.ts'
import { decodeBlocks } from './ggml-decoders.ts'
import { ggmlTypes, type GgmlType } from './ggml-types.ts'
import { encodeSafetensors, SafetensorsFile } from './safetensors.ts'

const root = await mkdtemp(join(tmpdir(), 'hearth-formats-'))
afterAll(() => rm(root, { recursive: true }))
const file = join(root, 'file')

const safetensors = (header: unknown, data = 0): Buffer => {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(json.length))
  return Buffer.concat([length, json, Buffer.alloc(data)])
}

describe('safetensors', () => {
  it('reads what it writes', async () => {
    await writeFile(
      file,
      encodeSafetensors([
        { name: 'a', shape: [2, 3], data: Float32Array.of(1, 2, 3, 4, 5, 6) },
        { name: 'b', shape: [1], data: Float32Array.of(-0.5) },
      ]),
    )
    const opened = await SafetensorsFile.open(file)
    expect([...(await opened.read('a'))]).toEqual([1, 2, 3, 4, 5, 6])
    expect([...(await opened.read('b'))]).toEqual([-0.5])
    await opened.close()
  })

  const f32 = (shape: number[], from: number, to: number) => ({ dtype: 'F32', shape, data_offsets: [from, to] })
  it.each([
    ['is empty', Buffer.alloc(0)],
    [
      'claims a header longer than itself',
      Buffer.concat([Buffer.from([255, 255, 255, 255, 0, 0, 0, 0]), Buffer.alloc(10)]),
    ],
    ['has a header that is no JSON', safetensors('{"a":')],
    ['has a header that is an array', safetensors([1])],
    ['claims more data than it has', safetensors({ a: f32([4], 0, 16) }, 8)],
    ['has data that nothing claims', safetensors({ a: f32([1], 0, 4) }, 8)],
    ['has tensors that overlap', safetensors({ a: f32([2], 0, 8), b: f32([2], 4, 12) }, 12)],
    ['has a shape that its bytes do not fill', safetensors({ a: f32([3], 0, 8) }, 8)],
    ['has a negative dimension', safetensors({ a: f32([-1], 0, 4) }, 4)],
    ['has a tensor that begins past its end', safetensors({ a: f32([0], 8, 8) }, 4)],
  ])('refuses a file that %s', async (_, bytes) => {
    await writeFile(file, bytes)
    await expect(SafetensorsFile.open(file)).rejects.toMatchObject({ code: 'MODEL_BROKEN' })
  })
})

// safetensors 0.8 takes and refuses the same.
describe('the header of a safetensors file', () => {
  const tensorOf = (dtype: string, shape: number[], from: number, to: number) => ({
    dtype,
    shape,
    data_offsets: [from, to],
  })
  const open = async (bytes: Buffer) => {
    await writeFile(file, bytes)
    const opened = await SafetensorsFile.open(file)
    await opened.close()
    return opened
  }

  it.each([
    ['F8_E4M3', 1],
    ['F8_E5M2', 1],
    ['F8_E8M0', 1],
    ['F4', 0.5],
    ['U16', 2],
    ['U32', 4],
    ['U64', 8],
    ['C64', 8],
    ['BOOL', 1],
  ])('is sound with elements of %s, which are not read as floats', async (dtype, size) => {
    await writeFile(file, safetensors({ a: tensorOf(dtype, [2, 2], 0, 4 * size) }, 4 * size))
    const opened = await SafetensorsFile.open(file)
    await expect(opened.read('a')).rejects.toMatchObject({ code: 'MODEL_UNSUPPORTED' })
    await opened.close()
  })

  it('is sound with an empty tensor listed first, last or between', async () => {
    const [empty, one, two] = [tensorOf('F32', [0, 4], 4, 4), tensorOf('F32', [1], 0, 4), tensorOf('F32', [1], 4, 8)]
    for (const header of [
      { empty, one, two },
      { one, two, empty },
      { one, empty, two },
      { two, one, empty: tensorOf('F32', [0], 0, 0) },
      { one, two, empty: tensorOf('F32', [0], 8, 8) },
    ])
      expect((await open(safetensors(header, 8))).entries.size).toBe(3)
  })

  it('is sound with nine dimensions, and with a tensor called __proto__', async () => {
    const nine = Array.from({ length: 9 }, () => 1)
    expect((await open(safetensors({ a: tensorOf('F32', nine, 0, 4) }, 4))).entries.get('a')?.shape).toEqual(nine)
    const text = `{"__proto__":${JSON.stringify(tensorOf('F32', [1], 0, 4))}}`
    expect([...(await open(safetensors(text, 4))).entries.keys()]).toEqual(['__proto__'])
  })

  it('is unsupported, not broken, with a type that nobody knows yet', async () => {
    await expect(open(safetensors({ a: tensorOf('X9', [1], 0, 4) }, 4))).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringContaining('X9') as string,
    })
  })

  it.each([
    ['a number that is no integer', '{"a":{"dtype":"F32","shape":[1.0],"data_offsets":[0,4]}}', /1\.0/],
    ['a key of a tensor twice', '{"a":{"dtype":"F32","shape":[1],"shape":[1],"data_offsets":[0,4]}}', /shape twice/],
    [
      'metadata that is no text',
      '{"__metadata__":{"a":1},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}',
      /texts/,
    ],
    ['half a byte', '{"a":{"dtype":"F4","shape":[9],"data_offsets":[0,4]}}', /4\.5 bytes/],
  ])('is broken with %s', async (_, header, why) => {
    const refused = { code: 'MODEL_BROKEN', message: expect.stringMatching(why) as string }
    await expect(open(safetensors(header, 4))).rejects.toMatchObject(refused)
  })
})

describe('a model folder', () => {
  it('is refused with NaN weights, and the weight is named', async () => {
    const folder = await writeRandomModel(join(root, 'nan'), llama.config, 'nan', (tensor) =>
      tensor.name.includes('1.mlp.up_proj') ? { ...tensor, data: tensor.data.with(7, NaN) } : tensor,
    )
    const model = await openModelFolder(folder)
    await expect(model.weights(model.config.architecture(8), float32)).rejects.toMatchObject({
      code: 'MODEL_BROKEN',
      details: { file: 'model.layers.1.mlp.up_proj.weight' },
    })
  })

  it('is refused when a weight has another shape than config.json says', async () => {
    const folder = await writeRandomModel(join(root, 'shape'), llama.config)
    await writeFile(join(folder, 'config.json'), JSON.stringify({ ...llama.config, intermediate_size: 128 }))
    const model = await openModelFolder(folder)
    await expect(model.weights(model.config.architecture(8), float32)).rejects.toMatchObject({
      code: 'MODEL_BROKEN',
    })
  })

  it.each([
    ['config.json', '{'],
    ['config.json', '{"model_type":"mamba"}'],
    ['config.json', JSON.stringify({ ...llama.config, hidden_size: 1e12 })],
    ['config.json', JSON.stringify({ ...llama.config, num_attention_heads: 7 })],
  ])('is refused with %s: %s', async (name, text) => {
    const folder = await writeRandomModel(join(root, 'config'), llama.config)
    await writeFile(join(folder, name), text)
    await expect(openModelFolder(folder)).rejects.toMatchObject({ code: expect.stringMatching(/^MODEL_/) as string })
  })
})

const metadataOf = ({ type }: { type: string }) => ({ 'general.architecture': gguf.string(type) })

describe('GGUF', () => {
  const made = async () => {
    const folder = await writeRandomModel(join(root, 'gguf'), llama.config)
    const model = await openModelFolder(folder)
    const architecture = model.config.architecture(8)
    const weights = await model.weights(architecture, float32)
    return {
      architecture,
      weights,
      bytes: encodeGgufModel('tiny', architecture, {}, (name) => dequantize(weightOf(weights, name))),
    }
  }

  it('gives a model back as it was, with llama’s rows in their order', async () => {
    const { architecture, weights, bytes } = await made()
    await writeFile(file, bytes)
    const model = await openGgufModel(file, models)
    expect(model.config.values).toMatchObject({
      model_type: 'llama',
      hidden_size: 64,
      num_key_value_heads: 2,
      tie_word_embeddings: true,
    })
    const read = await model.weights(architecture, float32)
    for (const [name, weight] of weights) expect([...dequantize(weightOf(read, name))]).toEqual([...dequantize(weight)])
  })

  it.each(['q4_1', 'q5_0', 'q5_1', 'q8_0', 'iq4_nl', 'mxfp4'] as const)(
    'reads a model with %s, which files have where rows are no multiple of 256',
    async (type) => {
      const architecture = models.parse(qwen.config).architecture(8)
      const random = new Random(type)
      const { bytes, elements } = ggmlTypes[type]
      const tensors = [...weightSpecs(architecture)].map(([name, { shape }]): GgufTensor => {
        const stored = architecture.gguf?.name(name) ?? name
        const count = shape.reduce((product, dim) => product * dim, 1)
        if (shape.length === 1) return { name: stored, shape, data: new Float32Array(count).fill(1) }
        const data = Uint8Array.from({ length: (count / elements) * bytes }, () => random.below(256))
        // The scale is a small half float, or a power of two.
        for (let at = 0; at < data.length; at += bytes) data.set(type === 'mxfp4' ? [120] : [0, 36], at)
        if (type === 'q4_1' || type === 'q5_1')
          for (let at = 0; at < data.length; at += bytes) data.set([0, 36], at + 2)
        return { name: stored, shape, type, data }
      })
      await writeFile(file, encodeGguf({ ...metadataOf(architecture), ...architecture.gguf?.metadata }, tensors))
      const model = await openGgufModel(file, models)
      const read = await model.weights(architecture, float32)
      for (const { name, shape, data } of tensors) {
        const [own = ''] = [...weightSpecs(architecture).keys()].filter((key) => architecture.gguf?.name(key) === name)
        const right = shape.length === 1 ? data : decodeBlocks(type, data as Uint8Array)
        expect([...dequantize(weightOf(read, own))], name).toEqual([...(right ?? [])])
      }
    },
  )

  it('refuses every truncation with a clear error', async () => {
    const { bytes } = await made()
    for (const length of [0, 3, 4, 8, 15, 20, 24, 60, 200, 500, 900, bytes.length >> 1, bytes.length - 40]) {
      await writeFile(file, bytes.subarray(0, length))
      await expect(GgufFile.open(file)).rejects.toMatchObject({ code: 'MODEL_BROKEN' })
    }
  })

  it('refuses counts and types that lie', async () => {
    const { bytes } = await made()
    const spoilt = async (at: number, value: number[]) => {
      const copy = Buffer.from(bytes)
      copy.set(value, at)
      await writeFile(file, copy)
      return GgufFile.open(file).then(
        (opened) => opened.close(),
        (error: { code: string }) => error.code,
      )
    }
    const huge = [255, 255, 255, 255, 255, 255, 255, 127]
    expect(await spoilt(0, [0])).toBe('MODEL_BROKEN')
    expect(await spoilt(4, [9])).toBe('MODEL_BROKEN')
    expect(await spoilt(8, huge)).toBe('MODEL_BROKEN')
    expect(await spoilt(16, huge)).toBe('MODEL_BROKEN')
    expect(await spoilt(24, huge)).toBe('MODEL_BROKEN')
  })

  const one = (name: string, type: GgmlType = 'f32'): GgufTensor => {
    const { elements, bytes } = ggmlTypes[type]
    return { name, shape: [2, elements], type, data: new Uint8Array(2 * bytes) }
  }
  const put = (name: string, metadata: Record<string, TypedValue>, tensors: GgufTensor[]) =>
    writeFile(join(root, name), encodeGguf(metadata, tensors))
  const opening = (name: string) =>
    GgufFile.open(join(root, name)).then(async (opened) => {
      await opened.close()
      return opened
    })

  it('knows the size of every type that llama.cpp has', async () => {
    const types = Object.keys(ggmlTypes) as GgmlType[]
    await put('types.gguf', {}, [...types.map((type) => one(type, type)), one('last')])
    const { tensors } = await opening('types.gguf')
    expect([...tensors.values()].map(({ type }) => type)).toEqual([...types, 'f32'])
  })

  it('opens a file with a type of tomorrow, and refuses that weight alone', async () => {
    const bytes = Buffer.from(encodeGguf({}, [one('known'), one('strange')]))
    bytes.writeUInt32LE(99, bytes.indexOf('strange') + 'strange'.length + 4 + 16)
    await writeFile(file, bytes)
    const opened = await GgufFile.open(file)
    expect(opened.tensors.get('strange')).toMatchObject({ type: null, typeId: 99, bytes: null })
    expect(await opened.read('known')).toHaveLength(8)
    await expect(opened.read('strange')).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringContaining('GGML type 99') as string,
    })
    await opened.close()
  })

  it.each<[string, () => Uint8Array]>([
    ['a tensor twice', () => encodeGguf({}, [one('same'), one('same')])],
    [
      'a key twice',
      () => {
        const bytes = Buffer.from(encodeGguf({ key1: gguf.uint32(1), key2: gguf.uint32(2) }, [one('a')]))
        bytes.write('key1', bytes.indexOf('key2'))
        return bytes
      },
    ],
    [
      'tensors on the same bytes',
      () => {
        const bytes = Buffer.from(encodeGguf({}, [one('first'), one('second')]))
        bytes.writeBigUInt64LE(0n, bytes.indexOf('second') + 'second'.length + 4 + 16 + 4)
        return bytes
      },
    ],
    [
      'a tensor off its alignment',
      () => {
        const bytes = Buffer.from(encodeGguf({}, [one('first'), one('second')]))
        bytes.writeBigUInt64LE(8n, bytes.indexOf('second') + 'second'.length + 4 + 16 + 4)
        return bytes
      },
    ],
    ['numbers the other way round', () => Buffer.from('4747554600000003', 'hex')],
    ['an alignment of 0', () => encodeGguf({ 'general.alignment': gguf.uint32(0) }, [one('a')])],
    ['an alignment of 1½', () => encodeGguf({ 'general.alignment': gguf.float32(1.5) }, [one('a')])],
  ])('refuses %s', async (_, bytes) => {
    await writeFile(file, bytes())
    await expect(GgufFile.open(file)).rejects.toMatchObject({ code: 'MODEL_BROKEN' })
  })

  describe('in several files', () => {
    const split = (number: number, count: number, more: Record<string, TypedValue> = {}) => ({
      'split.no': gguf.uint32(number),
      'split.count': gguf.uint32(count),
      'split.tensors.count': gguf.uint32(3),
      ...more,
    })
    const write = async (stem: string) => {
      const first = split(0, 2, { 'general.architecture': gguf.string('llama') })
      await put(`${stem}-00001-of-00002.gguf`, first, [one('a'), one('b')])
      await put(`${stem}-00002-of-00002.gguf`, split(1, 2), [{ ...one('c'), data: Float32Array.of(1, 2), type: 'f32' }])
    }

    it('is one model, whichever of them is opened', async () => {
      await write('whole')
      for (const name of ['whole-00001-of-00002.gguf', 'whole-00002-of-00002.gguf']) {
        const opened = await GgufFile.open(join(root, name))
        expect([...opened.tensors.keys()]).toEqual(['a', 'b', 'c'])
        expect(opened.metadata.get('general.architecture')).toBe('llama')
        expect(Buffer.from(await opened.read('c')).readFloatLE(4)).toBe(2)
        expect(opened.files).toHaveLength(2)
        await opened.close()
      }
    })

    it.each<[string, string, () => Promise<void>]>([
      ['one is missing', 'gone', () => rm(join(root, 'gone-00002-of-00002.gguf'))],
      ['one is another’s', 'other', () => put('other-00002-of-00002.gguf', split(0, 2), [one('c')])],
      ['one is of another number', 'count', () => put('count-00002-of-00002.gguf', split(1, 3), [one('c')])],
      ['a tensor is in both', 'twice', () => put('twice-00002-of-00002.gguf', split(1, 2), [one('a')])],
      ['one has too few tensors', 'few', () => put('few-00002-of-00002.gguf', split(1, 2), [])],
    ])('is refused where %s', async (_, stem, spoil) => {
      await write(stem)
      await spoil()
      await expect(opening(`${stem}-00001-of-00002.gguf`)).rejects.toMatchObject({ code: 'MODEL_BROKEN' })
    })

    it('is refused by a name that does not say which it is, and with a number beyond reason', async () => {
      await put('renamed.gguf', split(0, 2), [one('a')])
      await expect(opening('renamed.gguf')).rejects.toMatchObject({
        code: 'MODEL_BROKEN',
        message: expect.stringContaining('-00001-of-00002.gguf') as string,
      })
      await put('many-00001-of-65535.gguf', split(0, 65_535), [one('a')])
      await expect(opening('many-00001-of-65535.gguf')).rejects.toMatchObject({ code: 'MODEL_BROKEN' })
    })
  })

  it('never fails in another way, whatever byte is changed', async () => {
    const { bytes } = await made()
    for (let at = 0; at < 1200; at += 7) {
      const copy = Buffer.from(bytes)
      copy[at]! ^= 0x5a
      await writeFile(file, copy)
      const outcome = await GgufFile.open(file).then(
        (opened) => opened.close().then(() => 'opened'),
        (error: { code?: string }) => error.code ?? 'another error',
      )
      expect(['opened', 'MODEL_BROKEN', 'MODEL_UNSUPPORTED']).toContain(outcome)
    }
  })
})
