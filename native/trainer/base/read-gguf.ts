import { basename, dirname } from 'node:path'
import type { BaseFormat } from '../../../common/model/recipe.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { StrictReader } from '../../../common/strict-reader.ts'
import { weightSpecs, type Architecture, type WeightSpec } from '../models/architecture.ts'
import type { ModelConfig } from '../models/family.ts'
import type { ModelRegistry } from '../models/registry.ts'
import { fromGgml } from '../formats/ggml-blocks.ts'
import { interleaveRows } from '../formats/gguf-rows.ts'
import { GgufFile } from '../formats/gguf.ts'
import type { FrozenTensor, Weights } from './frozen.ts'
import { assertAllRead, formatFor, hashFiles, widen, type BaseModel, type WeightFormats } from './model-folder.ts'
import { assertFinite, dequantize, quantize } from './quantize.ts'

/** Opens a model in a GGUF file. Blocks in the recipe's own format are taken over without loss. */
export async function openGgufModel(path: string, models: ModelRegistry): Promise<BaseModel> {
  const name = basename(path)
  const { config, files } = await withFile(path, async (file) => ({
    config: await readConfig(file, name, models),
    files: file.files.map((part) => basename(part)),
  }))
  return {
    name,
    config,
    weights: (architecture, formats) => withFile(path, (file) => readWeights(file, architecture, formats)),
    hash: () => hashFiles(dirname(path), files),
  }
}

async function withFile<T>(path: string, read: (file: GgufFile) => Promise<T>): Promise<T> {
  const file = await GgufFile.open(path)
  try {
    return await read(file)
  } finally {
    await file.close()
  }
}

async function readConfig(file: GgufFile, name: string, models: ModelRegistry): Promise<ModelConfig> {
  const { metadata } = file
  if (metadata.get('general.type') === 'adapter')
    throw new HearthError('MODEL_UNSUPPORTED', `${name} is an adapter, not a base model`, { file: name })
  const family = models.family(String(metadata.get('general.architecture')))
  if (!family.configFromGguf)
    throw new HearthError('MODEL_UNSUPPORTED', `models of type ${family.type} are not read from GGUF`, {
      type: family.type,
    })
  return family.parse(await family.configFromGguf(file))
}

async function readWeights(file: GgufFile, architecture: Architecture, formats: WeightFormats): Promise<Weights> {
  const weights = new Map<string, FrozenTensor>()
  const reader = new StrictReader(file.tensors)
  const ignored = architecture.gguf?.ignoredTensors ?? []
  reader.pass([...weightSpecs(architecture).keys()].map((name) => architecture.gguf?.name(name) ?? name))
  reader.pass((name) => ignored.some((pattern) => pattern.test(name)))
  assertAllRead(reader.unread)
  for (const [name, spec] of weightSpecs(architecture)) {
    const stored = architecture.gguf?.name(name) ?? name
    const weight = await readWeight(file, stored, spec, formatFor(name, architecture, formats))
    weights.set(name, widen(weight, formats))
  }
  return weights
}

async function readWeight(
  file: GgufFile,
  name: string,
  { shape, interleavedHeads }: WeightSpec,
  format: BaseFormat,
): Promise<FrozenTensor> {
  const broken = (why: string) => new HearthError('MODEL_BROKEN', why, { file: basename(file.path) })
  const info = file.tensors.get(name)
  if (!info) throw broken(`${basename(file.path)} has no weight ${name}`)
  if (info.shape.join() !== shape.join())
    throw broken(`${name} must be [${shape.join(', ')}] by the metadata, got [${info.shape.join(', ')}]`)
  const read = fromGgml(info.type, await file.read(name), shape)
  const ordered = interleavedHeads === undefined ? read : withRowsRestored(read, interleavedHeads)
  for (const { data } of Object.values(ordered.parts)) if (data instanceof Float32Array) assertFinite(data, name)
  return ordered.format === format || shape.length === 1 ? ordered : quantize(dequantize(ordered), shape, format)
}

const withRowsRestored = (weight: FrozenTensor, heads: number): FrozenTensor => ({
  ...weight,
  parts: Object.fromEntries(
    Object.entries(weight.parts).map(([suffix, part]) => [
      suffix,
      { ...part, data: interleaveRows(part.data, weight.shape[0]!, heads, 'from-gguf') },
    ]),
  ),
})
