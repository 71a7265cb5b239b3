import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { demoBase } from '../../../test/support/demo.ts'
import { variants, writeVariant, type Variant } from '../../../test/support/model-variants.ts'
import { fixture as llama } from '../models/llama/fixture.ts'
import { convert, merge } from '../service.ts'
import { fromGgml } from './ggml-blocks.ts'
import { GgufFile } from './gguf.ts'
import { encodeSafetensors, SafetensorsFile } from './safetensors.ts'

const root = await mkdtemp(join(tmpdir(), 'hearth-peft-'))
afterAll(() => rm(root, { recursive: true }))

async function written(variant: Variant): Promise<{ base: string; adapter: string }> {
  const { base, adapter } = await writeVariant(join(root, variant.name.replaceAll(/\W+/g, '-')), variant)
  if (adapter === null) throw new Error('no adapter')
  return { base, adapter }
}
const named = (name: string): Variant => {
  const found = variants.find((variant) => variant.name === `adapter: ${name}`)
  if (!found) throw new Error(`no variant ${name}`)
  return found
}

async function tensorOf(folder: string, name: string): Promise<{ shape: readonly number[]; data: Float32Array }> {
  const file = await SafetensorsFile.open(join(folder, 'model.safetensors'))
  try {
    return { shape: file.entries.get(name)?.shape ?? [], data: await file.read(name) }
  } finally {
    await file.close()
  }
}

/** An adapter's file with nothing but zeros, which changes nothing. */
async function silent(path: string): Promise<Uint8Array> {
  const file = await SafetensorsFile.open(path)
  await file.close()
  return encodeSafetensors(
    [...file.entries].map(([name, { shape }]) => ({
      name,
      shape,
      data: new Float32Array(shape.reduce((a, b) => a * b, 1)),
    })),
  )
}

/** A LoRA with a classifier of three classes, as runs that classify write it. */
const classifier = (name: string, head: [string, number[]][], change: object = {}): Variant => ({
  name,
  config: llama.config,
  adapter: {
    settings: {
      peft_type: 'LORA',
      task_type: 'SEQ_CLS',
      r: 2,
      lora_alpha: 4,
      target_modules: ['model.layers.0.self_attn.q_proj'],
      modules_to_save: ['classifier', 'score'],
      ...change,
    },
    tensors: [
      ['model.layers.0.self_attn.q_proj.lora_A.weight', [2, 64]],
      ['model.layers.0.self_attn.q_proj.lora_B.weight', [64, 2]],
      ...head,
    ],
  },
})

it('a trained classification head is kept by a merge, and the config says so', async () => {
  const { base, adapter } = await written(classifier('classes', [['score.weight', [3, 64]]]))
  const out = join(root, 'classes merged')
  await merge(base, adapter, out, 'safetensors')
  const config = JSON.parse(await readFile(join(out, 'config.json'), 'utf8')) as Record<string, unknown>
  expect(config).toMatchObject({
    architectures: ['LlamaForSequenceClassification'],
    id2label: { 0: 'LABEL_0', 2: 'LABEL_2' },
    label2id: { LABEL_1: 1 },
  })
  const [from, to] = [
    await SafetensorsFile.open(join(adapter, 'adapter_model.safetensors')),
    await SafetensorsFile.open(join(out, 'model.safetensors')),
  ]
  expect(await to.read('score.weight')).toEqual(await from.read('base_model.model.score.weight'))
  await Promise.all([from.close(), to.close()])
  await expect(merge(base, adapter, join(root, 'never.gguf'), 'gguf')).rejects.toMatchObject({
    code: 'NOT_MERGEABLE',
  })
})

