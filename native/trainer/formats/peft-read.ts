import { readFile, stat } from 'node:fs/promises'
import { HearthError } from '../../../common/errors/index.ts'
import { listed, StrictReader } from '../../../common/strict-reader.ts'
import type { ImportedAdapter, LowRank } from '../adapters/imported.ts'
import { assertFinite } from '../base/quantize.ts'
import { transpose } from '../base/transpose.ts'
import { weightSpecs, type Architecture, type WeightSpec } from '../models/architecture.ts'
import { peftFiles, ROOT } from './peft.ts'
import { readPeftSettings, unsupportedAdapter, type PeftSettings } from './peft-config.ts'
import { targetsOf, valueByPattern } from './peft-targets.ts'
import { SafetensorsFile, type TensorEntry } from './safetensors.ts'

/** Hugging Face's name of a head that is no embedding. */
const HEAD = 'lm_head.weight'
const FILE = 'adapter_model.safetensors'

const broken = (why: string) => new HearthError('MODEL_BROKEN', why, { file: FILE })
const moduleOf = (weight: string): string => weight.replace(/\.(weight|bias)$/, '')

/** Weights of a model that an adapter may speak of: a tied head is one of its own here. */
interface Base {
  readonly architecture: Architecture
  readonly specs: ReadonlyMap<string, WeightSpec>
  /** The embedding that is the head too; null where the two are apart. */
  readonly tied: string | null
}

function baseOf(architecture: Architecture): Base {
  const specs = new Map(weightSpecs(architecture))
  const { outputWeight } = architecture
  const tied = outputWeight === null || specs.has(HEAD) ? null : outputWeight
  const spec = tied === null ? undefined : specs.get(tied)
  if (spec) specs.set(HEAD, spec)
  return { architecture, specs, tied }
}

/** Reads an adapter's tensors by their names, each once. */
class Tensors {
  readonly #file: SafetensorsFile
  readonly #reader: StrictReader<TensorEntry>

  constructor(file: SafetensorsFile) {
    this.#file = file
    this.#reader = new StrictReader(file.entries)
  }

  shape(name: string): readonly number[] | null {
    return this.#file.entries.get(ROOT + name)?.shape ?? null
  }

  /** Null where the file has no such tensor. @throws HearthError MODEL_BROKEN for another shape */
  async read(name: string, shape: readonly number[]): Promise<Float32Array | null> {
    const entry = this.#reader.take(ROOT + name)
    if (!entry) return null
    if (entry.shape.join() !== shape.join())
      throw broken(`the adapter’s ${name} must be [${shape.join(', ')}], got [${entry.shape.join(', ')}]`)
    const data = await this.#file.read(ROOT + name)
    assertFinite(data, name)
    return data
  }

  async need(name: string, shape: readonly number[]): Promise<Float32Array> {
    const data = await this.read(name, shape)
    if (!data) throw broken(`the adapter’s ${name} must be [${shape.join(', ')}], got no tensor`)
    return data
  }

  assertAllRead(): void {
    const { unread } = this.#reader
    if (unread.length > 0)
      throw new HearthError(
        'MODEL_UNSUPPORTED',
        `the adapter holds ${listed(unread)}, which has no place in this model; leaving it out would change the result`,
        { file: FILE, tensors: unread.slice(0, 20).join(', ') },
      )
  }
}

/**
 * Reads a LoRA or DoRA folder of PEFT's for a model of this architecture, as what it changes in the model. Everything
 * in the folder is used, or the adapter is refused and what was not understood is named.
 */
export async function readPeft(folder: string, architecture: Architecture): Promise<ImportedAdapter> {
  const files = peftFiles(folder)
  const text = await readFile(files.config, 'utf8').catch((error: Error) => {
    throw new HearthError('NOT_FOUND', `there is no adapter_config.json in ${folder}`, {}, { cause: error })
  })
  const settings = readPeftSettings(text)
  await stat(files.weights).catch((error: Error) => {
    const why = `there is no ${FILE} in ${folder}; pickled adapters (.bin) are refused because loading them runs code`
    throw new HearthError('NOT_FOUND', why, {}, { cause: error })
  })
  const base = baseOf(architecture)
  const file = await SafetensorsFile.open(files.weights)
  try {
    const tensors = new Tensors(file)
    const { lowRank, added } = await readLowRank(tensors, settings, base)
    const { replaced, untied } = await readReplaced(tensors, settings, base)
    const head = await readHead(tensors, settings, architecture)
    tensors.assertAllRead()
    const parted = base.tied !== null && (lowRank.has(HEAD) || lowRank.has(base.tied))
    return {
      baseName: settings.base_model_name_or_path ?? '',
      alpha: settings.lora_alpha,
      lowRank,
      replaced,
      added,
      untied: untied || parted,
      head,
    }
  } finally {
    await file.close()
  }
}

