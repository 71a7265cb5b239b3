import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { describe, expect, test } from 'vitest'
import * as z from 'zod'
import { dequantize } from '../base/quantize.ts'
import { fromGgml } from './ggml-blocks.ts'
import { decodable, decodeBlocks } from './ggml-decoders.ts'
import { ggmlTypes, type GgmlType } from './ggml-types.ts'

/** Random blocks with scales at the edges of half floats, and what gguf-py 0.19.0 (numpy 2.4.6) makes of them. */
const { types } = z
  .object({
    types: z.record(
      z.string(),
      z.object({ bytes: z.base64(), sha256: z.string(), elements: z.int(), first: z.array(z.number()) }),
    ),
  })
  .parse(JSON.parse(await readFile(new URL('fixtures/ggml-blocks.json', import.meta.url), 'utf8')))

const hashOf = (values: Float32Array): string =>
  createHash('sha256')
    .update(Buffer.from(values.buffer, values.byteOffset, values.byteLength))
    .digest('hex')

describe('blocks of', () => {
  test.each(Object.entries(types))('%s are the floats of gguf-py, to the bit', (name, { bytes, ...right }) => {
    const raw = new Uint8Array(Buffer.from(bytes, 'base64'))
    const values = decodeBlocks(name as GgmlType, raw)!
    expect([...values.subarray(0, 3)]).toEqual(right.first)
    expect(values).toHaveLength(right.elements)
    expect(hashOf(values)).toBe(right.sha256)
    // The training engine's own form of the same weights, as a matrix and as a vector.
    const { elements } = ggmlTypes[name as GgmlType]
    const frozen = fromGgml(name as GgmlType, raw, [right.elements / elements, elements])
    expect(hashOf(dequantize(frozen).slice())).toBe(right.sha256)
    expect(hashOf(dequantize(fromGgml(name as GgmlType, raw, [right.elements])).slice())).toBe(right.sha256)
  })

  test('every type with a decoder are tried', () => {
    expect(Object.keys(types).toSorted()).toEqual([...decodable].toSorted())
  })

  test.each(['iq1_s', 'iq2_xxs', 'iq3_s', 'q8_k', 'tq1_0', 'nvfp4', 'i32', 'f64'] as const)(
    '%s are refused by name',
    (type) => {
      const { bytes, elements } = ggmlTypes[type]
      expect(() => fromGgml(type, new Uint8Array(bytes), [elements])).toThrow(
        expect.objectContaining({ code: 'MODEL_UNSUPPORTED', message: expect.stringContaining(type) as string }),
      )
    },
  )
})
