import type { Architecture } from '../arch/architecture.ts'

/** llama.cpp's names for the weights of the llama family, by Hugging Face's. */
const layerNames: Readonly<Record<string, string>> = {
  input_layernorm: 'attn_norm',
  post_attention_layernorm: 'ffn_norm',
  'self_attn.q_proj': 'attn_q',
  'self_attn.k_proj': 'attn_k',
  'self_attn.v_proj': 'attn_v',
  'self_attn.o_proj': 'attn_output',
  'self_attn.q_norm': 'attn_q_norm',
  'self_attn.k_norm': 'attn_k_norm',
  'mlp.gate_proj': 'ffn_gate',
  'mlp.up_proj': 'ffn_up',
  'mlp.down_proj': 'ffn_down',
}
const outerNames: Readonly<Record<string, string>> = {
  'model.embed_tokens.weight': 'token_embd.weight',
  'model.norm.weight': 'output_norm.weight',
  'lm_head.weight': 'output.weight',
}

/** `model.layers.3.self_attn.q_proj.weight` → `blk.3.attn_q.weight`; null for what llama.cpp has no such name for. */
export function ggufName(name: string): string | null {
  if (outerNames[name]) return outerNames[name]
  const match = /^model\.layers\.(\d+)\.(.+)\.(weight|bias)$/.exec(name)
  const short = match ? layerNames[match[2]!] : undefined
  return short ? `blk.${match![1]}.${short}.${match![3]}` : null
}

/** llama.cpp turns pairs of neighbours, Hugging Face turns halves: rows of llama's queries and keys are reordered. */
export function interleaveRows<A extends Float32Array | Uint8Array | Uint16Array | Int8Array>(
  data: A,
  rows: number,
  heads: number,
  direction: 'to-gguf' | 'from-gguf',
): A {
  const out = data.slice() as A
  const width = data.length / rows
  const size = rows / heads
  for (let head = 0; head < heads; head++) {
    for (let half = 0; half < 2; half++) {
      for (let j = 0; j < size / 2; j++) {
        const [split, paired] = [head * size + (half * size) / 2 + j, head * size + 2 * j + half]
        const [from, to] = direction === 'to-gguf' ? [split, paired] : [paired, split]
        out.set(data.subarray(from * width, (from + 1) * width) as never, to * width)
      }
    }
  }
  return out
}

/** Heads whose rows llama.cpp reorders, for a projection of this architecture. */
export const interleavedHeads = ({ layerWeights }: Architecture, module: string): number | undefined =>
  layerWeights[`${module}.weight`]?.interleavedHeads

/** What rotary frequencies are divided by, for models whose context was stretched. */
export const ROPE_DIVISORS = 'rope_freqs.weight'
