/** Thrown where bytes are no sound protobuf message. */
export class BrokenMessage extends Error {}

export interface Field {
  readonly number: number
  /** A varint or fixed-size number; null for bytes. */
  readonly value: bigint | null
  readonly bytes: Uint8Array
}

const NOTHING = new Uint8Array(0)

/** The fields of one protobuf message (proto3 wire format), every length checked against the bytes that there are. */
export function* fieldsOf(bytes: Uint8Array): Generator<Field> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  let at = 0
  const varint = (): bigint => {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      if (at >= bytes.length) throw new BrokenMessage('it ends within a number')
      const byte = bytes[at++]!
      value |= BigInt(byte & 127) << shift
      if (byte < 128) return BigInt.asUintN(64, value)
    }
    throw new BrokenMessage('a number has more than ten bytes')
  }
  const take = (length: number): number => {
    if (length > bytes.length - at) throw new BrokenMessage(`a field claims ${length} of ${bytes.length - at} bytes`)
    at += length
    return at - length
  }
  while (at < bytes.length) {
    const key = varint()
    const [number, wire] = [Number(key >> 3n), Number(key & 7n)]
    if (number === 0 || number > 0x1fffffff) throw new BrokenMessage('a field has no number')
    if (wire === 0) yield { number, value: varint(), bytes: NOTHING }
    else if (wire === 1) yield { number, value: view.getBigUint64(take(8), true), bytes: NOTHING }
    else if (wire === 5) yield { number, value: BigInt(view.getUint32(take(4), true)), bytes: NOTHING }
    else if (wire === 2) {
      const length = varint()
      if (length > BigInt(bytes.length)) throw new BrokenMessage(`a field claims ${length} bytes`)
      const from = take(Number(length))
      yield { number, value: null, bytes: bytes.subarray(from, at) }
    } else throw new BrokenMessage(`a field has the unknown wire type ${wire}`)
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
export function textOf({ bytes, value }: Field): string {
  if (value !== null) throw new BrokenMessage('a text is a number')
  try {
    return utf8.decode(bytes)
  } catch {
    throw new BrokenMessage('a text is no UTF-8')
  }
}

/** Repeated integers, packed into one field or not. */
export function* integersOf(field: Field): Generator<bigint> {
  if (field.value !== null) yield BigInt.asIntN(64, field.value)
  else
    for (let at = 0, value = 0n, shift = 0n; at < field.bytes.length; at++) {
      const byte = field.bytes[at]!
      value |= BigInt(byte & 127) << shift
      shift += 7n
      if (byte < 128) {
        yield BigInt.asIntN(64, value)
        value = shift = 0n
      } else if (shift >= 70n || at === field.bytes.length - 1) throw new BrokenMessage('a packed number does not end')
    }
}
