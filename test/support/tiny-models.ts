import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { ModelType } from '../../native/trainer/arch/architecture.ts'
import { architectureOf, parseConfig } from '../../native/trainer/arch/index.ts'
import { weightSpecs } from '../../native/trainer/base/model-folder.ts'
import { encodeSafetensors, type NamedTensor } from '../../native/trainer/formats/safetensors.ts'
import { Random } from '../../native/trainer/random.ts'

const decoder = {
  hidden_size: 64,
  intermediate_size: 96,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  vocab_size: 97,
  max_position_embeddings: 64,
  rms_norm_eps: 1e-5,
  rope_theta: 10_000,
  tie_word_embeddings: true,
  hidden_act: 'silu',
}

/** The smallest models that use every part of their architecture. */
export const tinyConfigs: Readonly<Record<ModelType, Readonly<Record<string, unknown>>>> = {
  llama: { ...decoder, model_type: 'llama', architectures: ['LlamaForCausalLM'] },
  qwen2: { ...decoder, model_type: 'qwen2', architectures: ['Qwen2ForCausalLM'], tie_word_embeddings: false },
  qwen3: { ...decoder, model_type: 'qwen3', architectures: ['Qwen3ForCausalLM'], head_dim: 24 },
  gpt2: {
    model_type: 'gpt2',
    architectures: ['GPT2LMHeadModel'],
    n_embd: 64,
    n_layer: 2,
    n_head: 4,
    n_positions: 64,
    vocab_size: 97,
  },
  bert: {
    model_type: 'bert',
    architectures: ['BertForSequenceClassification'],
    hidden_size: 64,
    num_hidden_layers: 2,
    num_attention_heads: 4,
    intermediate_size: 96,
    max_position_embeddings: 64,
    vocab_size: 97,
    type_vocab_size: 2,
  },
}

/** Writes a model of random weights as a Hugging Face folder. `change` may spoil tensors before they are written. */
export async function writeRandomModel(
  folder: string,
  config: Readonly<Record<string, unknown>>,
  seed = 'tiny',
  change: (tensor: NamedTensor) => NamedTensor = (tensor) => tensor,
): Promise<string> {
  const architecture = architectureOf(parseConfig(config), 8)
  const random = new Random(seed)
  const tensors = [...weightSpecs(architecture)].map(([name, { shape, transposed }]): NamedTensor => {
    const stored = transposed ? shape.toReversed() : shape
    const length = stored.reduce((a, b) => a * b, 1)
    const gain = shape.length === 1 && name.endsWith('weight')
    const deviation = shape.length === 1 ? 0.1 : 1 / Math.sqrt(shape[1]!)
    return change({
      name,
      shape: stored,
      data: Float32Array.from({ length }, () => (gain ? 1 : 0) + deviation * random.normal()),
    })
  })
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'config.json'), JSON.stringify(config, null, 2))
  await writeFile(join(folder, 'model.safetensors'), encodeSafetensors(tensors))
  return folder
}
