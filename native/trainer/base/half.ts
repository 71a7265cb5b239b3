/** Conversions of 16-bit floats. onnxruntime takes float16 as Uint16Array. */

/** IEEE 754 binary16 → binary32, exact. */
export function halfToFloat(values: Uint16Array): Float32Array {
  const out = new Float32Array(values.length)
  for (let i = 0; i < values.length; i++) {
    const bits = values[i]!
    const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023]
    const size =
      exponent === 0
        ? fraction * 2 ** -24
        : exponent === 31
          ? fraction
            ? NaN
            : Infinity
          : (1 + fraction / 1024) * 2 ** (exponent - 15)
    out[i] = bits & 0x8000 ? -size : size
  }
  return out
}

/** binary32 → binary16, ties to even; too large becomes infinity. */
export function floatToHalf(values: Float32Array): Uint16Array {
  const out = new Uint16Array(values.length)
  const view = new DataView(new ArrayBuffer(4))
  for (let i = 0; i < values.length; i++) {
    view.setFloat32(0, values[i]!)
    const bits = view.getUint32(0)
    const sign = (bits >>> 16) & 0x8000
    const exponent = ((bits >>> 23) & 255) - 112
    const fraction = bits & 0x7fffff
    if (exponent >= 31) out[i] = sign | 0x7c00 | (exponent === 143 && fraction ? 0x200 : 0)
    else if (exponent <= 0) out[i] = sign | roundEven((fraction | 0x800000) / 2 ** (14 - exponent))
    // A fraction that rounds up to 1024 carries into the exponent, which is what is wanted.
    else out[i] = sign + (exponent << 10) + roundEven(fraction / 8192)
  }
  return out
}

/** bfloat16 → binary32, exact: the upper half of the bits. */
export function brainToFloat(values: Uint16Array): Float32Array {
  const out = new Float32Array(values.length)
  const bits = new Uint32Array(out.buffer)
  for (let i = 0; i < values.length; i++) bits[i] = values[i]! << 16
  return out
}

function roundEven(value: number): number {
  const floor = Math.floor(value)
  const rest = value - floor
  return rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor
}
