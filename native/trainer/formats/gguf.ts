import { open, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import { HearthError } from '../../../common/errors/index.ts'
import { ggmlTypeOf, ggmlTypes, type GgmlType } from './ggml-types.ts'

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

export type GgufValue = number | bigint | boolean | string | readonly GgufValue[]
export interface GgufTensorInfo {
  /** Outermost first, as everywhere but in the file. */
  readonly shape: readonly number[]
  /** Null for a type that this version of Hearth does not know. */
  readonly type: GgmlType | null
  /** GGML's number of the type. */
  readonly typeId: number
  /** From the start of the data. */
  readonly offset: number
  /** Null where the type is not known. */
  readonly bytes: number | null
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

/** One file's header, checked against its size, and the file itself. */
interface Part {
  readonly handle: FileHandle
  readonly dataStart: number
  readonly metadata: ReadonlyMap<string, GgufValue>
  readonly tensors: ReadonlyMap<string, GgufTensorInfo>
}

/** An open GGUF file whose header has been checked against its size; of a split model, all its files. */
export class GgufFile {
  readonly #parts: readonly Part[]
  readonly path: string
  /** The files that the model lies in, the first first. */
  readonly files: readonly string[]
  readonly metadata: ReadonlyMap<string, GgufValue>
  readonly tensors: ReadonlyMap<string, GgufTensorInfo>

  private constructor(path: string, files: readonly string[], parts: readonly Part[]) {
    this.path = path
    this.files = files
    this.#parts = parts
    this.metadata = parts[0]?.metadata ?? new Map()
    this.tensors = new Map(parts.flatMap(({ tensors }) => [...tensors]))
  }

  /** @throws HearthError MODEL_BROKEN, also where a file of a split model is missing or is another model's */
  static async open(path: string): Promise<GgufFile> {
    const parts = [await openPart(path)]
    try {
      const files = splitFiles(path, parts[0]?.metadata ?? new Map())
      if (files.length === 1) return new GgufFile(path, files, parts)
      await closeAll(parts.splice(0))
      for (const [i, file] of files.entries()) {
        const part = await openPart(file).catch((error: unknown) => {
          if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
          throw broken(path, `it is one of ${files.length} files of a model, and ${basename(file)} is not beside it`)
        })
        parts.push(part)
        const [number, count] = [part.metadata.get(SPLIT_NUMBER), part.metadata.get(SPLIT_COUNT)]
        if (number !== i || count !== files.length)
          throw broken(file, `it must be file ${i + 1} of ${files.length} of a model, by its metadata it is another`)
      }
      const opened = new GgufFile(path, files, parts)
      const [written, read] = [opened.metadata.get('split.tensors.count'), opened.tensors.size]
      const total = parts.reduce((sum, { tensors }) => sum + tensors.size, 0)
      if (total !== read || (written !== undefined && written !== read))
        throw broken(
          path,
          `its ${files.length} files have ${total} tensors, ${read} by name; it says ${String(written)}`,
        )
      return opened
    } catch (error) {
      await closeAll(parts)
      throw error
    }
  }

  /** The stored bytes of a tensor. */
  async read(name: string): Promise<Uint8Array> {
    const part = this.#parts.find(({ tensors }) => tensors.has(name))
    const info = part?.tensors.get(name)
    if (!part || !info) throw broken(this.path, `it has no tensor ${name}`)
    if (info.bytes === null) throw newerType(this.path, name, info.typeId)
    const raw = new Uint8Array(info.bytes)
    const { bytesRead } = await part.handle.read(raw, 0, info.bytes, part.dataStart + info.offset)
    if (bytesRead !== info.bytes) throw broken(this.path, `${name} is truncated`)
    return raw
  }

  close(): Promise<void> {
    return closeAll(this.#parts)
  }
}

const closeAll = async (parts: readonly Part[]): Promise<void> =>
  void (await Promise.all(parts.map(({ handle }) => handle.close())))

const [SPLIT_NUMBER, SPLIT_COUNT] = ['split.no', 'split.count']
const MAX_PARTS = 999

/** The files of the model that a file belongs to, by llama.cpp's rule for their names. */
function splitFiles(path: string, metadata: ReadonlyMap<string, GgufValue>): readonly string[] {
  const count = metadata.get(SPLIT_COUNT) ?? 1
  if (count === 0 || count === 1) return [path]
  if (typeof count !== 'number' || count > MAX_PARTS) throw broken(path, `it claims ${String(count)} files`)
  const digits = (number: number) => String(number).padStart(5, '0')
  const ending = /-\d{5}-of-(\d{5})\.gguf$/.exec(path)
  if (ending?.[1] !== digits(count))
    throw broken(
      path,
      `it is one of ${count} files of a model, and its name must end with -00001-of-${digits(count)}.gguf`,
    )
  const stem = path.slice(0, ending.index)
  return Array.from({ length: count }, (_, i) => `${stem}-${digits(i + 1)}-of-${digits(count)}.gguf`)
}

async function openPart(path: string): Promise<Part> {
  const handle = await open(path, 'r')
  try {
    const { size } = await handle.stat()
    const reader = new HeaderReader(handle, path, size)
    if ((await reader.take(4)).toString('latin1') !== MAGIC) throw broken(path, 'it must begin with GGUF')
    const version = await reader.uint32()
    if (version === VERSION << 24 || version === 2 << 24)
      throw broken(path, 'its numbers are big-endian, for machines of another kind')
    if (version !== 2 && version !== VERSION) throw broken(path, `its version must be 2 or 3, got ${version}`)
    const [tensorCount, valueCount] = [await reader.count('tensors'), await reader.count('values')]
    const metadata = new Map<string, GgufValue>()
    for (let i = 0; i < valueCount; i++) {
      const key = await reader.string()
      if (metadata.has(key)) throw broken(path, `it has ${key} twice`)
      metadata.set(key, await reader.value(typeNames[await reader.uint32()]))
    }
    const tensors = new Map<string, GgufTensorInfo>()
    for (let i = 0; i < tensorCount; i++) {
      const name = await reader.string()
      if (tensors.has(name)) throw broken(path, `it has the tensor ${name} twice`)
      tensors.set(name, await readTensorInfo(reader, path, name))
    }
    const alignment = Number(metadata.get('general.alignment') ?? ALIGNMENT)
    if (!Number.isInteger(alignment) || alignment < 1 || alignment > 2 ** 16)
      throw broken(path, `its alignment is ${alignment}`)
    const dataStart = Math.ceil(reader.position / alignment) * alignment
    assertApart(path, tensors, alignment, size - dataStart)
    return { handle, dataStart, metadata, tensors }
  } catch (error) {
    await handle.close()
    throw error
  }
}

/** Every tensor lies in the file, aligned, and shares no byte with another. */
function assertApart(
  path: string,
  tensors: ReadonlyMap<string, GgufTensorInfo>,
  alignment: number,
  size: number,
): void {
  const placed = [...tensors].toSorted(([, a], [, b]) => a.offset - b.offset || (a.bytes ?? 1) - (b.bytes ?? 1))
  let free = 0
  for (const [name, { offset, bytes }] of placed) {
    // A tensor of an unknown type takes a byte at least.
    const end = offset + (bytes ?? 1)
    if (end > size) throw broken(path, `${name} ends at byte ${end} of ${size} of its data; the file is truncated`)
    if (offset % alignment !== 0) throw broken(path, `${name} begins at byte ${offset}, which is not aligned`)
    if (offset < free) throw broken(path, `${name} begins inside another tensor`)
    free = end
  }
}

const newerType = (path: string, name: string, id: number) =>
  new HearthError(
    'MODEL_UNSUPPORTED',
    `${name} in ${basename(path)} is stored as GGML type ${id}, which is newer than this version of Hearth`,
    { file: basename(path) },
  )

async function readTensorInfo(reader: HeaderReader, path: string, name: string): Promise<GgufTensorInfo> {
  const rank = await reader.uint32()
  if (rank > 4) throw broken(path, `${name} has ${rank} dimensions`)
  const shape: number[] = []
  for (let i = 0; i < rank; i++) shape.unshift(Number((await reader.take(8)).readBigUInt64LE()))
  const typeId = await reader.uint32()
  const offset = Number((await reader.take(8)).readBigUInt64LE())
  const type = ggmlTypeOf(typeId)
  const elements = shape.reduce((product, dim) => product * dim, 1)
  const block = type === null ? null : ggmlTypes[type]
  if (!Number.isSafeInteger(elements) || elements < 1 || (block && (shape.at(-1) ?? 1) % block.elements !== 0))
    throw broken(path, `${name} has an impossible shape`)
  if (!Number.isSafeInteger(offset)) throw broken(path, `${name} begins at byte ${offset}`)
  return { shape, type, typeId, offset, bytes: block && (elements / block.elements) * block.bytes }
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
