import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import * as z from 'zod'
import type { BaseFormat } from '../../../common/model/recipe.ts'
import { HearthError } from '../../../common/errors/index.ts'
import type { Architecture, WeightSpec } from '../arch/architecture.ts'
import { parseConfig, type ModelConfig } from '../arch/index.ts'
import { SafetensorsFile } from '../formats/safetensors.ts'
import { assertFinite, freeze, frozen, thaw } from './quantize.ts'
import { transpose } from './transpose.ts'
import type { FrozenTensor } from './frozen.ts'

/** How the layers' weights are held, and those outside them: embeddings are looked up and, when tied, are the head too. */
export interface WeightFormats {
  readonly layers: BaseFormat
  readonly outer: 'f32' | 'f16'
  /** Half floats are an option of WebGPU that not every device has: there they are rounded all the same, and held as float32. */
  readonly widened: boolean
}

export const float32: WeightFormats = { layers: 'f32', outer: 'f32', widened: false }

/** The weights of a base model, wherever they come from. */
export interface BaseModel {
  readonly name: string
  readonly config: ModelConfig
  /** Reads every weight that the architecture names. */
  weights(architecture: Architecture, formats: WeightFormats): Promise<ReadonlyMap<string, FrozenTensor>>
  hash(): Promise<string>
}

/** All weights of an architecture under their full names. */
export function weightSpecs(architecture: Architecture): ReadonlyMap<string, WeightSpec> {
  const specs = new Map(Object.entries({ ...architecture.embeddingWeights, ...architecture.headWeights }))
  for (let layer = 0; layer < architecture.layers; layer++)
    for (const [name, spec] of Object.entries(architecture.layerWeights))
      specs.set(architecture.layerPrefix(layer) + name, spec)
  return specs
}

export const formatFor = (
  name: string,
  { embeddingWeights }: Architecture,
  { layers, outer }: WeightFormats,
): BaseFormat => (name in embeddingWeights ? outer : layers)

export const widen = (weight: FrozenTensor, { widened }: WeightFormats): FrozenTensor =>
  widened && weight.format === 'f16' ? frozen('f32', weight.shape, { '': thaw(weight) }) : weight

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
    throw new HearthError('MODEL_BROKEN', `${basename(path)} is no JSON`, { file: basename(path) }, { cause: error })
  }
}

/** Opens a Hugging Face folder: config.json, tokenizer.json, model.safetensors or its shards. */
export async function openModelFolder(folder: string): Promise<BaseModel> {
  const config = parseConfig(await readJson(join(folder, 'config.json')))
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
      'the model’s folder holds no .safetensors file; pickled weights (.bin) are not read, because loading them runs code',
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
): Promise<ReadonlyMap<string, FrozenTensor>> {
  const open: SafetensorsFile[] = []
  try {
    for (const shard of shards) open.push(await SafetensorsFile.open(join(folder, shard)))
    const weights = new Map<string, FrozenTensor>()
    for (const [name, spec] of weightSpecs(architecture))
      weights.set(name, widen(await readWeight(open, name, spec, formatFor(name, architecture, formats)), formats))
    return weights
  } finally {
    await Promise.all(open.map((file) => file.close()))
  }
}

/** Base models are saved with or without the name of the class around them. */
const aliases = (name: string): readonly string[] => [name, name.replace(/^(model|transformer|bert)\./, '')]

async function readWeight(
  files: readonly SafetensorsFile[],
  name: string,
  { shape, transposed }: WeightSpec,
  format: BaseFormat,
): Promise<FrozenTensor> {
  for (const file of files) {
    const found = aliases(name).find((alias) => file.entries.has(alias))
    if (!found) continue
    const stored = transposed ? shape.toReversed() : shape
    const actual = file.entries.get(found)!.shape
    if (actual.join() !== stored.join())
      throw new HearthError(
        'MODEL_BROKEN',
        `${found} is [${actual.join(', ')}] where config.json asks for [${stored.join(', ')}]`,
        { file: basename(file.path) },
      )
    const values = await file.read(found)
    assertFinite(values, found)
    return freeze(transposed ? transpose(values, stored[0]!, stored[1]!) : values, shape, format)
  }
  throw new HearthError('MODEL_BROKEN', `the model’s files have no weight ${name}`, { file: name })
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
