import { halfToFloat } from '../base/half.ts'
import { ggmlTypes, type GgmlType } from './ggml-types.ts'

/** Writes the elements of the block that begins at byte `at` to `out`, from `to` on. */
type Decoder = (raw: Uint8Array, at: number, out: Float32Array, to: number) => void

let halves: Float32Array | undefined
/** The half float at a byte. */
export function halfAt(raw: Uint8Array, at: number): number {
  halves ??= halfToFloat(Uint16Array.from({ length: 2 ** 16 }, (_, bits) => bits))
  return halves[raw[at]! | (raw[at + 1]! << 8)]!
}

const signed = (byte: number): number => (byte << 24) >> 24

/** 32 codes of 4 bits: byte j holds elements j (low) and j + 16 (high). */
const nibble = (raw: Uint8Array, at: number, i: number): number => (i < 16 ? raw[at + i]! & 15 : raw[at + i - 16]! >> 4)

/** Q4 and Q5 of 32 elements: the fifth bits lie in 32 bits of their own. */
const legacy =
  (bits: 4 | 5, hasMinimum: boolean): Decoder =>
  (raw, at, out, to) => {
    const [d, minimum] = [halfAt(raw, at), hasMinimum ? halfAt(raw, at + 2) : 0]
    const fifths = at + (hasMinimum ? 4 : 2)
    const codes = fifths + (bits === 5 ? 4 : 0)
    for (let i = 0; i < 32; i++) {
      const fifth = bits === 5 ? (raw[fifths + (i >> 3)]! >> (i & 7)) & 1 : 0
      const code = nibble(raw, codes, i) | (fifth << 4)
      out[to + i] = hasMinimum ? Math.fround(d * code) + minimum : d * (code - (bits === 4 ? 8 : 16))
    }
  }

/** 32 codes of 4 bits that stand for certain values. */
const levels =
  (values: readonly number[], scaleAt: (raw: Uint8Array, at: number) => number, codes: number): Decoder =>
  (raw, at, out, to) => {
    const d = scaleAt(raw, at)
    for (let i = 0; i < 32; i++) out[to + i] = d * values[nibble(raw, at + codes, i)]!
  }

const iq4Levels = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113]
const e2m1Levels = [0, 1, 2, 3, 4, 6, 8, 12, 0, -1, -2, -3, -4, -6, -8, -12]

/** Half of the power of two that a byte of MXFP4 stands for; the levels are doubled. */
const halfPower = (raw: Uint8Array, at: number): number => 2 ** (raw[at]! - 128)

/** Scale and minimum k of 8, 6 bits each in 12 bytes, as Q4_K and Q5_K pack them. */
export function scaleAndMinimum(raw: Uint8Array, at: number, k: number): [number, number] {
  const six = (i: number) => raw[at + i]!
  return k < 4
    ? [six(k) & 63, six(k + 4) & 63]
    : [(six(k + 4) & 15) | ((six(k - 4) >> 6) << 4), (six(k + 4) >> 4) | ((six(k) >> 6) << 4)]
}

/** Super-blocks of 256: eight blocks of 32 with 6-bit scales and minima; value = d·scale·code − dmin·minimum. */
const q4Or5K =
  (bits: 4 | 5): Decoder =>
  (raw, at, out, to) => {
    const [d, dmin] = [halfAt(raw, at), halfAt(raw, at + 2)]
    const codes = at + (bits === 5 ? 48 : 16)
    for (let k = 0; k < 8; k++) {
      const [scale, minimum] = scaleAndMinimum(raw, at + 4, k)
      const [step, offset] = [Math.fround(d * scale), Math.fround(dmin * minimum)]
      for (let i = 0; i < 32; i++) {
        // Two blocks share 32 bytes: the even one has the low nibbles.
        const byte = raw[codes + (k >> 1) * 32 + i]!
        const low = k % 2 === 0 ? byte & 15 : byte >> 4
        const code = bits === 5 ? low | (((raw[at + 16 + i]! >> k) & 1) << 4) : low
        out[to + k * 32 + i] = Math.fround(step * code) - offset
      }
    }
  }

