import type { CatalogueEntry } from '../../../../common/model/chat-model.ts'

/**
 * Models for conversations that run on ordinary machines, the smallest first, in files of their publishers. Plain
 * decoders alone (llama, qwen3), so that a style can be trained on each. What a file weighs, which revision it is and
 * what its SHA-256 is, the hub says when it is looked up: publishers renew their files.
 */
export const catalogue: readonly CatalogueEntry[] = [
  {
    id: 'smollm2-135m',
    name: 'SmolLM2 135M Instruct',
    parameters: 135e6,
    licence: 'Apache-2.0',
    languages: 'English',
    repo: 'bartowski/SmolLM2-135M-Instruct-GGUF',
    file: 'SmolLM2-135M-Instruct-Q8_0.gguf',
  },
  {
    id: 'smollm2-360m',
    name: 'SmolLM2 360M Instruct',
    parameters: 360e6,
    licence: 'Apache-2.0',
    languages: 'English',
    repo: 'HuggingFaceTB/SmolLM2-360M-Instruct-GGUF',
    file: 'smollm2-360m-instruct-q8_0.gguf',
  },
  {
    id: 'qwen3-0.6b',
    name: 'Qwen3 0.6B',
    parameters: 600e6,
    licence: 'Apache-2.0',
    languages: '中文, English, …',
    repo: 'Qwen/Qwen3-0.6B-GGUF',
    file: 'Qwen3-0.6B-Q8_0.gguf',
  },
  {
    id: 'qwen3-1.7b',
    name: 'Qwen3 1.7B',
    parameters: 1.7e9,
    licence: 'Apache-2.0',
    languages: '中文, English, …',
    repo: 'Qwen/Qwen3-1.7B-GGUF',
    file: 'Qwen3-1.7B-Q8_0.gguf',
  },
  {
    id: 'qwen3-4b',
    name: 'Qwen3 4B',
    parameters: 4e9,
    licence: 'Apache-2.0',
    languages: '中文, English, …',
    repo: 'Qwen/Qwen3-4B-GGUF',
    file: 'Qwen3-4B-Q4_K_M.gguf',
  },
]
