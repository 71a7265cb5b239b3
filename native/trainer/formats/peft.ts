import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import type { Method, Recipe } from '../../../common/model/recipe.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { moduleNames, type Architecture } from '../models/architecture.ts'
import type { ParameterLayout, PlacedParameter } from '../adapters/layout.ts'
import { encodeSafetensors, SafetensorsFile, type NamedTensor } from './safetensors.ts'

/** An adapter as Hugging Face PEFT stores it: adapter_config.json beside adapter_model.safetensors. */
const ROOT = 'base_model.model.'
export const peftFiles = (folder: string) => ({
  config: join(folder, 'adapter_config.json'),
  weights: join(folder, 'adapter_model.safetensors'),
})

interface AdapterParts {
  readonly architecture: Architecture
  readonly layout: ParameterLayout
  readonly method: Method
  readonly classes: Recipe['classes']
  readonly baseName: string
}

/** Parameters of the layers and of the head; `byLayer` holds computed ones where the method reparameterises. */
export interface AdapterValues {
  readonly byLayer: Float32Array
  readonly head: Float32Array
}

const cut = (values: Float32Array, base: number, { offset, size }: PlacedParameter): Float32Array =>
  values.slice(base + offset, base + offset + size)

/** PEFT's name of a layer's tensor. Magnitude vectors have no `.weight` suffix. */
const tensorName = (prefix: string, name: string): string =>
  `${ROOT}${prefix}${name}${/lora_[AB]$/.test(name) ? '.weight' : ''}`

export async function writePeft(folder: string, parts: AdapterParts, values: AdapterValues): Promise<void> {
  const { architecture, layout, method, classes, baseName } = parts
  const tensors: NamedTensor[] =
    method.kind === 'prefix' || method.kind === 'p-tuning'
      ? [promptEmbeddings(parts, values.byLayer, method.length)]
      : []
  if (tensors.length === 0) {
    for (const { prefix, parameters, offset, adapted } of layout.layers) {
      if (!adapted) continue
      for (const parameter of parameters)
        tensors.push({
          name: tensorName(prefix, parameter.name),
          shape: parameter.shape,
          data: cut(values.byLayer, offset, parameter),
        })
    }
  }
  for (const parameter of layout.head)
    tensors.push({ name: ROOT + parameter.name, shape: parameter.shape, data: cut(values.head, 0, parameter) })
  await mkdir(folder, { recursive: true })
  const files = peftFiles(folder)
  await writeFile(files.weights, encodeSafetensors(tensors))
  const config = {
    base_model_name_or_path: baseName,
    task_type: classes === null ? 'CAUSAL_LM' : 'SEQ_CLS',
    inference_mode: true,
    ...configOf(parts),
    ...(classes === null ? {} : { modules_to_save: [architecture.classifier.name] }),
  }
  await writeFile(files.config, `${JSON.stringify(config, null, 2)}\n`)
}

/** [length, layers · 2 · kvHeads · headSize], as in PEFT's prefix encoder. */
function promptEmbeddings({ architecture, layout }: AdapterParts, byLayer: Float32Array, length: number): NamedTensor {
  const {
    heads: { kvHeads, headSize },
  } = architecture
  const perToken = layout.layers.length * 2 * kvHeads * headSize
  const data = new Float32Array(length * perToken)
  // Ours is [layer, keys | values, head, token, element].
  for (const { index, offset } of layout.layers) {
    for (let which = 0; which < 2; which++) {
      for (let head = 0; head < kvHeads; head++) {
        for (let token = 0; token < length; token++) {
          const from = offset + ((which * kvHeads + head) * length + token) * headSize
          data.set(
            byLayer.subarray(from, from + headSize),
            token * perToken + ((index * 2 + which) * kvHeads + head) * headSize,
          )
        }
      }
    }
  }
  return { name: 'prompt_embeddings', shape: [length, perToken], data }
}

function configOf({ architecture, layout, method }: AdapterParts): Record<string, unknown> {
  switch (method.kind) {
    case 'lora':
    case 'dora':
      return {
        peft_type: 'LORA',
        r: method.rank,
        lora_alpha: method.alpha,
        lora_dropout: method.dropout,
        target_modules: method.targets,
        use_dora: method.kind === 'dora',
        use_rslora: false,
        bias: 'none',
        fan_in_fan_out: storesTransposed(architecture),
        init_lora_weights: true,
        rank_pattern: {},
        alpha_pattern: {},
        ...(method.layers ? { layers_to_transform: method.layers } : {}),
      }
    case 'prefix':
    case 'p-tuning': {
      const { kvHeads, headSize } = architecture.heads
      return {
        peft_type: 'PREFIX_TUNING',
        num_virtual_tokens: method.length,
        num_layers: layout.layers.length,
        num_attention_heads: kvHeads,
        token_dim: kvHeads * headSize,
        num_transformer_submodules: 1,
        encoder_hidden_size: kvHeads * headSize,
        prefix_projection: false,
      }
    }
    case 'bottleneck':
      // PEFT has no bottleneck adapters: the folder has the same layout under a type of our own.
      return { peft_type: 'HEARTH_BOTTLENECK', bottleneck_size: method.size, non_linearity: 'gelu_new' }
  }
}