async function readLowRank(
  tensors: Tensors,
  settings: PeftSettings,
  { architecture, specs }: Base,
): Promise<Pick<ImportedAdapter, 'lowRank' | 'added'>> {
  const { embeddingWeights, classifier } = architecture
  const isEmbedding = (weight: string) => weight !== HEAD && weight in embeddingWeights
  const modules = [...new Set([...specs.keys()].map(moduleOf)), classifier.name]
  const linear = modules.filter((module) => {
    const weight = `${module}.weight`
    return weight !== HEAD && !isEmbedding(weight) && specs.get(weight)?.shape.length === 2
  })
  const targets = targetsOf(settings, modules, linear)
  const odd = targets.filter((module) => specs.get(`${module}.weight`)?.shape.length !== 2)
  if (odd.length > 0)
    throw unsupportedAdapter(`“target_modules” matches ${listed(odd)}, which is no matrix of the base`)
  const rankOf = valueByPattern('rank_pattern', settings.rank_pattern, settings.r, targets)
  const alphaOf = valueByPattern('alpha_pattern', settings.alpha_pattern, settings.lora_alpha, targets)
  const lowRank = new Map<string, LowRank>()
  const added = new Map<string, Float32Array>()
  for (const module of targets) {
    const weight = `${module}.weight`
    const [outputs = 0, inputs = 0] = specs.get(weight)?.shape ?? []
    const rank = rankOf(module)
    const factor = alphaOf(module) / (settings.use_rslora ? Math.sqrt(rank) : rank)
    if (isEmbedding(weight)) {
      if (settings.use_dora) throw unsupportedAdapter(`“use_dora” is not supported for the embedding ${module}`)
      // PEFT writes an embedding's change as (B·A)ᵀ, with A over the vocabulary.
      const a = transpose(await tensors.need(`${module}.lora_embedding_B`, [inputs, rank]), inputs, rank)
      const b = transpose(await tensors.need(`${module}.lora_embedding_A`, [rank, outputs]), rank, outputs)
      lowRank.set(weight, { rank, factor, a, b, magnitudes: null })
      continue
    }
    const a = await tensors.need(`${module}.lora_A.weight`, [rank, inputs])
    const b = await tensors.need(`${module}.lora_B.weight`, [outputs, rank])
    const magnitudes = settings.use_dora ? await readMagnitudes(tensors, module, outputs) : null
    lowRank.set(weight, { rank, factor, a, b, magnitudes })
    // Where the base has no bias to add it to, the tensor stays unread and the adapter is refused.
    if (!settings.lora_bias || !specs.has(`${module}.bias`)) continue
    const bias = await tensors.need(`${module}.lora_B.bias`, [outputs])
    added.set(
      `${module}.bias`,
      bias.map((value) => value * factor),
    )
  }
  return { lowRank, added }
}

async function readMagnitudes(tensors: Tensors, module: string, outputs: number): Promise<Float32Array> {
  const name = `${module}.lora_magnitude_vector`
  return (await tensors.read(`${name}.weight`, [outputs])) ?? tensors.need(name, [outputs])
}

/** True where PEFT takes a weight's module, or one around it, for an entry of `modules_to_save`. */
const isSavedBy = (weight: string, entry: string): boolean => {
  const parts = weight.split('.')
  return parts.some((_, i) => i > 0 && parts.slice(0, i).join('.').endsWith(entry))
}

/** Whole weights in the file: of `modules_to_save`, trained biases, and the base's own that PEFT saved beside them. */
async function readReplaced(
  tensors: Tensors,
  settings: PeftSettings,
  { architecture, specs, tied }: Base,
): Promise<{ replaced: ReadonlyMap<string, Float32Array>; untied: boolean }> {
  const entries = settings.modules_to_save ?? []
  const { classifier } = architecture
  // PEFT adds both names of a classifier, whichever the model has.
  const heads = settings.task_type === 'SEQ_CLS' ? ['classifier', 'score', classifier.name] : []
  const unmatched = entries.filter(
    (entry) => !heads.includes(entry) && ![...specs.keys()].some((weight) => isSavedBy(weight, entry)),
  )
  if (unmatched.length > 0)
    throw unsupportedAdapter(`“modules_to_save” names ${listed(unmatched)}, and no module of the model is called so`)
  const replaced = new Map<string, Float32Array>()
  let untied = false
  for (const [weight, { shape, transposed }] of specs) {
    const stored = transposed ? shape.toReversed() : shape
    const ordered = (data: Float32Array) => (transposed ? transpose(data, stored[0] ?? 0, stored[1] ?? 0) : data)
    const part = weight.slice(moduleOf(weight).length)
    const own = await tensors.read(`${moduleOf(weight)}.base_layer${part}`, stored)
    const whole = await tensors.read(weight, stored)
    const isSaved = entries.some((entry) => isSavedBy(weight, entry))
    if (isSaved && !whole) throw broken(`the adapter saves ${weight} by “modules_to_save” and does not hold it`)
    const data = whole ?? own
    if (!data) continue
    replaced.set(weight, ordered(data))
    if (tied !== null && (weight === tied || weight === HEAD)) {
      if (!isSaved) throw unsupportedAdapter(`it holds ${weight}, which the base’s head and embedding share`)
      untied = true
    }
  }
  return { replaced, untied }
}

async function readHead(
  tensors: Tensors,
  { task_type }: PeftSettings,
  { classifier, width }: Architecture,
): Promise<ImportedAdapter['head']> {
  if (task_type !== 'SEQ_CLS') return []
  const name = `${classifier.name}.weight`
  const classes = tensors.shape(name)?.[0] ?? 0
  const head = [{ name, shape: [classes, width], data: await tensors.need(name, [classes, width]) }]
  if (!classifier.bias) return head
  const bias = `${classifier.name}.bias`
  return [...head, { name: bias, shape: [classes], data: await tensors.need(bias, [classes]) }]
}
