/**
 * Makes the model that the avatar speaks with until a larger one is there: a small llama from random weights, taught
 * made-up conversations by the product's own engine. Writes resources/avatar/avatar.gguf.
 * npm run avatar-model
 */
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Tokenizer } from '@huggingface/tokenizers'
import { merge } from '../../native/trainer/service.ts'
import { Random } from '../../native/trainer/random.ts'
import { writeRandomModel } from '../../test/support/tiny-models.ts'
import { teach, type Course } from '../demo-model/relora.ts'
import { trainTokenizer } from '../demo-model/tokenizer.ts'
import { begin, HEADS, SAYABLE, THETA, WIDTH } from './beginnings.ts'
import { dialogue, type Lesson } from './dialogues.ts'

/** What is short is learnt first; then notes come as the app's search ranks them. */
const LESSONS: readonly (Lesson & Pick<Course['rounds'][number], 'steps' | 'sequenceLength' | 'sequences'>)[] = [
  { most: 1, first: 0, steps: 600, sequenceLength: 256, sequences: 15 },
  { most: 5, first: 0.4, steps: 900, sequenceLength: 320, sequences: 12 },
  { most: 5, first: 0.5, steps: 1000, sequenceLength: 320, sequences: 12 },
]
const DIALOGUES = 30_000
const VOCABULARY = 1024
const CONTEXT = 1024
const resources = fileURLToPath(new URL('../../resources/avatar', import.meta.url))
const config = { model_type: 'llama', architectures: ['LlamaForCausalLM'], hidden_size: WIDTH, intermediate_size: 2 * WIDTH, num_hidden_layers: 4, num_attention_heads: HEADS, num_key_value_heads: HEADS, vocab_size: VOCABULARY, max_position_embeddings: CONTEXT, rms_norm_eps: 1e-5, rope_theta: THETA, tie_word_embeddings: false, hidden_act: 'silu', torch_dtype: 'float32', bos_token_id: null, eos_token_id: VOCABULARY - 3 }

const folder = await mkdtemp(join(tmpdir(), 'hearth-avatar-model-'))
const make = (seed: string, count: number, lesson: Lesson) => {
  const random = new Random(seed)
  return Array.from({ length: count }, () => dialogue(random, lesson).messages)
}
const { tokenizer, config: tokenizerConfig } = trainTokenizer(make('tokens', 4000, { most: 4, first: 0 }).map((messages) => messages.map(({ role, content }) => `${role}\n${content}`).join('\n')), VOCABULARY)
const text = new Tokenizer(tokenizer as object, tokenizerConfig as object)
const one = (token: string): number => text.token_to_id(token)!
/** What answers are made of beside what they quote, the most frequent first. */
function saidTokens(): number[] {
  const random = new Random('said')
  const counts = new Map<number, number>()
  for (let i = 0; i < 2000; i++) {
    const { wanted } = dialogue(random, { most: 2, first: 0 })
    for (const token of new Set(text.encode(`${wanted.replace(/“.*”/s, '“')}<|im_end|>`).ids)) counts.set(token, (counts.get(token) ?? 0) + 1)
  }
  return [...counts].toSorted((a, b) => b[1] - a[1]).slice(0, SAYABLE).map(([token]) => token)
}
const base = await writeRandomModel(join(folder, 'round0'), config, 'avatar', begin({ brackets: [one('['), one('Ġ[')], digits: [1, 2, 3, 4, 5, 6].map((digit) => one(String(digit))), said: saidTokens() }))
await writeFile(join(base, 'tokenizer.json'), JSON.stringify(tokenizer))
await writeFile(join(base, 'tokenizer_config.json'), JSON.stringify({ ...(tokenizerConfig as object), model_max_length: CONTEXT }, null, 2))
// Each round sees conversations that none before it saw: nothing can be learnt by heart.
const taught = await teach(base, folder, {
  name: 'avatar',
  learningRate: 3e-3,
  rank: 64,
  rounds: LESSONS.map(({ steps, sequenceLength, sequences, ...lesson }, i) => ({
    steps,
    sequenceLength,
    sequences,
    corpus: async () => {
      const file = join(folder, `dialogues${i}.jsonl`)
      await writeFile(file, make(`train ${i}`, DIALOGUES, lesson).map((messages) => `${JSON.stringify({ messages })}\n`).join(''))
      return file
    },
  })),
})
await mkdir(resources, { recursive: true })
// A GGUF file has its model's folder for a name.
const named = join(folder, 'Hearth demo')
await rename(taught.before, named)
await merge(named, taught.adapter, join(resources, 'avatar.gguf'), 'gguf-f16')
await rm(folder, { recursive: true })
