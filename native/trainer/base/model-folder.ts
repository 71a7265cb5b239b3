import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import * as z from 'zod'
import type { BaseFormat } from '../../../common/model/recipe.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { weightSpecs, type Architecture, type WeightSpec } from '../models/architecture.ts'
import type { ModelConfig } from '../models/family.ts'
import { models, type ModelRegistry } from '../models/registry.ts'
import { SafetensorsFile } from '../formats/safetensors.ts'
import { assertFinite, dequantize, frozen, quantize } from './quantize.ts'
import { transpose } from './transpose.ts'
import type { FrozenTensor, Weights } from './frozen.ts'

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

const Index = z.object({ weight_map: z.record(z.string(), z.string().regex(/^[\w.-]+\.safetensors$/)) })

async function readJson(path: string): Promise<unknown> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw new HearthError(
      'MODEL_BROKEN',
      `there is no ${basename(path)} in the model’s folder`,
      { file: basename(path) },
      { cause: error },
    )
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new HearthError(
      'MODEL_BROKEN',
      `${basename(path)} is not valid JSON`,
      { file: basename(path) },
      { cause: error },
    )
  }
}

/** Opens a Hugging Face folder: config.json, tokenizer.json, model.safetensors or its shards. */
export async function openModelFolder(folder: string, registry: ModelRegistry = models): Promise<BaseModel> {
  const config = registry.parse(await readJson(join(folder, 'config.json')))
  const files = await readdir(folder)
  const sharded = files.includes('model.safetensors.index.json')
  const shards = sharded
    ? [
        ...new Set(Object.values(Index.parse(await readJson(join(folder, 'model.safetensors.index.json'))).weight_map)),
      ].toSorted()
    : files.filter((file) => file.endsWith('.safetensors')).toSorted()
  if (shards.length === 0)
    throw new HearthError(
      'MODEL_BROKEN',
      'the model’s folder has no .safetensors file; pickled weights (.bin) are refused because loading them runs code',
      { file: basename(folder) },
    )
  return {
    name: basename(folder),
    config,
    weights: (architecture, formats) => readWeights(folder, shards, architecture, formats),
    hash: () =>
      hashFiles(folder, ['config.json', ...(files.includes('tokenizer.json') ? ['tokenizer.json'] : []), ...shards]),
  }
}

async function readWeights(
  folder: string,
  shards: readonly string[],
  architecture: Architecture,
  formats: WeightFormats,
): Promise<Weights> {
  const open: SafetensorsFile[] = []
  try {
    for (const shard of shards) open.push(await SafetensorsFile.open(join(folder, shard)))
    const weights = new Map<string, FrozenTensor>()
    for (const [name, spec] of weightSpecs(architecture)) {
      // Base models are saved with or without the name of the class around them.
      const { root } = architecture
      const aliases = name.startsWith(root) ? [name, name.slice(root.length)] : [name]
      const weight = await readWeight(open, aliases, spec, formatFor(name, architecture, formats))
      weights.set(name, widen(weight, formats))
    }
    return weights
  } finally {
    await Promise.all(open.map((file) => file.close()))
  }
}

async function readWeight(
  files: readonly SafetensorsFile[],
  names: readonly string[],
  { shape, transposed }: WeightSpec,
  format: BaseFormat,
): Promise<FrozenTensor> {
  for (const file of files) {
    const found = names.find((name) => file.entries.has(name))
    if (!found) continue
    const stored = transposed ? shape.toReversed() : shape
    const actual = file.entries.get(found)!.shape
    if (actual.join() !== stored.join())
      throw new HearthError(
        'MODEL_BROKEN',
        `${found} must be [${stored.join(', ')}] by config.json, got [${actual.join(', ')}]`,
        { file: basename(file.path) },
      )
    const values = await file.read(found)
    assertFinite(values, found)
    return quantize(transposed ? transpose(values, stored[0]!, stored[1]!) : values, shape, format)
  }
  throw new HearthError('MODEL_BROKEN', `the model’s files have no weight ${names[0]}`, { file: names[0] ?? '' })
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
