import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { BaseFormat } from '../../../common/model/recipe.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { listed, StrictReader } from '../../../common/strict-reader.ts'
import { weightSpecs, type Architecture, type WeightSpec } from '../models/architecture.ts'
import type { ModelConfig } from '../models/family.ts'
import { models, type ModelRegistry } from '../models/registry.ts'
import { assertFinite, dequantize, frozen, quantize } from './quantize.ts'
import { transpose } from './transpose.ts'
import type { FrozenTensor, Weights } from './frozen.ts'
import { readJson, weightFilesOf, WeightFiles } from './weight-files.ts'

/** Storage formats of the layers' weights and of the embeddings, which are the head too where the two are tied. */
export interface WeightFormats {
  readonly layers: BaseFormat
  readonly outer: 'f32' | 'f16'
  /** Rounded to half floats but stored as float32: not every WebGPU device has half floats. */
  readonly widened: boolean
}

export const float32: WeightFormats = { layers: 'f32', outer: 'f32', widened: false }

/** A base model, in a folder or a GGUF file. */
export interface BaseModel {
  readonly name: string
  readonly config: ModelConfig
  /** Reads all weights of the architecture. */
  weights(architecture: Architecture, formats: WeightFormats): Promise<Weights>
  hash(): Promise<string>
}

export const formatFor = (
  name: string,
  { embeddingWeights }: Architecture,
  { layers, outer }: WeightFormats,
): BaseFormat => (name in embeddingWeights ? outer : layers)

export const widen = (weight: FrozenTensor, { widened }: WeightFormats): FrozenTensor =>
  widened && weight.format === 'f16' ? frozen('f32', weight.shape, { '': dequantize(weight) }) : weight

/** Opens a Hugging Face folder: config.json, tokenizer.json, model.safetensors or its shards. */
export async function openModelFolder(folder: string, registry: ModelRegistry = models): Promise<BaseModel> {
  const stated = registry.parse(await readJson(join(folder, 'config.json')))
  const names = await readdir(folder)
  if (names.includes('adapter_config.json'))
    throw new HearthError(
      'MODEL_UNSUPPORTED',
      'the model’s folder holds an adapter too (adapter_config.json), which transformers would lay over a base; ' +
        'merge it or move it away',
      { file: 'adapter_config.json' },
    )
  const files = await weightFilesOf(folder)
  const config = await withFiles(folder, files, (opened) => withOwnHead(stated, opened))
  const tokenizer = names.includes('tokenizer.json') ? ['tokenizer.json'] : []
  return {
    name: basename(folder),
    config,
    weights: (architecture, formats) =>
      withFiles(folder, files, (opened) => readWeights(opened, architecture, formats)),
    hash: () => hashFiles(folder, ['config.json', ...tokenizer, ...files]),
  }
}

async function withFiles<T>(
  folder: string,
  names: readonly string[],
  use: (files: WeightFiles) => Promise<T>,
): Promise<T> {
  const files = await WeightFiles.open(folder, names)
  try {
    return await use(files)
  } finally {
    await files.close()
  }
}

/** Hugging Face's name of an untied head, in every family. */
const HEAD = 'lm_head.weight'

/** A head of its own beside a config that ties it to the embedding is used, as transformers 5 does. */
async function withOwnHead(config: ModelConfig, files: WeightFiles): Promise<ModelConfig> {
  const { outputWeight, root } = config.architecture(1)
  if (outputWeight === null || outputWeight === HEAD || !files.tensors.has(HEAD)) return config
  const tied = namesOf(outputWeight, root).find((name) => files.tensors.has(name))
  return tied === undefined || (await files.same(tied, HEAD)) ? config : config.with({ tie_word_embeddings: false })
}

/** Names that a weight may have: saved from the bare model without its root, or with the norms’ parts of old. */
function namesOf(name: string, root: string): readonly string[] {
  const old = name.replace(/LayerNorm\.(weight|bias)$/, (_, part) => `LayerNorm.${part === 'bias' ? 'beta' : 'gamma'}`)
  const names = old === name ? [name] : [name, old]
  return name.startsWith(root) ? [...names, ...names.map((full) => full.slice(root.length))] : names
}

async function readWeights(files: WeightFiles, architecture: Architecture, formats: WeightFormats): Promise<Weights> {
  const { root, outputWeight, ignoredWeights = [] } = architecture
  const reader = new StrictReader(files.tensors)
  const found = [...weightSpecs(architecture)].map(([name, spec]) => {
    const stored = namesOf(name, root).find((alias) => reader.take(alias) !== undefined)
    if (stored === undefined)
      throw new HearthError('MODEL_BROKEN', `the model’s files have no weight ${name}`, { file: name })
    return { name, stored, spec }
  })
  reader.pass((name) => ignoredWeights.some((pattern) => pattern.test(name)))
  // A copy of the tied embedding; one that differs has untied the two already.
  if (outputWeight !== null) reader.pass([HEAD])
  assertAllRead(reader.unread)
  const weights = new Map<string, FrozenTensor>()
  for (const { name, stored, spec } of found) {
    const weight = await readWeight(files, stored, spec, formatFor(name, architecture, formats))
    weights.set(name, widen(weight, formats))
  }
  return weights
}

/** @throws HearthError MODEL_UNSUPPORTED that names tensors of a model’s files which nothing here uses */
export function assertAllRead(unread: readonly string[]): void {
  if (unread.length > 0)
    throw new HearthError(
      'MODEL_UNSUPPORTED',
      `the model’s files hold ${listed(unread)}, which a model of this config has no use for here; it may be part of ` +
        'what the model computes, so the model is refused',
      { tensors: unread.slice(0, 20).join(', ') },
    )
}

async function readWeight(
  files: WeightFiles,
  name: string,
  { shape, transposed }: WeightSpec,
  format: BaseFormat,
): Promise<FrozenTensor> {
  const found = files.tensors.get(name)
  if (!found) throw new Error(`no tensor ${name}`)
  const { file, entry } = found
  const stored = transposed ? shape.toReversed() : shape
  if (entry.shape.join() !== stored.join())
    throw new HearthError(
      'MODEL_BROKEN',
      `${name} must be [${stored.join(', ')}] by config.json, got [${entry.shape.join(', ')}]`,
      { file: basename(file.path) },
    )
  const values = await file.read(name)
  assertFinite(values, name)
  return quantize(transposed ? transpose(values, stored[0] ?? 0, stored[1] ?? 0) : values, shape, format)
}

/** SHA-256 over name, size and SHA-256 of each file, in the order given. */
export async function hashFiles(folder: string, files: readonly string[]): Promise<string> {
  const all = createHash('sha256')
  for (const file of files) {
    const one = createHash('sha256')
    for await (const chunk of createReadStream(join(folder, file))) one.update(chunk as Buffer)
    all.update(`${file}\n${(await stat(join(folder, file))).size}\n${one.digest('hex')}\n`)
  }
  return all.digest('hex')
}
