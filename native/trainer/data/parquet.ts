import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib'
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, parquetSchema } from 'hyparquet'
import type { Compressors, FileMetaData, ParquetParsers, SchemaElement, SchemaTree } from 'hyparquet'
import { decompressLz4, decompressLz4Raw } from 'hyparquet-compressors'
import type { Row } from './rows.ts'

/** Pages hold a megabyte or so; what claims to grow beyond this is no table that a person made. */
const MOST_PAGE_BYTES = 512 * 2 ** 20

/** A moment as the file has it, in nanoseconds since 1970, before its column says whether it has a zone. */
class Moment {
  readonly nanoseconds: bigint
  readonly digits: number

  constructor(nanoseconds: bigint, digits: number) {
    this.nanoseconds = nanoseconds
    this.digits = digits
  }
}

const parsers = {
  timestampFromMilliseconds: (given: bigint) => new Moment(BigInt(given) * 1_000_000n, 3),
  timestampFromMicroseconds: (given: bigint) => new Moment(BigInt(given) * 1000n, 6),
  timestampFromNanoseconds: (given: bigint) => new Moment(BigInt(given), 9),
  dateFromDays: (days: number) => dateText(BigInt(days)),
}

type Decompress = (page: Uint8Array, bytes: number) => Uint8Array
const within =
  (decompress: Decompress): Decompress =>
  (page, bytes) => {
    if (bytes > MOST_PAGE_BYTES) throw new Error(`a page of it would grow to ${bytes} bytes`)
    // An empty page is one that the library for LZ4 fails at.
    return bytes === 0 ? new Uint8Array() : decompress(page, bytes)
  }

/** Node's own, which check what they unpack; of the others the library's. Snappy the reader has itself. */
const compressors: Compressors = {
  GZIP: within((page, maxOutputLength) => gunzipSync(page, { maxOutputLength })),
  BROTLI: within((page, maxOutputLength) => brotliDecompressSync(page, { maxOutputLength })),
  ZSTD: within((page, maxOutputLength) => zstdDecompressSync(page, { maxOutputLength })),
  LZ4: within(decompressLz4),
  LZ4_RAW: within(decompressLz4Raw),
}

/**
 * The rows of a Parquet file, one row group in memory at a time. Decimals, whole numbers and times come exact: as text
 * where a double could not hold them (Apache Parquet, LogicalTypes.md).
 * @throws Error where the file is damaged, or has what is not understood
 */
export async function* parquetRows(path: string): AsyncGenerator<Row> {
  const file = await asyncBufferFromFile(path)
  const metadata = await parquetMetadataAsync(file)
  const columns = new Map<string, (value: unknown) => unknown>()
  for (const column of parquetSchema(metadata).children) {
    const { name } = column.element
    if (columns.has(name)) throw new Error(`two columns are called “${name}”`)
    columns.set(name, textOf(column))
  }
  const raw = withoutDecimals(metadata)
  let rowStart = 0
  for (const { num_rows: count } of metadata.row_groups) {
    const rowEnd = rowStart + Number(count)
    const rows = await parquetReadObjects({
      file,
      metadata: raw,
      compressors,
      parsers: parsers as unknown as ParquetParsers,
      utf8: false,
      rowStart,
      rowEnd,
    })
    for (const row of rows)
      yield Object.fromEntries(Object.entries(row).map(([name, value]) => [name, columns.get(name)?.(value)]))
    rowStart = rowEnd
  }
}

/** Metadata by which decimals are given as they are stored: the library makes doubles of them. */
function withoutDecimals(metadata: FileMetaData): FileMetaData {
  const schema = metadata.schema.map((element): SchemaElement => {
    if (!isDecimal(element)) return element
    const { converted_type: _, logical_type: __, ...stored } = element
    return stored
  })
  return { ...metadata, schema }
}

const isDecimal = ({ converted_type: converted, logical_type: logical }: SchemaElement): boolean =>
  converted === 'DECIMAL' || logical?.type === 'DECIMAL'

/**
 * What makes a column's values, and those within them, exact. Lists and maps come folded: their groups have no names.
 */
