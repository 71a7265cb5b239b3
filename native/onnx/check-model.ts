import { lstat, open } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, normalize, sep } from 'node:path'
import { HearthError } from '../../common/errors/index.ts'
import { BrokenMessage, fieldsOf, integersOf, textOf, type Field } from './protobuf-reader.ts'

/** What an ONNX file holds, as far as its header tells. */
export interface OnnxSummary {
  readonly irVersion: number
  readonly opset: number
  readonly nodes: number
  readonly operators: readonly string[]
  readonly inputs: readonly string[]
  readonly outputs: readonly string[]
  readonly parameters: number
}

/** Protobuf's own limit. */
const MOST_BYTES = 2 ** 31 - 1
const MOST_ITEMS = 200_000
const MOST_DEPTH = 8
const MOST_RANK = 16
/** What onnxruntime 1.30 knows. */
const NEWEST_IR = 13
const NEWEST_OPSET = 26
const domains = new Set(['', 'ai.onnx', 'com.microsoft'])
/** Bits of one element, by TensorProto.DataType; text (8) has no size of its own. */
const elementBits: Readonly<Record<number, number>> = {
  1: 32,
  2: 8,
  3: 8,
  4: 16,
  5: 16,
  6: 32,
  7: 64,
  9: 8,
  10: 16,
  11: 64,
  12: 32,
  13: 64,
  14: 64,
  15: 128,
  16: 16,
  17: 8,
  18: 8,
  19: 8,
  20: 8,
  21: 4,
  22: 4,
  23: 4,
  24: 8,
  25: 2,
  26: 2,
}
const TEXT = 8
/** The field of TensorProto that holds elements of each type one by one; types that are not here lie in int32_data. */
const [FLOATS, INT32S, TEXTS, INT64S, DOUBLES, UINT64S] = [4, 5, 6, 7, 10, 11]
const typedField: Readonly<Record<number, number>> = {
  1: FLOATS,
  14: FLOATS,
  7: INT64S,
  [TEXT]: TEXTS,
  11: DOUBLES,
  15: DOUBLES,
  12: UINT64S,
  13: UINT64S,
}
/** Elements that are two numbers. */
const complex = new Set([14, 15])

interface Walk {
  readonly folder: string
  readonly operators: Set<string>
  nodes: number
  parameters: number
  readonly external: { readonly file: string; readonly end: number }[]
}

/**
 * Reads an ONNX model's structure before onnxruntime sees it (onnx.proto3): lengths and shapes against the bytes that
 * are there, values made before they are used and once only (which no cycle survives), operators of known domains, and
 * outside data inside the model's own folder.
 * @throws HearthError MODEL_BROKEN or MODEL_UNSUPPORTED
 */
export async function checkOnnx(path: string): Promise<OnnxSummary> {
  const file = basename(path)
  await using handle = await open(path, 'r')
  const { size } = await handle.stat()
  if (size > MOST_BYTES)
    throw new HearthError(
      'MODEL_BROKEN',
      `${file} is larger than an ONNX file can be; large weights lie in a file of their own`,
      { file },
    )
  try {
    const walk: Walk = { folder: dirname(path), operators: new Set(), nodes: 0, parameters: 0, external: [] }
    const summary = readModel(await handle.readFile(), walk)
    for (const { file: name, end } of walk.external) {
      const bytes = await sizeInside(walk.folder, name)
      if (bytes < end) throw new BrokenMessage(`its weights end at ${end} of the ${bytes} bytes in ${name}`)
    }
    return summary
  } catch (error) {
    if (error instanceof BrokenMessage)
      throw new HearthError('MODEL_BROKEN', `${file} is not a sound ONNX model: ${error.message}`, { file })
    throw error
  }
}

/** Bytes of a plain file of the model's folder. Links are refused: they can point at any file of the machine. */
async function sizeInside(folder: string, name: string): Promise<number> {
  const parts = name.split(sep)
  for (const [i] of parts.entries()) {
    const path = parts.slice(0, i + 1).join(sep)
    const info = await lstat(join(folder, path)).catch(() => null)
    if (!info) throw new BrokenMessage(`its weights in ${name} are missing`)
    if (info.isSymbolicLink()) throw new BrokenMessage(`its weights in ${name} lie behind the link ${path}`)
    const isLast = i === parts.length - 1
    if (isLast ? !info.isFile() : !info.isDirectory())
      throw new BrokenMessage(`its weights are said to be in ${name}, and ${path} is no ${isLast ? 'file' : 'folder'}`)
    if (isLast && info.nlink > 1)
      throw new BrokenMessage(`its weights in ${name} are a hard link; another name has the same file`)
    if (isLast) return info.size
  }
  throw new BrokenMessage(`its weights in ${name} are missing`)
}

