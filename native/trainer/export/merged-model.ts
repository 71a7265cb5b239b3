import { cp, mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { copyFilePrivately } from '../../../main/core/private-files.ts'
import { join } from 'node:path'
import { HearthError } from '../../../common/errors/index.ts'
import { weightSpecs } from '../models/architecture.ts'
import type { ModelConfig } from '../models/family.ts'
import { applyTo, type ImportedAdapter } from '../adapters/imported.ts'
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
  /** What changes in the base; null writes it as it is. */
  readonly adapter: ImportedAdapter | null
  /** The chat template that the adapter was trained with, where it brings one; it goes before the base's. */
  readonly template?: string | null
}

/** The model that a merge makes: the base's, with a head of its own where the adapter parts it from the embedding. */
function mergedConfig({ base, adapter }: MergeParts): ModelConfig {
  return adapter?.untied ? base.config.with({ tie_word_embeddings: false }) : base.config
}

/** All weights of the base with the adapter folded in, float32. */
async function mergedWeights({ base, adapter }: MergeParts): Promise<(name: string) => Float32Array> {
  const architecture = base.config.architecture(1)
  const frozen = await base.weights(architecture, float32)
  return (name) => {
    // A head that the adapter parted from the embedding began as the embedding.
    const stored = frozen.has(name) ? name : (architecture.outputWeight ?? name)
    const weight = dequantize(weightOf(frozen, stored)).slice()
    if (adapter) applyTo(weight, name, adapter)
    return weight
  }
}

/** Writes the merged model as a Hugging Face folder. */
export async function writeMergedFolder(folder: string, parts: MergeParts): Promise<void> {
  const read = await mergedWeights(parts)
  const config = mergedConfig(parts)
  const head = parts.adapter?.head ?? []
  const values = head.length === 0 ? config.values : withClasses(config.values, head[0]?.shape[0] ?? 0)
  if ('rope_divisors' in values && values.rope_divisors !== undefined)
    throw new HearthError(
      'MODEL_UNSUPPORTED',
      'the file’s own divisors of the rotary frequencies have no place in a config.json; write the model as GGUF',
    )
  const architecture = config.architecture(1)
  if (architecture.outputWeight === null && head.length === 0)
    throw new HearthError(
      'NOT_MERGEABLE',
      `models of type ${architecture.type} are merged with an adapter that brings a classifier; ` +
        'heads of the base are not kept',
    )
  await mkdir(folder, { recursive: true })
  const tensors = [...weightSpecs(architecture)]
    // A model that classifies has no head for text.
    .filter(([name]) => head.length === 0 || name !== HEAD)
    .map(([name, { shape, transposed }]) => {
      const data = read(name)
      return transposed
        ? { name, shape: shape.toReversed(), data: transpose(data, shape[0] ?? 0, shape[1] ?? 0) }
        : { name, shape, data }
    })
  await writeFile(join(folder, 'model.safetensors'), encodeSafetensors([...tensors, ...head]))
  await writeFile(join(folder, 'config.json'), `${JSON.stringify(values, null, 2)}\n`)
  if ((await stat(parts.baseFolder)).isDirectory()) await copyTokenizer(parts.baseFolder, folder)
  else await writeFromGguf(folder, parts)
  if (parts.template != null) await writeFile(join(folder, TEMPLATE_FILE), parts.template)
}

async function copyTokenizer(from: string, to: string): Promise<void> {
  const missing = (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error
  }
  for (const file of copied) await copyFilePrivately(join(from, file), join(to, file)).catch(missing)
  await cp(join(from, TEMPLATE_FOLDER), join(to, TEMPLATE_FOLDER), { recursive: true }).catch(missing)
}

/** What a folder has besides weights and the config: all forms of a tokenizer and its templates. */
const copied = [
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

/** Hugging Face's name of a head that is no embedding. */
const HEAD = 'lm_head.weight'

/** A config.json of the same model as a classifier. */
function withClasses(values: object, classes: number): object {
  const { architectures } = values as { architectures?: unknown }
  const [own] = Array.isArray(architectures) ? (architectures as unknown[]) : []
  const name =
    typeof own === 'string' && /^\w+$/.test(own)
      ? own.slice(0, 1 + own.slice(1).search(/For[A-Z]\w|(?:LMHead|DoubleHeads)?Model$/))
      : ''
  if (name === '')
    throw new HearthError(
      'NOT_MERGEABLE',
      'the adapter has a trained classification head, and the base’s config.json does not name its class ' +
        '(architectures), so none for classification can be named',
    )
  const labels = Array.from({ length: classes }, (_, i) => [String(i), `LABEL_${i}`] as const)
  return {
    ...values,
    architectures: [`${name}ForSequenceClassification`],
    id2label: Object.fromEntries(labels),
    label2id: Object.fromEntries(labels.map(([id, label]) => [label, Number(id)])),
  }
}

/** Writes a GGUF file's metadata as the files of a folder. */
async function writeFromGguf(folder: string, { baseFolder }: MergeParts): Promise<void> {
  const { tokenizer, config } = await tokenizerFilesOf(baseFolder)
  const files = { 'tokenizer.json': tokenizer, 'tokenizer_config.json': config }
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
  const { base, baseFolder, adapter } = parts
  if (adapter && adapter.head.length > 0)
    throw new HearthError('NOT_MERGEABLE', 'a classification head cannot be written as GGUF; merge it into a folder')
  const architecture = mergedConfig(parts).architecture(1)
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