function textOf({ element, children }: SchemaTree): (value: unknown) => unknown {
  const whole = children.length === 0 ? leafText(element) : null
  const inner = new Map(children.map((child) => [child.element.name, textOf(child)]))
  const [only] = children.length === 1 ? inner.values() : []
  const mapped = children.length === 2 && inner.has('key') ? inner.get('value') : undefined
  const convert = (value: unknown): unknown => {
    if (value === null || value === undefined) return null
    if (Array.isArray(value)) return value.map(convert)
    if (whole) return whole(value)
    if (!isRecord(value)) return only ? only(value) : value
    const entries = Object.entries(value)
    if (entries.some(([name]) => !inner.has(name)) && only) return only(value)
    return Object.fromEntries(entries.map(([name, part]) => [name, (inner.get(name) ?? mapped)?.(part)]))
  }
  return convert
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype

function leafText(element: SchemaElement): (value: unknown) => unknown {
  const { logical_type: logical, converted_type: converted, scale = 0 } = element
  if (isDecimal(element)) return (value) => decimalText(wholeOf(value), scale)
  const zoned = logical?.type === 'TIMESTAMP' ? logical.isAdjustedToUTC : converted?.startsWith('TIMESTAMP') === true
  const ticks = ticksOf(element)
  return (value) => {
    if (value instanceof Moment) return momentText(value, zoned)
    if (ticks !== null && (typeof value === 'number' || typeof value === 'bigint'))
      return clockText(BigInt(value), ticks)
    if (value instanceof Uint8Array) return bytesText(value)
    return value
  }
}

/** How many of a time of day's units a second has; null where it is none. */
function ticksOf({ logical_type: logical, converted_type: converted }: SchemaElement): bigint | null {
  if (logical?.type === 'TIME') return { MILLIS: 1000n, MICROS: 1_000_000n, NANOS: 1_000_000_000n }[logical.unit]
  return converted === 'TIME_MILLIS' ? 1000n : converted === 'TIME_MICROS' ? 1_000_000n : null
}

/** The unscaled value of a decimal: a whole number, or big-endian two's complement. */
function wholeOf(value: unknown): bigint {
  if (typeof value === 'bigint' || typeof value === 'number') return BigInt(value)
  if (!(value instanceof Uint8Array)) throw new Error('a decimal is stored in no way that is known')
  const hex = Buffer.from(value).toString('hex')
  return BigInt.asIntN(8 * value.length, hex === '' ? 0n : BigInt(`0x${hex}`))
}

function decimalText(unscaled: bigint, scale: number): string {
  const [sign, digits] = unscaled < 0n ? ['-', String(-unscaled)] : ['', String(unscaled)]
  const padded = digits.padStart(scale + 1, '0')
  return scale === 0 ? sign + digits : `${sign}${padded.slice(0, -scale)}.${padded.slice(-scale)}`
}

const DAY = 86_400n
const floored = (value: bigint, by: bigint): bigint => (value - (((value % by) + by) % by)) / by

const dateText = (days: bigint): string => new Date(Number(days) * 86_400_000).toISOString().split('T')[0] ?? ''

function clockText(ticks: bigint, perSecond: bigint): string {
  const seconds = ticks / perSecond
  const pair = (value: bigint) => String(value).padStart(2, '0')
  const parts = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n].map(pair).join(':')
  return `${parts}.${String(ticks % perSecond).padStart(String(perSecond).length - 1, '0')}`
}

function momentText({ nanoseconds, digits }: Moment, zoned: boolean): string {
  const perSecond = 10n ** BigInt(digits)
  const ticks = nanoseconds / (1_000_000_000n / perSecond)
  const days = floored(ticks, DAY * perSecond)
  const clock = clockText(ticks - days * DAY * perSecond, perSecond)
  return `${dateText(days)}T${clock}${zoned ? 'Z' : ''}`
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** Bytes that the file does not call text are text where they can be, and else as many hexadecimal digits. */
function bytesText(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    return `0x${Buffer.from(bytes).toString('hex')}`
  }
}