/** PEFT asks for it where the base stores its projections as [in, out]. */
const storesTransposed = ({ stacks }: Architecture): boolean =>
  stacks.some(({ weights }) => Object.values(weights).some(({ transposed }) => transposed))

const LoraConfig = z.looseObject({
  peft_type: z.literal('LORA'),
  r: z.int().min(1).max(256),
  lora_alpha: z.number().positive(),
  lora_dropout: z.number().min(0).max(0.9).default(0),
  target_modules: z.union([z.string(), z.array(z.string())]),
  use_dora: z.boolean().default(false),
  use_rslora: z.boolean().default(false),
  base_model_name_or_path: z.string().nullish(),
  layers_to_transform: z.union([z.int().min(0), z.array(z.int().min(0)).min(1)]).nullish(),
})

export interface ImportedAdapter {
  readonly method: Extract<Method, { kind: 'lora' | 'dora' }>
  readonly baseName: string
  readonly tensors: ReadonlyMap<string, { readonly shape: readonly number[]; readonly data: Float32Array }>
}

/** Reads a LoRA or DoRA folder of PEFT's for a model of this architecture. */
export async function readPeft(folder: string, architecture: Architecture): Promise<ImportedAdapter> {
  const files = peftFiles(folder)
  const text = await readFile(files.config, 'utf8').catch((error: Error) => {
    throw new HearthError('NOT_FOUND', `there is no adapter_config.json in ${folder}`, {}, { cause: error })
  })
  const parsed = LoraConfig.safeParse(parseJson(text))
  if (!parsed.success)
    throw new HearthError('MODEL_UNSUPPORTED', `adapter_config.json: ${z.prettifyError(parsed.error)}`, {
      file: 'adapter_config.json',
    })
  const config = parsed.data
  const wanted = typeof config.target_modules === 'string' ? [config.target_modules] : config.target_modules
  const targets = moduleNames(architecture).filter((module) =>
    wanted.some((target) => module === target || module.endsWith(`.${target}`)),
  )
  if (targets.length === 0)
    throw new HearthError(
      'MODEL_UNSUPPORTED',
      `${architecture.type} has no ${wanted.join(', ')} for the adapter to change`,
    )
  const file = await SafetensorsFile.open(files.weights)
  try {
    const tensors = new Map<string, { shape: readonly number[]; data: Float32Array }>()
    for (const [name, { shape }] of file.entries)
      tensors.set(name.replace(ROOT, '').replace(/(lora_[AB])\.weight$/, '$1'), { shape, data: await file.read(name) })
    // rsLoRA scales by alpha/√r; as alpha/r that is another alpha.
    const alpha = config.use_rslora ? config.lora_alpha * Math.sqrt(config.r) : config.lora_alpha
    return {
      method: {
        kind: config.use_dora ? 'dora' : 'lora',
        rank: config.r,
        alpha,
        dropout: config.lora_dropout,
        targets,
        ...(config.layers_to_transform == null ? {} : { layers: [config.layers_to_transform].flat() }),
      },
      baseName: config.base_model_name_or_path ?? '',
      tensors,
    }
  } finally {
    await file.close()
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new HearthError('MODEL_BROKEN', 'adapter_config.json is not valid JSON', { file: 'adapter_config.json' })
  }
}

/** An imported adapter as the layers' flat vector. */
export function flattenAdapter({ tensors }: ImportedAdapter, layout: ParameterLayout): Float32Array {
  const flat = new Float32Array(layout.layersSize)
  for (const { prefix, parameters, offset: start, adapted } of layout.layers) {
    // Files hold nothing of layers that are not adapted: their B stays zero.
    if (!adapted) continue
    for (const { name, shape, offset } of parameters) {
      const full = prefix + name
      const tensor = tensors.get(full)
      if (!tensor || tensor.shape.join() !== shape.join()) {
        const found = tensor ? `[${tensor.shape.join(', ')}]` : 'no tensor'
        throw new HearthError('MODEL_BROKEN', `the adapter’s ${full} must be [${shape.join(', ')}], got ${found}`, {
          file: 'adapter_model.safetensors',
        })
      }
      flat.set(tensor.data, start + offset)
    }
  }
  return flat
}
