import { describe, expect, it } from 'vitest'
import { Graph } from '../graph/graph.ts'
import { profiles } from '../graph/profile.ts'
import { Random } from '../random.ts'
import { Session, tensorOf } from '../executor/session.ts'
import { frozenWeight, type BaseFormat } from './frozen.ts'
import { floatToHalf, halfToFloat } from './half.ts'
import { dequantize, quantize } from './quantize.ts'

const random = new Random('frozen')
const shape = [48, 128]
const values = Float32Array.from({ length: 48 * 128 }, () => random.normal() * 0.05)

/** Relative root mean square error of normally distributed weights, by format; close to published figures. */
const losses: Readonly<Record<BaseFormat, number>> = { f32: 0, f16: 3e-4, int8: 8e-3, q4_0: 0.13, q4_k: 0.12, nf4: 0.1 }

describe.each(Object.keys(losses) as BaseFormat[])('frozen weights as %s', (format) => {
  it('lose no more than the format must', () => {
    const back = dequantize(quantize(values, shape, format))
    const error = Math.sqrt(
      back.reduce((sum, value, i) => sum + (value - values[i]!) ** 2, 0) /
        values.reduce((sum, value) => sum + value ** 2, 0),
    )
    expect(error).toBeLessThanOrEqual(losses[format])
  })

  it('are in the graph what they are on the host, to the bit', async () => {
    const weight = quantize(values, shape, format)
    const g = new Graph(profiles.cpu)
    g.output('values', frozenWeight(g, 'w', format, shape))
    const session = await Session.create(g, { backend: 'cpu', threads: 1, spin: false })
    const { values: out } = await session.run(
      Object.fromEntries(Object.entries(weight.parts).map(([suffix, part]) => [`w${suffix}`, tensorOf(part)])),
    )
    await session.release()
    expect(
      Buffer.compare(
        Buffer.from((out!.data as Float32Array).slice().buffer),
        Buffer.from(dequantize(weight).slice().buffer),
      ),
    ).toBe(0)
  })

  it('can be looked up row by row', () => {
    const weight = quantize(values, shape, format)
    expect([...dequantize(weight, 5, 7)]).toEqual([...dequantize(weight).subarray(5 * 128, 7 * 128)])
  })
})

describe('half floats', () => {
  it('round to even and keep their limits', () => {
    const cases: readonly (readonly [number, number])[] = [
      [1, 1],
      [0.1, 0.0999755859375],
      [65504, 65504],
      [65520, Infinity],
      [2 ** -24, 2 ** -24],
      [2 ** -25, 0],
      [-0.5, -0.5],
      [2049, 2048],
      [2051, 2052],
    ]
    for (const [value, expected] of cases) expect(halfToFloat(floatToHalf(Float32Array.of(value)))[0]).toBe(expected)
    expect(halfToFloat(floatToHalf(Float32Array.of(NaN)))[0]).toBeNaN()
  })

  it('give every half float back', () => {
    const all = Uint16Array.from({ length: 0x7c00 }, (_, i) => i)
    expect(floatToHalf(halfToFloat(all))).toEqual(all)
  })
})
