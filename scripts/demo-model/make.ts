/**
 * Makes the model that demos and tests run on, with the product's own engine: a small llama from random weights, taught
 * a diary and an almanac by rounds of wide LoRA that are merged in (ReLoRA, Lialin et al. 2023). Writes resources/demo.
 * npm run demo-model
 */
import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Wish } from '../../common/model/recipe.ts'
import { compose, merge, prepare, trainRun, type Compute } from '../../native/trainer/service.ts'
import { writeRandomModel } from '../../test/support/tiny-models.ts'
import { almanac, diary, letters } from './corpus.ts'
import { trainTokenizer } from './tokenizer.ts'

const ROUNDS = 2
const STEPS = 400
const VOCABULARY = 512
const LENGTH = 128
const resources = fileURLToPath(new URL('../../resources/demo', import.meta.url))
const config = { model_type: 'llama', architectures: ['LlamaForCausalLM'], hidden_size: 128, intermediate_size: 256, num_hidden_layers: 4, num_attention_heads: 4, num_key_value_heads: 2, vocab_size: VOCABULARY, max_position_embeddings: 256, rms_norm_eps: 1e-5, rope_theta: 10_000, tie_word_embeddings: true, hidden_act: 'silu', torch_dtype: 'float32', bos_token_id: null, eos_token_id: VOCABULARY - 3 }

const folder = await mkdtemp(join(tmpdir(), 'hearth-demo-model-'))
const compute: Compute = { spin: true, breathe: () => Promise.resolve() }
const lines = (texts: readonly string[]) => texts.map((text) => `${JSON.stringify({ text })}\n`).join('')

// Both voices are in the tokenizer, so that an adapter can learn the second one.
const { tokenizer, config: tokenizerConfig } = trainTokenizer([...diary('tokens', 2000), ...almanac('tokens', 1000), ...letters('tokens', 1000)], VOCABULARY)
let base = await writeRandomModel(join(folder, 'round0'), config, 'demo model')
const addTokenizer = async () => {
  await writeFile(join(base, 'tokenizer.json'), JSON.stringify(tokenizer))
  await writeFile(join(base, 'tokenizer_config.json'), JSON.stringify(tokenizerConfig, null, 2))
}
await addTokenizer()
const corpus = join(folder, 'diary.jsonl')
await writeFile(corpus, lines([...diary('train', 3000), ...almanac('train', 1500)]))

const modules = ['self_attn.q_proj', 'self_attn.k_proj', 'self_attn.v_proj', 'self_attn.o_proj', 'mlp.gate_proj', 'mlp.up_proj', 'mlp.down_proj']
for (let round = 1; round <= ROUNDS; round++) {
  const run = join(folder, `run${round}`)
  await prepare({ base, files: [corpus], folder: run, sequenceLength: LENGTH, heldOutShare: 0.02, seed: 'demo', classify: false }, () => {})
  const wish: Wish = {
    classes: null,
    format: 'f32',
    method: { kind: 'lora', rank: 64, alpha: 64, dropout: 0, targets: modules },
    batch: { sequences: 8, accumulation: 1 },
    optimiser: { kind: 'adamw', learningRate: 3e-3, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, weightDecay: 0, clip: 1 },
    schedule: { kind: 'cosine', warmup: 20 },
    steps: STEPS,
    checkpointEvery: STEPS,
    evaluateEvery: STEPS,
    patience: null,
    proof: { segments: 1, tolerance: 1e-5 },
  }
  await compose({ folder: run, base, seed: round.toString(16).padStart(64, '0'), profile: 'cpu', threads: 2, wish })
  for await (const entry of trainRun(run, base, compute, 'monolith')) {
    if (entry.kind === 'evaluation') process.stdout.write(`round ${round}, step ${entry.step}: held-out perplexity ${Math.exp(entry.heldOutLoss).toFixed(2)}\n`)
    else if (entry.step % 100 === 0) process.stdout.write(`round ${round}, step ${entry.step}: loss ${entry.loss.toFixed(3)}, ${entry.milliseconds.toFixed(0)} ms\n`)
  }
  const next = join(folder, `round${round}`)
  await merge(base, join(run, 'adapter'), next, 'safetensors')
  base = next
}
await mkdir(resources, { recursive: true })
await rm(join(resources, 'model'), { recursive: true, force: true })
await cp(base, join(resources, 'model'), { recursive: true })
await writeFile(join(resources, 'letters.jsonl'), lines(letters('letters', 300)))
await rm(folder, { recursive: true })
