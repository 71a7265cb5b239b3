import { basename, dirname } from 'node:path'
import type { BaseFormat } from '../../../common/model/recipe.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { parseConfig, type ModelConfig } from '../arch/index.ts'
import type { WeightSpec } from '../arch/architecture.ts'
import { fromGgml } from '../formats/ggml-blocks.ts'
import { ggufName, interleaveRows, ROPE_DIVISORS } from '../formats/gguf-names.ts'
import { GgufFile } from '../formats/gguf.ts'
import type { FrozenTensor } from './frozen.ts'
import { formatFor, hashFiles, weightSpecs, widen, type BaseModel } from './model-folder.ts'
import { assertFinite, freeze, thaw } from './quantize.ts'

/** Opens llama, qwen2 and qwen3 from a GGUF file. Blocks in the recipe's own format are taken over without loss. */
export async function openGgufModel(path: string): Promise<BaseModel> {
  const file = await GgufFile.open(path)
  let config: ModelConfig
  try {
    config = configOf(file, await divisorsIn(file))
  } finally {
    await file.close()
  }
  return {
    name: basename(path),
    config,
    async weights(architecture, formats) {
      const opened = await GgufFile.open(path)
      try {
        const weights = new Map<string, FrozenTensor>()
        for (const [name, spec] of weightSpecs(architecture))
          weights.set(
            name,
            widen(await readWeight(opened, name, spec, formatFor(name, architecture, formats)), formats),
          )
        return weights
      } finally {
        await opened.close()
      }
    },
    hash: () => hashFiles(dirname(path), [basename(path)]),
  }
}

/** The metadata as the config.json it was made from. */
function configOf({ metadata, tensors, path }: GgufFile, divisors: readonly number[] | undefined): ModelConfig {
  const type = metadata.get('general.architecture')
  const number = (key: string): number | undefined => {
    const value = metadata.get(`${String(type)}.${key}`)
    return typeof value === 'number' || typeof value === 'bigint' ? Number(value) : undefined
  }
  if (metadata.get('general.type') === 'adapter')
    throw new HearthError('MODEL_UNSUPPORTED', `${basename(path)} is an adapter, not a base model`, {
      file: basename(path),
    })
  return parseConfig({
    model_type: type,
    hidden_size: number('embedding_length'),
    intermediate_size: number('feed_forward_length'),
    num_hidden_layers: number('block_count'),
    num_attention_heads: number('attention.head_count'),
    num_key_value_heads: number('attention.head_count_kv'),
    head_dim: number('attention.key_length') ?? number('rope.dimension_count'),
    vocab_size: tensors.get('token_embd.weight')?.shape[0],
    max_position_embeddings: number('context_length'),
    rms_norm_eps: number('attention.layer_norm_rms_epsilon'),
    rope_theta: number('rope.freq_base'),
    rope_divisors: divisors,
    rope_scaling: scalingOf(metadata.get(`${String(type)}.rope.scaling.type`), number('rope.scaling.factor')),
    tie_word_embeddings: !tensors.has('output.weight'),
    attention_bias: type === 'llama' && tensors.has('blk.0.attn_q.bias'),
  })
}

/** GGUF keeps `llama3` as a table of divisors, `linear` as a factor. Any other kind is handed on to be refused by name. */
const scalingOf = (kind: unknown, factor: number | undefined) =>
  kind === undefined || kind === 'none' ? null : { rope_type: kind, factor }

async function divisorsIn(file: GgufFile): Promise<number[] | undefined> {
  const info = file.tensors.get(ROPE_DIVISORS)
  if (!info) return undefined
  const { parts } = fromGgml(info.type, await file.read(ROPE_DIVISORS), info.shape)
  const [part] = Object.values(parts)
  return part!.data instanceof Float32Array ? [...part!.data] : undefined
}

async function readWeight(
  file: GgufFile,
  name: string,
  { shape, interleavedHeads }: WeightSpec,
  format: BaseFormat,
): Promise<FrozenTensor> {
  const stored = ggufName(name)
  const info = stored === null ? undefined : file.tensors.get(stored)
  if (!info)
    throw new HearthError('MODEL_BROKEN', `${basename(file.path)} has no weight ${stored ?? name}`, {
      file: basename(file.path),
    })
  if (info.shape.join() !== shape.join())
    throw new HearthError(
      'MODEL_BROKEN',
      `${stored} is [${info.shape.join(', ')}] where the metadata asks for [${shape.join(', ')}]`,
      { file: basename(file.path) },
    )
  const read = fromGgml(info.type, await file.read(stored!), shape)
  const ordered =
    interleavedHeads === undefined
      ? read
      : {
          ...read,
          parts: Object.fromEntries(
            Object.entries(read.parts).map(([suffix, part]) => [
              suffix,
              { ...part, data: interleaveRows(part.data, shape[0]!, interleavedHeads, 'from-gguf') },
            ]),
          ),
        }
  for (const { data } of Object.values(ordered.parts)) if (data instanceof Float32Array) assertFinite(data, stored!)
  return ordered.format === format || shape.length === 1 ? ordered : freeze(thaw(ordered), shape, format)
}
