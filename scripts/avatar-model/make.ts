/**
 * Makes the model that the avatar speaks with until a larger one is there: a small llama whose lower layers begin with
 * heads that know their task, taught made-up conversations by the product's own engine. Writes
 * resources/avatar/avatar.gguf; with a folder, the same model there as safetensors, as Hugging Face keeps it.
 * npm run avatar-model [-- FOLDER]
 */
import { cp, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Tokenizer } from '@huggingface/tokenizers'
import { toGguf } from '../../native/trainer/service.ts'
import { Random } from '../../native/trainer/random.ts'
import { writeRandomModel } from '../../test/support/tiny-models.ts'
import { teach } from '../demo-model/relora.ts'
import { trainTokenizer } from '../demo-model/tokenizer.ts'
import { begin } from './beginnings.ts'
import { dialogue, type Lesson } from './dialogues.ts'
import { THETA } from './heads.ts'
import { choiceIn, learnMatcher, type Choice, type Signs } from './matcher.ts'
import { BEFORE_WORD, DIRECTIONS, HEADS, NUMBERS, SAYABLE, WIDTH, WORD } from './stream.ts'

const LESSON: Lesson = { most: 5, first: 0.4 }
const ROUND = { steps: 700, sequenceLength: 384, sequences: 10 }
const RATES = [3e-3, 1.5e-3]
/** As many as a round reads. */
const DIALOGUES = 16_000
/** Prompts from which the first weights learn which words answer which. */
const CHOICES = 200_000
const INNER = 160
/** The layers above those that choose and copy. */
const LEARNING = [5, 6]
const VOCABULARY = 1024
const CONTEXT = 1024
const resources = fileURLToPath(new URL('../../resources/avatar', import.meta.url))
const config = {
  model_type: 'llama',
  architectures: ['LlamaForCausalLM'],
  hidden_size: WIDTH,
  intermediate_size: INNER,
  num_hidden_layers: LEARNING.length + LEARNING[0]!,
  num_attention_heads: HEADS,
  num_key_value_heads: HEADS,
  vocab_size: VOCABULARY,
  max_position_embeddings: CONTEXT,
  rms_norm_eps: 1e-5,
  rope_theta: THETA,
  tie_word_embeddings: false,
  hidden_act: 'silu',
  torch_dtype: 'float32',
  bos_token_id: null,
  eos_token_id: VOCABULARY - 3,
}

const folder = await mkdtemp(join(tmpdir(), 'hearth-avatar-model-'))
const make = (seed: string, count: number, lesson: Lesson) => {
  const random = new Random(seed)
  return Array.from({ length: count }, () => dialogue(random, lesson).messages)
}
const { tokenizer, config: tokenizerConfig } = trainTokenizer(
  make('tokens', 4000, { most: 4, first: 0 }).map((messages) =>
    messages.map(({ role, content }) => `${role}\n${content}`).join('\n'),
  ),
  VOCABULARY,
)
const text = new Tokenizer(tokenizer as object, tokenizerConfig as object)
const one = (token: string): number => text.token_to_id(token)!
/** Tokens that heads know by name. */
const signs: Signs = {
  brackets: [one('['), one('Ġ[')],
  digits: Array.from({ length: NUMBERS }, (_, n) => one(String(n + 1))),
  marks: [one('system'), one('user'), one('assistant'), one('Notes')],
  closes: Array.from({ length: VOCABULARY }, (_, token) => token).filter((token) => text.decode([token]).endsWith('”')),
}
/** What somebody says of themselves is what "You are …" says of them. */
const alike = [
  [one('Ġam'), one('Ġare'), WORD],
  [one('ĠI'), one('You'), BEFORE_WORD],
  [one('I'), one('You'), BEFORE_WORD],
] as const
function drawChoices(): Choice[] {
  const random = new Random('choices')
  return Array.from({ length: CHOICES }, () => {
    const { messages, wanted } = dialogue(random, LESSON)
    return choiceIn(
      text.encode(
        `${messages
          .slice(0, -1)
          .map(({ role, content }) => `<|im_start|>${role}\n${content}<|im_end|>\n`)
          .join('')}<|im_start|>assistant\n`,
      ).ids,
      wanted,
      signs,
    )
  }).filter((choice) => choice !== null)
}
/** What answers are made of beside what they quote: the numbers of notes, and then the most frequent first. */
function saidTokens(): number[] {
  const random = new Random('said')
  const counts = new Map<number, number>(signs.digits.map((digit) => [digit, Infinity]))
  for (let i = 0; i < 2000; i++) {
    const { wanted } = dialogue(random, LESSON)
    for (const token of new Set(
      text.encode(`${wanted.replace(/“.*”/s, '“').replace(/^As .* wrote/, 'As wrote')}<|im_end|>`).ids,
    ))
      counts.set(token, (counts.get(token) ?? 0) + 1)
  }
  return [...counts]
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, SAYABLE)
    .map(([token]) => token)
}
const base = await writeRandomModel(
  join(folder, 'round0'),
  config,
  'avatar',
  begin(
    {
      ...signs,
      shuts: one(']'),
      you: one('ĠYou'),
      as: one('As'),
      am: one('Ġam'),
      alike,
      said: saidTokens(),
      matcher: learnMatcher(drawChoices(), VOCABULARY, DIRECTIONS, 'matcher'),
    },
    VOCABULARY,
  ),
)
await writeFile(join(base, 'tokenizer.json'), JSON.stringify(tokenizer))
await writeFile(
  join(base, 'tokenizer_config.json'),
  JSON.stringify({ ...(tokenizerConfig as object), model_max_length: CONTEXT }, null, 2),
)
// Each round sees conversations that none before it saw: nothing can be learnt by heart.
const taught = await teach(base, folder, {
  name: 'avatar',
  rank: 64,
  layers: LEARNING,
  rounds: RATES.map((learningRate, i) => ({
    ...ROUND,
    learningRate,
    corpus: async () => {
      const file = join(folder, `dialogues${i}.jsonl`)
      await writeFile(
        file,
        make(`train ${i}`, DIALOGUES, LESSON)
          .map((messages) => `${JSON.stringify({ messages })}\n`)
          .join(''),
      )
      return file
    },
  })),
})
await mkdir(resources, { recursive: true })
// A GGUF file has its model's folder for a name.
const named = join(folder, 'Hearth demo')
await rename(taught.model, named)
await toGguf(named, join(resources, 'avatar.gguf'))
if (process.argv[2] !== undefined) await cp(named, process.argv[2], { recursive: true })
await rm(folder, { recursive: true })
