/**
 * Makes the model that the avatar speaks with until a larger one is there: a small llama from random weights, taught
 * made-up conversations by the product's own engine. Writes resources/avatar/avatar.gguf.
 * npm run avatar-model
 */
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { merge } from '../../native/trainer/service.ts'
import { Random } from '../../native/trainer/random.ts'
import { writeRandomModel } from '../../test/support/tiny-models.ts'
import { teach } from '../demo-model/relora.ts'
import { trainTokenizer } from '../demo-model/tokenizer.ts'
import { begin, HEADS, THETA, WIDTH } from './beginnings.ts'
import { dialogue, type Lesson } from './dialogues.ts'

/** What is short is learnt first; then notes come as the app's search ranks them. */
const LESSONS: readonly Lesson[] = [
  { most: 2, first: 0 },
  { most: 4, first: 0.6 },
  { most: 5, first: 0.6 },
]
const STEPS = 700
const DIALOGUES = 20_000
const VOCABULARY = 1024
const CONTEXT = 1024
const resources = fileURLToPath(new URL('../../resources/avatar', import.meta.url))
const config = { model_type: 'llama', architectures: ['LlamaForCausalLM'], hidden_size: WIDTH, intermediate_size: 2 * WIDTH, num_hidden_layers: 4, num_attention_heads: HEADS, num_key_value_heads: HEADS, vocab_size: VOCABULARY, max_position_embeddings: CONTEXT, rms_norm_eps: 1e-5, rope_theta: THETA, tie_word_embeddings: false, hidden_act: 'silu', torch_dtype: 'float32', bos_token_id: null, eos_token_id: VOCABULARY - 3 }

const folder = await mkdtemp(join(tmpdir(), 'hearth-avatar-model-'))
const make = (seed: string, count: number, lesson: Lesson) => {
  const random = new Random(seed)
  return Array.from({ length: count }, () => dialogue(random, lesson).messages)
}
const base = await writeRandomModel(join(folder, 'round0'), config, 'avatar', begin)
const { tokenizer, config: tokenizerConfig } = trainTokenizer(make('tokens', 4000, { most: 4, first: 0 }).map((messages) => messages.map(({ content }) => content).join('\n')), VOCABULARY)
await writeFile(join(base, 'tokenizer.json'), JSON.stringify(tokenizer))
await writeFile(join(base, 'tokenizer_config.json'), JSON.stringify({ ...(tokenizerConfig as object), model_max_length: CONTEXT }, null, 2))
// Each round sees conversations that none before it saw: nothing can be learnt by heart.
const taught = await teach(base, folder, {
  name: 'avatar',
  rounds: LESSONS.length,
  steps: STEPS,
  sequenceLength: 384,
  sequences: 10,
  learningRate: 3e-3,
  rank: 64,
  corpus: async (round) => {
    const file = join(folder, `dialogues${round}.jsonl`)
    const rows = make(`train ${round}`, DIALOGUES, LESSONS[round - 1]!)
    await writeFile(file, rows.map((messages) => `${JSON.stringify({ messages })}\n`).join(''))
    return file
  },
})
await mkdir(resources, { recursive: true })
// A GGUF file has its model's folder for a name.
const named = join(folder, 'Hearth demo')
await rename(taught.before, named)
await merge(named, taught.adapter, join(resources, 'avatar.gguf'), 'gguf-f16')
await rm(folder, { recursive: true })
