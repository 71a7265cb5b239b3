import { open, type FileHandle } from 'node:fs/promises'
import { basename } from 'node:path'
import * as z from 'zod'
import { HearthError } from '../../../common/errors/index.ts'
import { brainToFloat, halfToFloat } from '../base/half.ts'

/** The safetensors format: u64 header length, JSON header, tensors (https://github.com/huggingface/safetensors). */
const elementBytes = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I16: 2, I8: 1, U8: 1, BOOL: 1 } as const
const MAX_HEADER = 100 * 2 ** 20

const Entry = z.object({
  dtype: z.enum(['F64', 'F32', 'F16', 'BF16', 'I64', 'I32', 'I16', 'I8', 'U8', 'BOOL']),
  shape: z.array(z.int().min(0)).max(8),
  data_offsets: z.tuple([z.int().min(0), z.int().min(0)]),
})
type Entry = z.infer<typeof Entry>

const broken = (file: string, why: string) =>
  new HearthError('MODEL_BROKEN', `${basename(file)} is not a valid safetensors file: ${why}`, { file: basename(file) })

/** An open file whose header has been checked against its size: every tensor lies inside, none overlaps another. */
export class SafetensorsFile {
  readonly #handle: FileHandle
  readonly #start: number
  readonly path: string
  readonly entries: ReadonlyMap<string, Entry>
  readonly metadata: Readonly<Record<string, string>>

  private constructor(
    path: string,
    handle: FileHandle,
    start: number,
    entries: ReadonlyMap<string, Entry>,
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

  /** A tensor of floats as float32. */
  async read(name: string): Promise<Float32Array> {
    const {
      dtype,
      data_offsets: [from, to],
    } = this.entries.get(name)!
    const raw = new Uint8Array(to - from)
    const { bytesRead } = await this.#handle.read(raw, 0, raw.length, this.#start + from)
    if (bytesRead !== raw.length) throw broken(this.path, `${name} is truncated`)
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
): { entries: Map<string, Entry>; metadata: Record<string, string> } {
  let json: unknown
  try {
    json = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(header))
  } catch {
    throw broken(path, 'its header is not valid JSON')
  }
  const { __metadata__: metadata = {}, ...tensors } = z
    .looseObject({ __metadata__: z.record(z.string(), z.string()).optional() })
    .catch(() => {
      throw broken(path, 'its header must be an object')
    })
    .parse(json)
  const parsed = z.record(z.string().max(512), Entry).safeParse(tensors)
  if (!parsed.success) throw broken(path, z.prettifyError(parsed.error))
  const entries = new Map(Object.entries(parsed.data))
  let end = 0
  for (const [
    name,
    {
      dtype,
      shape,
      data_offsets: [from, to],
    },
  ] of [...entries].toSorted(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0])) {
    const bytes = shape.reduce((product, dim) => product * dim, elementBytes[dtype])
    if (from !== end) throw broken(path, `${name} must begin at byte ${end}, got ${from}`)
    if (to - from !== bytes) throw broken(path, `${name} must have ${bytes} bytes by its shape, got ${to - from}`)
    end = to
  }
  if (end !== dataBytes)
    throw broken(
      path,
      `its tensors must end at byte ${dataBytes}, got ${end}; the file is truncated or has trailing data`,
    )
  return { entries, metadata }
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