function readModel(bytes: Uint8Array, walk: Walk): OnnxSummary {
  let [irVersion, opset] = [0, 0]
  const graphs: Uint8Array[] = []
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) irVersion = Number(field.value ?? 0n)
    else if (field.number === 7) graphs.push(field.bytes)
    else if (field.number === 8) opset = Math.max(opset, readOpset(field.bytes))
    else if (field.number === 25) throw unsupported('it brings functions of its own')
  }
  if (irVersion < 3) throw new BrokenMessage('it names no version of the format')
  if (irVersion > NEWEST_IR || opset > NEWEST_OPSET)
    throw unsupported(`it is of a newer format (IR ${irVersion}, operators ${opset})`)
  if (opset < 1) throw new BrokenMessage('it names no version of the operators')
  if (graphs.length !== 1) throw new BrokenMessage(`it holds ${graphs.length} graphs`)
  const { inputs, outputs } = readGraph(graphs[0]!, walk, new Set(), 0)
  return {
    irVersion,
    opset,
    nodes: walk.nodes,
    operators: [...walk.operators].sort(),
    inputs,
    outputs,
    parameters: walk.parameters,
  }
}

const unsupported = (why: string) => new HearthError('MODEL_UNSUPPORTED', `this ONNX model cannot be used here: ${why}`)

function readOpset(bytes: Uint8Array): number {
  let [domain, version] = ['', 0n]
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) domain = textOf(field)
    else if (field.number === 2) version = field.value ?? 0n
  }
  if (!domains.has(domain)) throw unsupported(`it needs operators of ${domain.slice(0, 60)}`)
  return domain === '' || domain === 'ai.onnx' ? Number(version) : 0
}

/** @param outer what subgraphs see of the graph around them */
function readGraph(
  bytes: Uint8Array,
  walk: Walk,
  outer: ReadonlySet<string>,
  depth: number,
): { inputs: string[]; outputs: string[] } {
  if (depth > MOST_DEPTH) throw new BrokenMessage('its graphs are nested too deep')
  const known = new Set(outer)
  const initialisers = new Set<string>()
  const [nodes, inputs, outputs]: [Uint8Array[], string[], string[]] = [[], [], []]
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) nodes.push(field.bytes)
    else if (field.number === 5) {
      const name = readTensor(field.bytes, walk)
      if (initialisers.has(name)) throw new BrokenMessage(`two of its weights are called ${name.slice(0, 60)}`)
      initialisers.add(name)
      known.add(name)
    } else if (field.number === 11) inputs.push(nameOf(field.bytes))
    else if (field.number === 12) outputs.push(nameOf(field.bytes))
    else if (field.number === 15) throw unsupported('it holds sparse weights')
  }
  walk.nodes += nodes.length
  if (walk.nodes > MOST_ITEMS) throw new BrokenMessage(`it has more than ${MOST_ITEMS} operations`)
  for (const name of inputs) known.add(name)
  for (const node of nodes) readNode(node, walk, known, depth)
  for (const name of outputs)
    if (!known.has(name)) throw new BrokenMessage(`nothing makes its output ${name.slice(0, 60)}`)
  return { inputs, outputs }
}

function readNode(bytes: Uint8Array, walk: Walk, known: Set<string>, depth: number): void {
  const [inputs, outputs, attributes]: [string[], string[], Uint8Array[]] = [[], [], []]
  let [operator, domain] = ['', '']
  for (const field of fieldsOf(bytes)) {
    if (field.number === 1) inputs.push(textOf(field))
    else if (field.number === 2) outputs.push(textOf(field))
    else if (field.number === 4) operator = textOf(field)
    else if (field.number === 5) attributes.push(field.bytes)
    else if (field.number === 7) domain = textOf(field)
  }
  if (!operator) throw new BrokenMessage('an operation has no name')
  if (!domains.has(domain)) throw unsupported(`it needs ${operator} of ${domain.slice(0, 60)}`)
  walk.operators.add(operator)
  for (const name of inputs)
    if (name !== '' && !known.has(name))
      throw new BrokenMessage(`${operator} uses ${name.slice(0, 60)} before anything makes it`)
  for (const attribute of attributes)
    for (const field of fieldsOf(attribute)) {
      if (field.number === 5 || field.number === 10) readTensor(field.bytes, walk)
      else if (field.number === 6 || field.number === 11) readGraph(field.bytes, walk, known, depth + 1)
    }
  for (const name of outputs) {
    if (name !== '' && known.has(name)) throw new BrokenMessage(`${name.slice(0, 60)} is made twice`)
    if (name !== '') known.add(name)
  }
}

function nameOf(bytes: Uint8Array): string {
  for (const field of fieldsOf(bytes)) if (field.number === 1) return textOf(field)
  throw new BrokenMessage('a value has no name')
}

/** A TensorProto as it is written. */
interface Stored {
  readonly dims: readonly bigint[]
  readonly name: string
  readonly type: number
  readonly raw: Uint8Array | null
  /** Values one by one: how many, by the number of their field. */
  readonly typed: ReadonlyMap<number, number>
  readonly isOutside: boolean
  readonly outside: ReadonlyMap<string, string>
}

