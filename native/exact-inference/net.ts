import { keccak_256 } from '@noble/hashes/sha3.js'
import type { WorkSpec } from '../../common/model/work.ts'

/** One layer: `weights[k·width + n]` in [−64, 63]; y = clip((Σ x·w + 2^(shift−1)) >> shift, 0, 255). */
export interface Layer {
  readonly inputs: number
  readonly width: number
  readonly weights: Int8Array
  readonly shift: number
}

/**
 * The weights that a seed stands for: 32 at a time, byte i of keccak256(seed ‖ layer‖block‖row) & 0x7f, less 64, where
 * layer, block and row fill a 32-byte word as (layer << 128 | block << 64 | row). The same words are derived on chain.
 */
export function layersOf(net: WorkSpec['net']): Layer[] {
  const message = new Uint8Array(64)
  const seed = Buffer.from(net.seed.slice(2), 'hex')
  const view = new DataView(message.buffer)
  message.set(seed)
  return net.shifts.map((shift, index) => {
    const inputs = net.widths[index]!
    const width = net.widths[index + 1]!
    const weights = new Int8Array(inputs * width)
    view.setUint32(32 + 12, index)
    for (let block = 0; block < width / 32; block++) {
      view.setUint32(32 + 20, block)
      for (let row = 0; row < inputs; row++) {
        view.setUint32(32 + 28, row)
        const word = keccak_256(message)
        const at = row * width + block * 32
        for (let i = 0; i < 32; i++) weights[at + i] = (word[i]! & 0x7f) - 64
      }
    }
    return { inputs, width, weights, shift }
  })
}
