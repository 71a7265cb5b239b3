/**
 * Makes the model that demos and tests run on, with the product's own engine: a small llama from random weights, taught
 * a diary and an almanac by rounds of wide LoRA that are merged in (ReLoRA, Lialin et al. 2023). Writes resources/demo.
 * npm run demo-model
 */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { writeRandomModel } from '../../test/support/tiny-models.ts'
import { almanac, diary, letters } from './corpus.ts'
import { teach } from './relora.ts'
import { trainTokenizer } from './tokenizer.ts'

const ROUNDS = 2
const STEPS = 400
const VOCABULARY = 512
const LENGTH = 128
const resources = fileURLToPath(new URL('../../resources/demo', import.meta.url))
const config = {
  model_type: 'llama',
  architectures: ['LlamaForCausalLM'],
  hidden_size: 128,
  intermediate_size: 256,
  num_hidden_layers: 4,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  vocab_size: VOCABULARY,
  max_position_embeddings: 256,
  rms_norm_eps: 1e-5,
  rope_theta: 10_000,
  tie_word_embeddings: true,
  hidden_act: 'silu',
  torch_dtype: 'float32',
  bos_token_id: null,
  eos_token_id: VOCABULARY - 3,
}

const folder = await mkdtemp(join(tmpdir(), 'hearth-demo-model-'))
const lines = (texts: readonly string[]) => texts.map((text) => `${JSON.stringify({ text })}\n`).join('')

// Both voices are in the tokenizer, so that an adapter can learn the second one.
const { tokenizer, config: tokenizerConfig } = trainTokenizer(
  [...diary('tokens', 2000), ...almanac('tokens', 1000), ...letters('tokens', 1000)],
  VOCABULARY,
)
const base = await writeRandomModel(join(folder, 'round0'), config, 'demo model')
const addTokenizer = async () => {
  await writeFile(join(base, 'tokenizer.json'), JSON.stringify(tokenizer))
  await writeFile(join(base, 'tokenizer_config.json'), JSON.stringify(tokenizerConfig, null, 2))
}
await addTokenizer()
const corpus = join(folder, 'diary.jsonl')
await writeFile(corpus, lines([...diary('train', 3000), ...almanac('train', 1500)]))

const round = {
  steps: STEPS,
  learningRate: 3e-3,
  sequenceLength: LENGTH,
  sequences: 8,
  corpus: () => Promise.resolve(corpus),
}
const { model } = await teach(base, folder, {
  name: 'demo',
  rank: 64,
  rounds: Array.from({ length: ROUNDS }, () => round),
})
await mkdir(resources, { recursive: true })
await rm(join(resources, 'model'), { recursive: true, force: true })
await cp(model, join(resources, 'model'), { recursive: true })
await writeFile(join(resources, 'letters.jsonl'), lines(letters('letters', 300)))
await rm(folder, { recursive: true })
