import { open, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import * as z from 'zod'
import { HearthError } from '../../../common/errors/index.ts'
import { brainToFloat, halfToFloat } from '../base/half.ts'

/** The safetensors format: u64 header length, JSON header, tensors (https://github.com/huggingface/safetensors). */
const elementBits = {
  F64: 64,
  F32: 32,
  F16: 16,
  BF16: 16,
  I64: 64,
  I32: 32,
  I16: 16,
  I8: 8,
  U64: 64,
  U32: 32,
  U16: 16,
  U8: 8,
  BOOL: 8,
  C64: 64,
  F8_E4M3: 8,
  F8_E4M3FNUZ: 8,
  F8_E5M2: 8,
  F8_E5M2FNUZ: 8,
  F8_E8M0: 8,
  F6_E2M3: 6,
  F6_E3M2: 6,
  F4: 4,
} as const
type ElementType = keyof typeof elementBits
/** Types that tensors are read of. */
export const isFloat = (type: ElementType): boolean => /^(F64|F32|F16|BF16)$/.test(type)
const MAX_HEADER = 100 * 2 ** 20
/** More dimensions than any library's tensors have. */
const MAX_RANK = 64

const Entry = z.object({
  dtype: z.enum(Object.keys(elementBits) as [ElementType, ...ElementType[]]),
  shape: z.array(z.int().min(0)).max(MAX_RANK),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
})
export type TensorEntry = z.infer<typeof Entry>

const broken = (file: string, why: string) =>
  new HearthError('MODEL_BROKEN', `${basename(file)} is not a valid safetensors file: ${why}`, { file: basename(file) })

/** An open file whose header has been checked against its size: every tensor lies inside, none overlaps another. */
export class SafetensorsFile {
  readonly #handle: FileHandle
  readonly #start: number
  readonly path: string
  readonly entries: ReadonlyMap<string, TensorEntry>
  readonly metadata: Readonly<Record<string, string>>

  private constructor(
    path: string,
    handle: FileHandle,
    start: number,
    entries: ReadonlyMap<string, TensorEntry>,
    metadata: Readonly<Record<string, string>>,
  ) {
    this.path = path
    this.#handle = handle
    this.#start = start
    this.entries = entries
    this.metadata = metadata
  }

  static async open(path: string): Promise<SafetensorsFile> {
    const handle = await open(path, 'r')
    try {
      const { size } = await handle.stat()
      const prefix = Buffer.alloc(8)
      if (size < 8) throw broken(path, `it has ${size} bytes`)
      await handle.read(prefix, 0, 8, 0)
      const length = Number(prefix.readBigUInt64LE())
      if (length > MAX_HEADER || 8 + length > size) throw broken(path, `its header claims ${length} bytes of ${size}`)
      const header = Buffer.alloc(length)
      await handle.read(header, 0, length, 8)
      const { entries, metadata } = parseHeader(path, header, size - 8 - length)
      return new SafetensorsFile(path, handle, 8 + length, entries, metadata)
    } catch (error) {
      await handle.close()
      throw error
    }
  }

  /** Bytes of a tensor as they are stored. */
  async bytes(name: string, from: number, to: number): Promise<Uint8Array> {
    const raw = new Uint8Array(to - from)
    const start = this.#start + this.#entry(name).data_offsets[0] + from
    const { bytesRead } = await this.#handle.read(raw, 0, raw.length, start)
    if (bytesRead !== raw.length) throw broken(this.path, `${name} is truncated`)
    return raw
  }

  #entry(name: string): TensorEntry {
    const entry = this.entries.get(name)
    if (!entry) throw new Error(`no tensor ${name}`)
    return entry
  }

  /** A tensor of floats as float32. */
  async read(name: string): Promise<Float32Array> {
    const {
      dtype,
      data_offsets: [from, to],
    } = this.#entry(name)
    const raw = await this.bytes(name, 0, to - from)
    switch (dtype) {
      case 'F32':
        return new Float32Array(raw.buffer)
      case 'F16':
        return halfToFloat(new Uint16Array(raw.buffer))
      case 'BF16':
        return brainToFloat(new Uint16Array(raw.buffer))
      case 'F64':
        return Float32Array.from(new Float64Array(raw.buffer))
      default:
        throw new HearthError('MODEL_UNSUPPORTED', `${name} must be stored as floats, got ${dtype}`, {
          file: basename(this.path),
        })
    }
  }

  close(): Promise<void> {
    return this.#handle.close()
  }
}

