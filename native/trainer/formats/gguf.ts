import { open, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import { HearthError } from '../../../common/errors/index.ts'

/** GGUF version 3 (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md). */
const MAGIC = 'GGUF'
const VERSION = 3
const ALIGNMENT = 32
const MAX_HEADER = 512 * 2 ** 20
const MAX_ITEMS = 2 ** 24

export const valueTypes = {
  uint8: 0,
  int8: 1,
  uint16: 2,
  int16: 3,
  uint32: 4,
  int32: 5,
  float32: 6,
  bool: 7,
  string: 8,
  array: 9,
  uint64: 10,
  int64: 11,
  float64: 12,
} as const
type ValueType = keyof typeof valueTypes
const typeNames = Object.fromEntries(Object.entries(valueTypes).map(([name, id]) => [id, name])) as Record<
  number,
  ValueType
>

/** Tensor types that can be read: elements in a block, and its bytes. */
export const ggmlTypes = {
  f32: { id: 0, elements: 1, bytes: 4 },
  f16: { id: 1, elements: 1, bytes: 2 },
  q4_0: { id: 2, elements: 32, bytes: 18 },
  q8_0: { id: 8, elements: 32, bytes: 34 },
  q4_k: { id: 12, elements: 256, bytes: 144 },
  q6_k: { id: 14, elements: 256, bytes: 210 },
  bf16: { id: 30, elements: 1, bytes: 2 },
} as const
export type GgmlType = keyof typeof ggmlTypes

export type GgufValue = number | bigint | boolean | string | readonly GgufValue[]
export interface GgufTensorInfo {
  /** Outermost first, as everywhere but in the file. */
  readonly shape: readonly number[]
  readonly type: GgmlType
  /** From the start of the data. */
  readonly offset: number
  readonly bytes: number
}

const broken = (path: string, why: string) =>
  new HearthError('MODEL_BROKEN', `${basename(path)} is not a valid GGUF file: ${why}`, { file: basename(path) })

/** Reads a header piece by piece and never past the end of the file. */
class HeaderReader {
  readonly #handle: FileHandle
  readonly #path: string
  readonly #size: number
  #buffer = Buffer.alloc(0)
  #start = 0
  #at = 0

  constructor(handle: FileHandle, path: string, size: number) {
    this.#handle = handle
    this.#path = path
    this.#size = size
  }

  get position(): number {
    return this.#start + this.#at
  }

  async take(bytes: number): Promise<Buffer> {
    if (this.position + bytes > Math.min(this.#size, MAX_HEADER))
      throw broken(this.#path, `its header ends after byte ${Math.min(this.#size, MAX_HEADER)}`)
    if (this.#at + bytes > this.#buffer.length) {
      this.#start = this.position
      this.#at = 0
      this.#buffer = Buffer.alloc(Math.min(Math.max(bytes, 2 ** 20), this.#size - this.#start))
      await this.#handle.read(this.#buffer, 0, this.#buffer.length, this.#start)
    }
    this.#at += bytes
    return this.#buffer.subarray(this.#at - bytes, this.#at)
  }

  async count(what: string): Promise<number> {
    const value = (await this.take(8)).readBigUInt64LE()
    if (value > BigInt(MAX_ITEMS)) throw broken(this.#path, `it claims ${value} ${what}`)
    return Number(value)
  }

  async string(): Promise<string> {
    return (await this.take(await this.count('characters'))).toString('utf8')
  }

  async uint32(): Promise<number> {
    return (await this.take(4)).readUInt32LE()
  }

  async value(type: ValueType | undefined, depth = 0): Promise<GgufValue> {
    switch (type) {
      case 'uint8':
        return (await this.take(1)).readUInt8()
      case 'int8':
        return (await this.take(1)).readInt8()
      case 'uint16':
        return (await this.take(2)).readUInt16LE()
      case 'int16':
        return (await this.take(2)).readInt16LE()
      case 'uint32':
        return this.uint32()
      case 'int32':
        return (await this.take(4)).readInt32LE()
      case 'float32':
        return (await this.take(4)).readFloatLE()
      case 'float64':
        return (await this.take(8)).readDoubleLE()
      case 'uint64':
        return (await this.take(8)).readBigUInt64LE()
      case 'int64':
        return (await this.take(8)).readBigInt64LE()
      case 'bool':
        return (await this.take(1))[0] !== 0
      case 'string':
        return this.string()
      case 'array': {
        if (depth > 2) throw broken(this.#path, 'its arrays are nested too deeply')
        const element = typeNames[await this.uint32()]
        const length = await this.count('elements')
        const values: GgufValue[] = []
        for (let i = 0; i < length; i++) values.push(await this.value(element, depth + 1))
        return values
      }
      case undefined:
        throw broken(this.#path, 'it holds a value of an unknown type')
    }
  }
}

/** An open GGUF file whose header has been checked against its size. */
export class GgufFile {
  readonly #handle: FileHandle
  readonly #dataStart: number
  readonly path: string
  readonly metadata: ReadonlyMap<string, GgufValue>
  readonly tensors: ReadonlyMap<string, GgufTensorInfo>

  private constructor(
    path: string,
    handle: FileHandle,
    dataStart: number,
    metadata: ReadonlyMap<string, GgufValue>,
    tensors: ReadonlyMap<string, GgufTensorInfo>,
  ) {
    this.path = path
    this.#handle = handle
    this.#dataStart = dataStart
    this.metadata = metadata
    this.tensors = tensors
  }

  static async open(path: string): Promise<GgufFile> {
    const handle = await open(path, 'r')
    try {
      const { size } = await handle.stat()
      const reader = new HeaderReader(handle, path, size)
      if ((await reader.take(4)).toString('latin1') !== MAGIC) throw broken(path, 'it must begin with GGUF')
      const version = await reader.uint32()
      if (version !== 2 && version !== VERSION) throw broken(path, `its version must be 2 or 3, got ${version}`)
      const [tensorCount, valueCount] = [await reader.count('tensors'), await reader.count('values')]
      const metadata = new Map<string, GgufValue>()
      for (let i = 0; i < valueCount; i++)
        metadata.set(await reader.string(), await reader.value(typeNames[await reader.uint32()]))
      const tensors = new Map<string, GgufTensorInfo>()
      for (let i = 0; i < tensorCount; i++) {
        const name = await reader.string()
        tensors.set(name, await readTensorInfo(reader, path, name))
      }
      const alignment = Number(metadata.get('general.alignment') ?? ALIGNMENT)
      if (!(alignment >= 1 && alignment <= 2 ** 16)) throw broken(path, `its alignment is ${alignment}`)
      const dataStart = Math.ceil(reader.position / alignment) * alignment
      for (const [name, { offset, bytes }] of tensors)
        if (dataStart + offset + bytes > size)
          throw broken(path, `${name} ends at byte ${dataStart + offset + bytes} of ${size}; the file is truncated`)
      return new GgufFile(path, handle, dataStart, metadata, tensors)
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  /** The stored bytes of a tensor. */
  async read(name: string): Promise<Uint8Array> {
    const { offset, bytes } = this.tensors.get(name)!
    const raw = new Uint8Array(bytes)
    const { bytesRead } = await this.#handle.read(raw, 0, bytes, this.#dataStart + offset)
    if (bytesRead !== bytes) throw broken(this.path, `${name} is truncated`)
    return raw
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}

async function readTensorInfo(reader: HeaderReader, path: string, name: string): Promise<GgufTensorInfo> {
  const rank = await reader.uint32()
  if (rank < 1 || rank > 4) throw broken(path, `${name} has ${rank} dimensions`)
  const shape: number[] = []
  for (let i = 0; i < rank; i++) shape.unshift(Number((await reader.take(8)).readBigUInt64LE()))
  const id = await reader.uint32()
  const offset = Number((await reader.take(8)).readBigUInt64LE())
  const type = (Object.keys(ggmlTypes) as GgmlType[]).find((key) => ggmlTypes[key].id === id)
  if (!type)
    throw new HearthError(
      'MODEL_UNSUPPORTED',
      `${name} must be stored as ${Object.keys(ggmlTypes).join(', ')}; got GGML type ${id}`,
      { file: basename(path) },
    )
  const elements = shape.reduce((product, dim) => product * dim, 1)
  const block = ggmlTypes[type]
  if (!Number.isSafeInteger(elements) || elements < 1 || shape.at(-1)! % block.elements !== 0)
    throw broken(path, `${name} has an impossible shape`)
  return { shape, type, offset, bytes: (elements / block.elements) * block.bytes }
}

export interface GgufTensor {
  readonly name: string
  /** Outermost first. */
  readonly shape: readonly number[]
  /** float32, or blocks of `type`. */
  readonly data: Float32Array | Uint8Array
  readonly type?: GgmlType
}

/** Metadata values with the types that llama.cpp expects of them. */
export type TypedValue =
  | { readonly type: Exclude<ValueType, 'array'>; readonly value: number | bigint | boolean | string }
  | {
      readonly type: 'array'
      readonly of: 'string' | 'int32' | 'float32'
      readonly value: readonly (string | number)[]
    }

export const gguf = {
  string: (value: string): TypedValue => ({ type: 'string', value }),
  uint32: (value: number): TypedValue => ({ type: 'uint32', value }),
  float32: (value: number): TypedValue => ({ type: 'float32', value }),
  bool: (value: boolean): TypedValue => ({ type: 'bool', value }),
  strings: (value: readonly string[]): TypedValue => ({ type: 'array', of: 'string', value }),
  int32s: (value: readonly number[]): TypedValue => ({ type: 'array', of: 'int32', value }),
  float32s: (value: readonly number[]): TypedValue => ({ type: 'array', of: 'float32', value }),
}

/** The bytes of a GGUF file. */
export function encodeGguf(metadata: Readonly<Record<string, TypedValue>>, tensors: readonly GgufTensor[]): Uint8Array {
  const parts: Buffer[] = []
  const push = (bytes: number, write: (buffer: Buffer) => void) => {
    const buffer = Buffer.alloc(bytes)
    write(buffer)
    parts.push(buffer)
  }
  const uint32 = (value: number) => push(4, (buffer) => buffer.writeUInt32LE(value))
  const uint64 = (value: number) => push(8, (buffer) => buffer.writeBigUInt64LE(BigInt(value)))
  const string = (value: string) => {
    const bytes = Buffer.from(value, 'utf8')
    uint64(bytes.length)
    parts.push(bytes)
  }
  const scalar = (type: ValueType, value: string | number | bigint | boolean) => {
    if (type === 'string') string(String(value))
    else if (type === 'float32') push(4, (buffer) => buffer.writeFloatLE(Number(value)))
    else if (type === 'int32') push(4, (buffer) => buffer.writeInt32LE(Number(value)))
    else if (type === 'bool') push(1, (buffer) => buffer.writeUInt8(Number(value)))
    else uint32(Number(value))
  }
  parts.push(Buffer.from(MAGIC, 'latin1'))
  uint32(VERSION)
  uint64(tensors.length)
  uint64(Object.keys(metadata).length)
  for (const [key, typed] of Object.entries(metadata)) {
    string(key)
    uint32(valueTypes[typed.type])
    if (typed.type !== 'array') scalar(typed.type, typed.value)
    else {
      uint32(valueTypes[typed.of])
      uint64(typed.value.length)
      for (const item of typed.value) scalar(typed.of, item)
    }
  }
  let offset = 0
  for (const { name, shape, data, type = 'f32' } of tensors) {
    string(name)
    uint32(shape.length)
    for (const dim of shape.toReversed()) uint64(dim)
    uint32(ggmlTypes[type].id)
    uint64(offset)
    offset += Math.ceil(data.byteLength / ALIGNMENT) * ALIGNMENT
  }
  const pad = () =>
    parts.push(Buffer.alloc((ALIGNMENT - (parts.reduce((sum, part) => sum + part.length, 0) % ALIGNMENT)) % ALIGNMENT))
  pad()
  for (const { data } of tensors) {
    parts.push(
      Buffer.from(data.buffer, data.byteOffset, data.byteLength),
      Buffer.alloc((ALIGNMENT - (data.byteLength % ALIGNMENT)) % ALIGNMENT),
    )
  }
  return Buffer.concat(parts)
}