function storedTensor(bytes: Uint8Array): Stored {
  const dims: bigint[] = []
  const outside = new Map<string, string>()
  const typed = new Map<number, number>()
  let [name, type, raw, location]: [string, number, Uint8Array | null, bigint] = ['', 0, null, 0n]
  for (const field of fieldsOf(bytes)) {
    const { number } = field
    if (number === 1) addDims(dims, field, name)
    else if (number === 2) type = Number(field.value ?? 0n)
    else if (number === 8) name = textOf(field)
    else if (number === 9) raw = field.bytes
    else if (number === 13) outside.set(...readEntry(field))
    else if (number === 14) location = field.value ?? 0n
    else if (number in valuesIn) typed.set(number, (typed.get(number) ?? 0) + (valuesIn[number]?.(field) ?? 0))
  }
  return { dims, name, type, raw, typed, isOutside: location === 1n, outside }
}

function readTensor(bytes: Uint8Array, walk: Walk): string {
  const { dims, name, type, raw, typed, isOutside, outside } = storedTensor(bytes)
  const short = name.slice(0, 60)
  const bits = elementBits[type] ?? 0
  if (bits === 0 && type !== TEXT) throw new BrokenMessage(`${short} has elements of the unknown type ${type}`)
  const elements = dims.reduce((product, dim) => (dim < 0n ? -1n : product * dim), 1n)
  if (elements < 0n || elements > 2n ** 40n) throw new BrokenMessage(`${short} has an impossible shape`)
  const count = Number(elements)
  const size = Math.ceil((count * bits) / 8)
  walk.parameters += count
  if (isOutside && (typed.size > 0 || (raw?.length ?? 0) > 0))
    throw new BrokenMessage(`${short} holds values here and in another file`)
  if (isOutside) readOutside(name, outside, size, walk)
  else if (raw) assertOnly(short, raw.length, size, typed)
  else assertTyped(short, type, count, bits, typed)
  return name
}

/** Values that a field of a tensor holds, packed or one by one. */
const valuesIn: Readonly<Record<number, (field: Field) => number>> = {
  [FLOATS]: ({ value, bytes }) => (value === null ? bytes.length / 4 : 1),
  [DOUBLES]: ({ value, bytes }) => (value === null ? bytes.length / 8 : 1),
  [TEXTS]: () => 1,
  [INT32S]: (field) => countOf(integersOf(field)),
  [INT64S]: (field) => countOf(integersOf(field)),
  [UINT64S]: (field) => countOf(integersOf(field)),
}

function countOf(values: Iterable<unknown>): number {
  let count = 0
  for (const _ of values) count++
  return count
}

/** Raw bytes of the tensor's size, and no other values beside them. */
function assertOnly(name: string, bytes: number, size: number, typed: ReadonlyMap<number, number>): void {
  if (typed.size > 0) throw new BrokenMessage(`${name} holds its values twice, as bytes and one by one`)
  if (bytes !== size) throw new BrokenMessage(`${name} holds ${bytes} bytes where its shape takes ${size}`)
}

function assertTyped(
  name: string,
  type: number,
  elements: number,
  bits: number,
  typed: ReadonlyMap<number, number>,
): void {
  const field = typedField[type] ?? INT32S
  // Elements of less than a byte share the bytes that the field holds.
  const values = complex.has(type) ? 2 * elements : bits > 0 && bits < 8 ? Math.ceil((elements * bits) / 8) : elements
  const other = [...typed.keys()].some((key) => key !== field)
  const found = typed.get(field) ?? 0
  if (other || found !== values)
    throw new BrokenMessage(`${name} holds ${other ? 'values of another type' : found} where its shape takes ${values}`)
}

function addDims(dims: bigint[], field: Field, name: string): void {
  for (const dim of integersOf(field))
    if (dims.push(dim) > MOST_RANK)
      throw new BrokenMessage(`${name.slice(0, 60)} has more than ${MOST_RANK} dimensions`)
}

function readEntry(field: Field): [string, string] {
  let [key, value] = ['', '']
  for (const part of fieldsOf(field.bytes)) {
    if (part.number === 1) key = textOf(part)
    else if (part.number === 2) value = textOf(part)
  }
  return [key, value]
}

function readOutside(name: string, outside: ReadonlyMap<string, string>, size: number, walk: Walk): void {
  const file = outside.get('location') ?? ''
  const path = normalize(file)
  if (
    !file ||
    isAbsolute(file) ||
    /^[a-z]:/i.test(file) ||
    path === '..' ||
    path.startsWith(`..${sep}`) ||
    file.includes('\0')
  )
    throw new BrokenMessage(`${name.slice(0, 60)} lies outside the model’s folder`)
  const whole = (key: string, otherwise: number): number => {
    const text = outside.get(key)
    if (text !== undefined && !/^\d{1,15}$/.test(text)) throw new BrokenMessage(`${name.slice(0, 60)} has no ${key}`)
    return text === undefined ? otherwise : Number(text)
  }
  if (whole('length', size) !== size)
    throw new BrokenMessage(`${name.slice(0, 60)} takes ${size} bytes and claims ${whole('length', size)}`)
  walk.external.push({ file: path, end: whole('offset', 0) + size })
}
