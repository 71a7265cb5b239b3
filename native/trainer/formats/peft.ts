import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Method, Recipe } from '../../../common/model/recipe.ts'
import type { Architecture } from '../models/architecture.ts'
import type { ParameterLayout, PlacedParameter } from '../adapters/layout.ts'
import { encodeSafetensors, type NamedTensor } from './safetensors.ts'

/** An adapter as Hugging Face PEFT stores it: adapter_config.json beside adapter_model.safetensors. */
export const ROOT = 'base_model.model.'
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
  // PEFT counts the layers of each stack from 0, so with several of them the modules are named one by one.
  const oneStack = architecture.stacks.length === 1
  switch (method.kind) {
    case 'lora':
    case 'dora':
      return {
        peft_type: 'LORA',
        r: method.rank,
        lora_alpha: method.alpha,
        lora_dropout: method.dropout,
        target_modules: method.layers && !oneStack ? paths(layout, method.targets) : method.targets,
        use_dora: method.kind === 'dora',
        use_rslora: false,
        bias: 'none',
        fan_in_fan_out: storesTransposed(architecture),
        init_lora_weights: true,
        rank_pattern: {},
        alpha_pattern: {},
        ...(method.layers && oneStack ? { layers_to_transform: method.layers } : {}),
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

/** Full names of the adapted modules. */
const paths = ({ layers }: ParameterLayout, targets: readonly string[]): readonly string[] =>
  layers.flatMap(({ adapted, prefix, stack }) =>
    adapted ? targets.filter((target) => target in stack.modules).map((target) => prefix + target) : [],
  )

/** PEFT asks for it where the base stores its projections as [in, out]. */
const storesTransposed = ({ stacks }: Architecture): boolean =>
  stacks.some(({ weights }) => Object.values(weights).some(({ transposed }) => transposed))
