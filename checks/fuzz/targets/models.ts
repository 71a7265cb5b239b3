import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspectModel } from '../../../native/llm/inspect.ts'
import { checkOnnx } from '../../../native/onnx/check-model.ts'
import { model } from '../../../native/onnx/writer.ts'
import { encodeGguf, gguf as typed, GgufFile } from '../../../native/trainer/formats/gguf.ts'
import { tokenizerJsonOf } from '../../../native/trainer/formats/gguf-tokenizer-json.ts'
import { encodeSafetensors, SafetensorsFile } from '../../../native/trainer/formats/safetensors.ts'
import { readPeftSettings } from '../../../native/trainer/formats/peft-config.ts'
import { models } from '../../../native/trainer/models/registry.ts'
import { fileTarget, type Target } from '../target.ts'

const demo = join(import.meta.dirname, '../../../resources/demo/model')
const gguf = encodeGguf(
  {
    'general.architecture': typed.string('llama'),
    'llama.block_count': typed.uint32(1),
    'llama.attention.head_count': typed.uint32(1),
    'llama.embedding_length': typed.uint32(32),
    'llama.context_length': typed.uint32(64),
    'tokenizer.ggml.model': typed.string('gpt2'),
    'tokenizer.ggml.pre': typed.string('llama-bpe'),
    'tokenizer.ggml.tokens': typed.strings(['a', 'b', 'ab', '<s>']),
    'tokenizer.ggml.token_type': typed.int32s([1, 1, 1, 3]),
    'tokenizer.ggml.merges': typed.strings(['a b']),
    'tokenizer.ggml.eos_token_id': typed.uint32(3),
  },
  [{ name: 'token_embd.weight', shape: [4, 32], data: new Float32Array(128) }],
)
const onnx = model({
  nodes: [],
  initializers: [],
  inputs: [{ name: 'x', type: 'float', dims: [1, 'n'] }],
  outputs: [{ name: 'y', type: 'float', dims: [1] }],
})
const safetensors = encodeSafetensors([{ name: 'a', shape: [2], data: new Float32Array(2) }])

export const modelTargets: readonly Target[] = [
  fileTarget('gguf-header', 'input.gguf', [gguf], inspectModel, ['general.architecture', 'tokenizer.ggml.tokens']),
  fileTarget('gguf-tokenizer', 'input.gguf', [gguf], async (path) => {
    const file = await GgufFile.open(path)
    await file.close()
    return tokenizerJsonOf(file)
  }),
  fileTarget('safetensors', 'input.safetensors', [safetensors], async (path) => {
    const file = await SafetensorsFile.open(path)
    try {
      for (const name of file.entries.keys()) await file.read(name)
    } finally {
      await file.close()
    }
  }),
  fileTarget('onnx', 'input.onnx', [onnx], checkOnnx),
  {
    name: 'peft-config',
    seeds: ['{"peft_type":"LORA","r":8,"lora_alpha":16,"target_modules":["q_proj"],"alpha_pattern":{"q.*":4}}'],
    read: (input) => Promise.resolve(readPeftSettings(Buffer.from(input).toString('utf8'))),
  },
  {
    name: 'model-config',
    seeds: [
      readFileSync(join(demo, 'config.json')),
      ...models.families.map(({ fixture }) => JSON.stringify(fixture.config)),
    ],
    read: (input) => Promise.resolve(models.parse(jsonOf(input))),
  },
]

function jsonOf(input: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(input).toString('utf8'))
  } catch {
    return null
  }
}