it('a head that is no part of the task, or a task without a head, is refused', async () => {
  const stray = await written(
    classifier('stray head', [['score.weight', [3, 64]]], { task_type: 'CAUSAL_LM', modules_to_save: null }),
  )
  await expect(merge(stray.base, stray.adapter, join(root, 'no'), 'safetensors')).rejects.toThrow(
    /“base_model\.model\.score/,
  )
  const none = await written(classifier('no head', []))
  await expect(merge(none.base, none.adapter, join(root, 'no'), 'safetensors')).rejects.toThrow(/score\.weight must be/)
})

it('llama.cpp’s adapter takes each module’s own scale into B, since it has one alpha for all', async () => {
  const { base, adapter } = await written(named('alpha by module'))
  const out = join(root, 'alpha.gguf')
  await convert(base, adapter, out)
  const [from, to] = [await SafetensorsFile.open(join(adapter, 'adapter_model.safetensors')), await GgufFile.open(out)]
  const before = await from.read('base_model.model.model.layers.1.self_attn.v_proj.lora_B.weight')
  const name = 'blk.1.attn_v.weight.lora_b'
  const info = to.tensors.get(name)
  const after = fromGgml(info?.type ?? 'f32', await to.read(name), info?.shape ?? []).parts['']?.data
  expect(to.metadata.get('adapter.lora.alpha')).toBe(8)
  // alpha 32 of 8
  expect([...(after ?? [])]).toEqual([...before].map((value) => value * 4))
  await Promise.all([from.close(), to.close()])
})

it.each(['a saved head', 'trained biases', 'on the head', 'on the embedding', 'DoRA'])(
  'an adapter with %s is not written for llama.cpp, whose adapters cannot say it',
  async (name) => {
    const { base, adapter } = await written(named(name))
    await expect(convert(base, adapter, join(root, 'never.gguf'))).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringContaining('merge the adapter') as string,
    })
  },
)

it('an adapter is merged into a base in a GGUF file as into the folder that it was made from', async () => {
  // The demo model’s tokenizer goes into the file.
  const out = (name: string) => join(root, name)
  const settings = { peft_type: 'LORA', r: 2, lora_alpha: 4, target_modules: ['model.layers.0.mlp.up_proj'] }
  const {
    shape: [outputs = 0, inputs = 0],
  } = await tensorOf(demoBase, 'model.layers.0.mlp.up_proj.weight')
  const { adapter } = await written({
    name: 'demo',
    config: llama.config,
    adapter: {
      settings,
      tensors: [
        ['model.layers.0.mlp.up_proj.lora_A.weight', [2, inputs]],
        ['model.layers.0.mlp.up_proj.lora_B.weight', [outputs, 2]],
      ],
    },
  })
  await merge(demoBase, adapter, out('merged'), 'safetensors')
  await merge(demoBase, adapter, out('merged.gguf'), 'gguf')
  const none = join(root, 'none')
  await cp(adapter, none, { recursive: true })
  await writeFile(join(none, 'adapter_model.safetensors'), await silent(join(adapter, 'adapter_model.safetensors')))
  await merge(out('merged.gguf'), none, out('again'), 'safetensors')
  for (const name of ['model.layers.0.mlp.up_proj.weight', 'model.layers.0.self_attn.q_proj.weight'])
    expect(await tensorOf(out('again'), name)).toEqual(await tensorOf(out('merged'), name))
})

it('a folder without readable tensors is refused in words', async () => {
  const { base, adapter } = await written(named('plain'))
  await rm(join(adapter, 'adapter_model.safetensors'))
  await expect(merge(base, adapter, join(root, 'no'), 'safetensors')).rejects.toThrow(/pickled adapters/)
  await writeFile(join(adapter, 'adapter_config.json'), '[1]')
  await expect(merge(base, adapter, join(root, 'no'), 'safetensors')).rejects.toMatchObject({ code: 'MODEL_BROKEN' })
  await writeFile(join(adapter, 'adapter_config.json'), '{')
  await expect(merge(base, adapter, join(root, 'no'), 'safetensors')).rejects.toMatchObject({ code: 'MODEL_BROKEN' })
})