/** Super-blocks of 256: sixteen blocks of 16 with scales and minima of 4 bits, codes of 2. */
const q2K: Decoder = (raw, at, out, to) => {
  const [d, dmin] = [halfAt(raw, at + 80), halfAt(raw, at + 82)]
  for (let i = 0; i < 256; i++) {
    const scales = raw[at + (i >> 4)]!
    const code = (raw[at + 16 + (i >> 7) * 32 + (i & 31)]! >> (2 * ((i >> 5) & 3))) & 3
    out[to + i] = Math.fround(Math.fround(d * (scales & 15)) * code) - Math.fround(dmin * (scales >> 4))
  }
}

/** Super-blocks of 256: sixteen blocks of 16 with 6-bit scales; codes of 2 bits, less 4 where their mask is 0. */
const q3K: Decoder = (raw, at, out, to) => {
  const d = halfAt(raw, at + 108)
  for (let i = 0; i < 256; i++) {
    const block = i >> 4
    const low = (raw[at + 96 + (block & 7)]! >> (block < 8 ? 0 : 4)) & 15
    const high = (raw[at + 104 + (block & 3)]! >> (2 * (block >> 2))) & 3
    const code = (raw[at + 32 + (i >> 7) * 32 + (i & 31)]! >> (2 * ((i >> 5) & 3))) & 3
    const mask = (raw[at + (i & 31)]! >> (i >> 5)) & 1
    out[to + i] = Math.fround(d * ((low | (high << 4)) - 32)) * (code - (mask === 1 ? 0 : 4))
  }
}

/** Super-blocks of 256: 4 low and 2 high bits an element, 16 int8 scales, one half-float scale over all. */
const q6K: Decoder = (raw, at, out, to) => {
  const d = halfAt(raw, at + 208)
  for (let i = 0; i < 256; i++) {
    const [half, quarter, j] = [i >> 7, (i >> 5) & 3, i & 31]
    const byte = raw[at + half * 64 + (quarter & 1) * 32 + j]!
    const low = quarter < 2 ? byte & 15 : byte >> 4
    const high = (raw[at + 128 + half * 32 + j]! >> (2 * quarter)) & 3
    out[to + i] = Math.fround(d * signed(raw[at + 192 + (i >> 4)]!)) * ((low | (high << 4)) - 32)
  }
}

/** Super-blocks of 256: eight blocks of 32 with 6-bit scales, and the levels of IQ4_NL. */
const iq4Xs: Decoder = (raw, at, out, to) => {
  const d = halfAt(raw, at)
  const highs = raw[at + 2]! | (raw[at + 3]! << 8)
  for (let k = 0; k < 8; k++) {
    const low = (raw[at + 4 + (k >> 1)]! >> (k % 2 === 0 ? 0 : 4)) & 15
    const step = Math.fround(d * ((low | (((highs >> (2 * k)) & 3) << 4)) - 32))
    for (let i = 0; i < 32; i++) out[to + k * 32 + i] = step * iq4Levels[nibble(raw, at + 8 + k * 16, i)]!
  }
}

const q80: Decoder = (raw, at, out, to) => {
  const d = halfAt(raw, at)
  for (let i = 0; i < 32; i++) out[to + i] = signed(raw[at + 2 + i]!) * d
}

/** Block formats as ggml-quants.c decodes them, rounded to float32 at the same places. */
const decoders: Partial<Record<GgmlType, Decoder>> = {
  q4_0: legacy(4, false),
  q4_1: legacy(4, true),
  q5_0: legacy(5, false),
  q5_1: legacy(5, true),
  q8_0: q80,
  q2_k: q2K,
  q3_k: q3K,
  q4_k: q4Or5K(4),
  q5_k: q4Or5K(5),
  q6_k: q6K,
  iq4_nl: levels(iq4Levels, halfAt, 2),
  iq4_xs: iq4Xs,
  mxfp4: levels(e2m1Levels, halfPower, 1),
}

/** Block types that can be decoded. */
export const decodable = Object.keys(decoders) as readonly GgmlType[]

/** The elements of whole blocks, float32; null for types without a decoder. */
export function decodeBlocks(type: GgmlType, raw: Uint8Array): Float32Array | null {
  const decode = decoders[type]
  if (!decode) return null
  const { bytes, elements } = ggmlTypes[type]
  const out = new Float32Array((raw.length / bytes) * elements)
  for (let block = 0; block * bytes < raw.length; block++) decode(raw, block * bytes, out, block * elements)
  return out
}
