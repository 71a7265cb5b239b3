import { copyFile, cp, mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Method } from '../../../common/model/recipe.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { weightSpecs, type Architecture } from '../models/architecture.ts'
import { mergeInto } from '../adapters/merge.ts'
import type { ParameterLayout } from '../adapters/layout.ts'
import { float32, type BaseModel } from '../base/model-folder.ts'
import { dequantize } from '../base/quantize.ts'
import { transpose } from '../base/transpose.ts'
import { DEFAULT_TEMPLATE } from '../data/chat-template.ts'
import { TEMPLATE_FILE, TEMPLATE_FOLDER, tokenizerFilesOf, type TokenizerFiles } from '../data/tokenizer-files.ts'
import { ggufTokenizer, type TokenizerFacts } from '../formats/gguf-tokenizer.ts'
import { textEndsOf } from '../formats/post-processor.ts'
import { encodeSafetensors } from '../formats/safetensors.ts'
import { weightOf } from '../base/frozen.ts'
import { encodeGgufModel, type Precision } from './write-gguf.ts'

export interface MergeParts {
  readonly base: BaseModel
  /** The base model's folder, whose config and tokenizer are copied. */
  readonly baseFolder: string
  readonly architecture: Architecture
  readonly layout: ParameterLayout
  readonly method: Method
  readonly byLayer: Float32Array
  /** The chat template that the adapter was trained with, where it brings one; it goes before the base's. */
  readonly template?: string | null
}

/** All weights of the base with the adapter folded in, float32. */
async function mergedWeights({
  base,
  architecture,
  layout,
  method,
  byLayer,
}: MergeParts): Promise<(name: string) => Float32Array> {
  const frozen = await base.weights(architecture, float32)
  return (name) => {
    const weight = dequantize(weightOf(frozen, name)).slice()
    mergeInto(weight, name, layout, method, byLayer)
    return weight
  }
}

/** Writes the merged model as a Hugging Face folder. */
export async function writeMergedFolder(folder: string, parts: MergeParts): Promise<void> {
  const read = await mergedWeights(parts)
  await mkdir(folder, { recursive: true })
  const tensors = [...weightSpecs(parts.architecture)].map(([name, { shape, transposed }]) => {
    const data = read(name)
    return transposed
      ? { name, shape: shape.toReversed(), data: transpose(data, shape[0]!, shape[1]!) }
      : { name, shape, data }
  })
  await writeFile(join(folder, 'model.safetensors'), encodeSafetensors(tensors))
  if ((await stat(parts.baseFolder)).isDirectory()) await copyTokenizer(parts.baseFolder, folder)
  else await writeFromGguf(folder, parts)
  if (parts.template != null) await writeFile(join(folder, TEMPLATE_FILE), parts.template)
}

async function copyTokenizer(from: string, to: string): Promise<void> {
  const missing = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  }
  for (const file of copied) await copyFile(join(from, file), join(to, file)).catch(missing)
  await cp(join(from, TEMPLATE_FOLDER), join(to, TEMPLATE_FOLDER), { recursive: true }).catch(missing)
}

/** What a folder has besides weights: the config, and all forms of a tokenizer and its templates. */
const copied = [
  'config.json',
  'generation_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'vocab.json',
  'vocab.txt',
  'merges.txt',
  'tokenizer.model',
  'spiece.model',
  TEMPLATE_FILE,
  'chat_template.json',
]

/** Writes a GGUF file's metadata as the files of a folder. */
async function writeFromGguf(folder: string, { base, baseFolder }: MergeParts): Promise<void> {
  const { tokenizer, config } = await tokenizerFilesOf(baseFolder)
  const files = { 'config.json': base.config.values, 'tokenizer.json': tokenizer, 'tokenizer_config.json': config }
  for (const [name, value] of Object.entries(files)) await writeFile(join(folder, name), JSON.stringify(value, null, 2))
}

/** @throws HearthError MODEL_UNSUPPORTED for tokens around a text that llama.cpp does not write */
function factsOf(files: TokenizerFiles, template: string | null): TokenizerFacts {
  const { bos_token: bos = null, eos_token: eos = null, unk_token: unknown, pad_token: padding } = files.config
  const { add_bos_token: addsBos, add_eos_token: addsEos } = files.config
  const { before, after } = textEndsOf(files.tokenizer['post_processor'])
  if ((before.length > 0 && before.join() !== bos) || (after.length > 0 && after.join() !== eos))
    throw new HearthError(
      'MODEL_UNSUPPORTED',
      `llama.cpp does not put these tokens around a text: ${[...before, ...after].join(', ')}`,
      { file: 'tokenizer.json' },
    )
  return {
    tokens: { bos, eos, unknown: unknown ?? null, padding: padding ?? null },
    // As llama.cpp's converter has it, the config goes before tokenizer.json here.
    addsBos: bos !== null && (addsBos ?? before.length > 0),
    addsEos: eos !== null && (addsEos ?? after.length > 0),
    templates: template === null ? files.templates : new Map([...files.templates, [DEFAULT_TEMPLATE, template]]),
  }
}

/** Writes the merged model for llama.cpp. */
export async function writeGgufModel(path: string, parts: MergeParts, precision: Precision = 'f32'): Promise<void> {
  const { base, baseFolder, architecture } = parts
  const files = await tokenizerFilesOf(baseFolder)
  const tokenizer = ggufTokenizer(files.tokenizer, architecture.vocabulary, factsOf(files, parts.template ?? null))
  try {
    await writeFile(path, encodeGgufModel(base.name, architecture, tokenizer, await mergedWeights(parts), precision))
  } catch (error) {
    await rm(path, { force: true })
    if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
      throw new HearthError('DISK_FULL', 'the disk is full; the model was not written', {}, { cause: error })
    throw error
  }
}
