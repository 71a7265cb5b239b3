/** Writes ONNX models by hand: the few protobuf fields that a graph needs (onnx.proto3, IR version 10). */
const encoder = new TextEncoder()

export const dataTypes = { float: 1, uint8: 2, int8: 3, int32: 6, int64: 7, bool: 9, float16: 10, uint32: 12 } as const
export type DataType = keyof typeof dataTypes
export interface ValueInfo {
  readonly name: string
  readonly type: DataType
  readonly dims: readonly number[]
}
/** What goes in or comes out; a size that only a run tells has a name. */
type OpenValue = Omit<ValueInfo, 'dims'> & { readonly dims: readonly (number | string)[] }

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

function varint(value: number): Uint8Array {
  const bytes: number[] = []
  // Negative numbers take ten bytes: protobuf's int64 is two's complement.
  let rest = BigInt.asUintN(64, BigInt(value))
  do {
    const low = Number(rest & 127n)
    rest >>= 7n
    bytes.push(rest ? low | 128 : low)
  } while (rest)
  return Uint8Array.from(bytes)
}

const integer = (field: number, value: number): Uint8Array => concat(varint(field << 3), varint(value))
const float = (field: number, value: number): Uint8Array =>
  concat(varint((field << 3) | 5), new Uint8Array(Float32Array.of(value).buffer))
const bytes = (field: number, value: Uint8Array): Uint8Array =>
  concat(varint((field << 3) | 2), varint(value.length), value)
const string = (field: number, value: string): Uint8Array => bytes(field, encoder.encode(value))

/** TensorProto with raw data. */
export const tensor = (name: string, type: DataType, dims: readonly number[], data: ArrayBufferView): Uint8Array =>
  concat(
    ...dims.map((dim) => integer(1, dim)),
    integer(2, dataTypes[type]),
    string(8, name),
    bytes(9, new Uint8Array(data.buffer, data.byteOffset, data.byteLength)),
  )

/** A bare number is an integer attribute; ONNX keeps floats apart. */
export type Attribute = number | string | { readonly float: number } | { readonly ints: readonly number[] }
export type Attributes = Readonly<Record<string, Attribute>>

function attribute(name: string, value: Attribute): Uint8Array {
  if (typeof value === 'number') return concat(string(1, name), integer(3, value), integer(20, 2))
  if (typeof value === 'string') return concat(string(1, name), string(4, value), integer(20, 3))
  if ('float' in value) return concat(string(1, name), float(2, value.float), integer(20, 1))
  return concat(string(1, name), ...value.ints.map((item) => integer(8, item)), integer(20, 7))
}

/** NodeProto. An empty input name stands for an optional input that is left out. */
export const node = (
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes: Attributes = {},
  domain = '',
): Uint8Array =>
  concat(
    ...inputs.map((name) => string(1, name)),
    ...outputs.map((name) => string(2, name)),
    string(4, op),
    ...Object.entries(attributes).map(([name, value]) => bytes(5, attribute(name, value))),
    ...(domain ? [string(7, domain)] : []),
  )

const valueInfo = ({ name, type, dims }: OpenValue): Uint8Array =>
  concat(
    string(1, name),
    bytes(
      2,
      bytes(
        1,
        concat(
          integer(1, dataTypes[type]),
          bytes(2, concat(...dims.map((dim) => bytes(1, typeof dim === 'number' ? integer(1, dim) : string(2, dim))))),
        ),
      ),
    ),
  )

/** ModelProto at opset 21 with onnxruntime's own operators. */
export function model(graph: {
  nodes: readonly Uint8Array[]
  initializers: readonly Uint8Array[]
  inputs: readonly OpenValue[]
  outputs: readonly OpenValue[]
}): Uint8Array {
  const body = concat(
    ...graph.nodes.map((item) => bytes(1, item)),
    string(2, 'hearth'),
    ...graph.initializers.map((item) => bytes(5, item)),
    ...graph.inputs.map((item) => bytes(11, valueInfo(item))),
    ...graph.outputs.map((item) => bytes(12, valueInfo(item))),
  )
  return concat(
    integer(1, 10),
    string(2, 'hearth'),
    bytes(7, body),
    bytes(8, integer(2, 21)),
    bytes(8, concat(string(1, 'com.microsoft'), integer(2, 1))),
  )
}