function parseHeader(
  path: string,
  header: Buffer,
  dataBytes: number,
): { entries: Map<string, TensorEntry>; metadata: Record<string, string> } {
  let json: unknown
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(header)
    json = JSON.parse(text)
  } catch {
    throw broken(path, 'its header is not valid JSON')
  }
  assertPlain(path, text)
  if (typeof json !== 'object' || json === null || Array.isArray(json))
    throw broken(path, 'its header must be an object')
  const entries = new Map<string, TensorEntry>()
  let metadata: Record<string, string> = {}
  // Own entries of the object, so that a tensor called __proto__ is one too.
  for (const [name, value] of Object.entries(json)) {
    if (name === '__metadata__') metadata = readMetadata(path, value)
    else entries.set(name, readEntry(path, name, value))
  }
  let end = 0
  for (const [name, { dtype, shape, data_offsets }] of [...entries].toSorted(([, a], [, b]) => inOrder(a, b))) {
    const [from, to] = data_offsets
    const bits = shape.reduce((product, dim) => product * dim, elementBits[dtype])
    if (from !== end) throw broken(path, `${name} must begin at byte ${end}, got ${from}`)
    if (bits % 8 !== 0 || to - from !== bits / 8)
      throw broken(path, `${name} must have ${bits / 8} bytes by its shape, got ${to - from}`)
    end = to
  }
  if (end !== dataBytes)
    throw broken(
      path,
      `its tensors must end at byte ${dataBytes}, got ${end}; the file is truncated or has trailing data`,
    )
  return { entries, metadata }
}

/** Refuses what others refuse and JSON.parse lets pass: 8.0 for 8, and a key of a tensor twice. */
function assertPlain(path: string, json: string): void {
  const open: Set<string>[] = []
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"(?:\s*:)?|[{}]|-?\d[\d.eE+-]*/g)) {
    if (token === '{') open.push(new Set())
    else if (token === '}') open.pop()
    else if (!token.startsWith('"')) {
      if (/[.eE]/.test(token))
        throw broken(path, `its header has the number ${token.slice(0, 40)}, which is no integer`)
    } else if (token.endsWith(':') && open.length > 1) {
      const keys = open.at(-1)
      const key = token.slice(0, token.lastIndexOf('"'))
      if (keys?.has(key)) throw broken(path, `its header says ${key.slice(1, 40)} twice of a tensor`)
      keys?.add(key)
    }
  }
}

/** An empty tensor stands before the one that begins at the same byte. */
const inOrder = ({ data_offsets: a }: TensorEntry, { data_offsets: b }: TensorEntry): number =>
  a[0] - b[0] || a[1] - b[1]

function readMetadata(path: string, value: unknown): Record<string, string> {
  const parsed = z.record(z.string(), z.string()).safeParse(value)
  if (!parsed.success) throw broken(path, '__metadata__ must hold texts only')
  return parsed.data
}

function readEntry(path: string, name: string, value: unknown): TensorEntry {
  if (name.length > 512) throw broken(path, 'a tensor’s name has more than 512 characters')
  const parsed = Entry.safeParse(value)
  if (parsed.success) return parsed.data
  const unknown = z.object({ dtype: z.string().max(40) }).safeParse(value)
  if (unknown.success && parsed.error.issues.every((issue) => issue.path[0] === 'dtype'))
    throw new HearthError(
      'MODEL_UNSUPPORTED',
      `${basename(path)}: ${name} is stored as ${unknown.data.dtype}, a type that this version does not know`,
      { file: basename(path) },
    )
  throw broken(
    path,
    `${name}: ${parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`).join('; ')}`,
  )
}

export interface NamedTensor {
  readonly name: string
  readonly shape: readonly number[]
  readonly data: Float32Array
}

/** The bytes of a safetensors file of float32 tensors. */
export function encodeSafetensors(
  tensors: readonly NamedTensor[],
  metadata: Readonly<Record<string, string>> = { format: 'pt' },
): Uint8Array {
  const header: Record<string, unknown> = { __metadata__: metadata }
  let offset = 0
  for (const { name, shape, data } of tensors) {
    header[name] = { dtype: 'F32', shape, data_offsets: [offset, offset + data.byteLength] }
    offset += data.byteLength
  }
  const json = new TextEncoder().encode(JSON.stringify(header))
  // Padded with spaces so that the tensors are aligned.
  const length = Math.ceil(json.length / 8) * 8
  const out = new Uint8Array(8 + length + offset).fill(0x20, 8, 8 + length)
  new DataView(out.buffer).setBigUint64(0, BigInt(length), true)
  out.set(json, 8)
  let at = 8 + length
  for (const { data } of tensors) {
    out.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at)
    at += data.byteLength
  }
  return out
}
