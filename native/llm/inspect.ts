import { stat } from 'node:fs/promises'
import { basename } from 'node:path'
import * as z from 'zod'
import type { ModelFacts } from '../../common/model/chat-model.ts'
import { HearthError } from '../../common/errors/index.ts'
import type { GgmlType } from '../trainer/formats/ggml-types.ts'
import { GgufFile, type GgufValue } from '../trainer/formats/gguf.ts'

const KV_BYTES = 2

/** Types of tensors whose layout is known here, and which the llama.cpp that comes with Hearth does not run yet. */
const newerTypes: ReadonlySet<GgmlType> = new Set<GgmlType>(['q1_0'])
/** A constant enumeration by its types, and an object when it runs. */
const engine: object = await import('node-llama-cpp')
const architectures = new Set(
  Object.values(z.record(z.string(), z.string()).parse(Reflect.get(engine, 'GgufArchitectureType'))),
)

/**
 * Reads a model's header with a bounds-checked parser, before llama.cpp is given it. @throws HearthError MODEL_BROKEN,
 * MODEL_UNSUPPORTED
 */
export async function inspectModel(file: string): Promise<ModelFacts> {
  await stat(file).catch((error: unknown) => {
    throw new HearthError('BAD_INPUT', `there is no file ${file}`, {}, { cause: error })
  })
  const opened = await GgufFile.open(file)
  await opened.close()
  const { metadata, tensors, files } = opened
  const architecture = metadata.get('general.architecture')
  const refuse = (why: string): never => {
    throw new HearthError('MODEL_BROKEN', `${basename(file)} ${why}`, { file: basename(file) })
  }
  if (metadata.get('general.type') === 'adapter') refuse('is an adapter, not a model')
  if (metadata.get('general.type') === 'mmproj' || architecture === 'clip')
    refuse('is the part of a model that looks at pictures, not the model')
  if (typeof architecture !== 'string') return refuse('does not say what kind of model it is')
  const size = (value: GgufValue | undefined): number | null =>
    typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : null
  const number = (key: string): number =>
    size(metadata.get(`${architecture}.${key}`)) ?? refuse(`has no sound ${architecture}.${key}`)
  const tokens = metadata.get('tokenizer.ggml.tokens')
  if (!Array.isArray(tokens) || tokens.length === 0) refuse('has no tokenizer')
  // llama.cpp ends the whole process over these.
  else if (new Set(tokens).size !== tokens.length) refuse('names a token twice')
  const layers = number('block_count')
  const sizes = await Promise.all(files.map(async (part) => (await stat(part)).size))
  const unknown = unknownTo(architecture, opened)
  return {
    name: String(metadata.get('general.name') ?? basename(file)).slice(0, 200),
    architecture,
    bytes: sizes.reduce((sum, bytes) => sum + bytes, 0),
    parameters: [...tensors.values()].reduce(
      (sum, { shape }) => sum + shape.reduce((product, dim) => product * dim, 1),
      0,
    ),
    context: number('context_length'),
    layers,
    tokenBytes: tokenBytes(metadata, architecture, layers, number('embedding_length')),
    hasTemplate: typeof metadata.get('tokenizer.chat_template') === 'string',
    ...(files.length > 1 ? { files: files.length } : {}),
    ...(unknown.length > 0 ? { unknown } : {}),
  }
}

/** What the llama.cpp here may not know, by name: it is the one that runs the model, so it has the last word. */
function unknownTo(architecture: string, { tensors }: GgufFile): string[] {
  const unknown = new Set<string>()
  if (!architectures.has(architecture)) unknown.add(`architecture ${architecture.slice(0, 100)}`)
  for (const { type, typeId } of tensors.values())
    if (type === null || newerTypes.has(type)) unknown.add(`tensor type ${type ?? typeId}`)
  return [...unknown]
}

/** Keys and values of one token; 0 for models without attention. Numbers may be given layer by layer. */
function tokenBytes(
  metadata: ReadonlyMap<string, GgufValue>,
  architecture: string,
  layers: number,
  width: number,
): number {
  const byLayer = (key: string): readonly number[] | null => {
    const value = metadata.get(`${architecture}.${key}`)
    const values = Array.isArray(value) ? (value as readonly GgufValue[]) : Array.from({ length: layers }, () => value)
    return values.every((item) => typeof item === 'number' && Number.isSafeInteger(item) && item >= 0)
      ? (values as readonly number[])
      : null
  }
  const heads = byLayer('attention.head_count')
  if (!heads) return 0
  const most = Math.max(1, ...heads)
  const keyHeads = byLayer('attention.head_count_kv') ?? heads
  const headSize = (key: string) => byLayer(`attention.${key}`)?.[0] ?? Math.floor(width / most)
  const elements = headSize('key_length') + headSize('value_length')
  return keyHeads.slice(0, layers).reduce((sum, count) => sum + count * elements * KV_BYTES, 0)
}
