/** Power spectrum of a real signal whose length is a power of two: n / 2 + 1 values (Cooley and Tukey 1965). */
export class PowerSpectrum {
  readonly size: number
  readonly #cos: Float64Array
  readonly #sin: Float64Array
  readonly #place: Uint32Array
  readonly #re: Float64Array
  readonly #im: Float64Array

  constructor(size: number) {
    if (size < 2 || (size & (size - 1)) !== 0) throw new RangeError(`${size} is no power of two`)
    this.size = size
    this.#cos = Float64Array.from({ length: size / 2 }, (_, k) => Math.cos((-2 * Math.PI * k) / size))
    this.#sin = Float64Array.from({ length: size / 2 }, (_, k) => Math.sin((-2 * Math.PI * k) / size))
    this.#re = new Float64Array(size)
    this.#im = new Float64Array(size)
    const bits = Math.log2(size)
    this.#place = Uint32Array.from({ length: size }, (_, i) => {
      let reversed = 0
      for (let bit = 0; bit < bits; bit++) reversed |= ((i >> bit) & 1) << (bits - 1 - bit)
      return reversed
    })
  }

  of(signal: Float64Array): Float64Array {
    const { size } = this
    const [re, im, cos, sin] = [this.#re, this.#im, this.#cos, this.#sin]
    for (let i = 0; i < size; i++) re[this.#place[i]!] = signal[i] ?? 0
    im.fill(0)
    for (let length = 2; length <= size; length *= 2) {
      const [half, stride] = [length / 2, size / length]
      for (let start = 0; start < size; start += length) {
        for (let k = 0; k < half; k++) {
          const [a, b, w] = [start + k, start + k + half, k * stride]
          const [wr, wi] = [cos[w]!, sin[w]!]
          const [vr, vi] = [re[b]! * wr - im[b]! * wi, re[b]! * wi + im[b]! * wr]
          re[b] = re[a]! - vr
          im[b] = im[a]! - vi
          re[a]! += vr
          im[a]! += vi
        }
      }
    }
    return Float64Array.from({ length: size / 2 + 1 }, (_, i) => re[i]! ** 2 + im[i]! ** 2)
  }
}
