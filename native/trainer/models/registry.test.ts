import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { openBaseModel } from '../base/open.ts'
import { encodeGguf, gguf } from '../formats/gguf.ts'
import { layersOf, moduleNames } from './architecture.ts'
import { models } from './registry.ts'

const trainer = fileURLToPath(new URL('..', import.meta.url))
const folders = ['llama', 'qwen', 'gpt2', 'bert']
/** Files that spell kinds of tokenizers, rotary scaling and speakers, which formats name after models. */
const spellings = [
  'data/chat-rows.ts',
  'formats/gguf-splitters.ts',
  'formats/gguf-tokenizer.ts',
  'formats/gguf-tokenizer-json.ts',
  'models/shared/rope-scaling.ts',
]

it('no file outside a family’s folder names one, but the registry', async () => {
  const files = (await readdir(trainer, { recursive: true })).filter(
    (file) =>
      /(?<!\.test)\.ts$/.test(file) &&
      !folders.some((folder) => file.startsWith(join('models', folder, '/'))) &&
      file !== join('models', 'registry.ts') &&
      !spellings.includes(file),
  )
  expect(files.length).toBeGreaterThan(60)
  const naming: string[] = []
  for (const file of files) {
    const code = (await readFile(join(trainer, file), 'utf8')).replaceAll(/\/\*.*?\*\/|\/\/.*$/gms, '')
    if (/\b(llama(?!\.cpp)|qwen|gpt|bert)/i.test(code)) naming.push(file)
  }
  expect(naming).toEqual([])
})

it('each family’s fixture is a model of it, with the projections that it names', () => {
  for (const { type, fixture } of models.families) {
    const architecture = models.parse(fixture.config).architecture(8)
    expect(architecture.type).toBe(type)
    expect(layersOf(architecture).map(({ index }) => index)).toEqual([0, 1])
    expect(moduleNames(architecture)).toEqual(expect.arrayContaining([...fixture.targets]))
  }
})

const { config: sound } = models.families[0].fixture
it.each([
  ['an unknown type', { model_type: 'mamba' }, 'MODEL_UNSUPPORTED', /“mamba”.*llama, qwen2, qwen3, gpt2, bert/],
  ['no type', {}, 'MODEL_BROKEN', /model_type/],
  ['heads that do not divide the width', { ...sound, num_attention_heads: 7 }, 'MODEL_BROKEN', /attention heads/],
  [
    'unknown scaling',
    { ...sound, rope_parameters: { rope_theta: 1, rope_type: 'yarn' } },
    'MODEL_UNSUPPORTED',
    /rotary/,
  ],
])('a config.json with %s is refused in words', (_, config, code, message) => {
  const expected = { code, message: expect.stringMatching(message) as string }
  expect(() => models.parse(config)).toThrow(expect.objectContaining(expected) as Error)
})

it('more positions than the model has are refused', () => {
  const config = models.parse(models.families[0].fixture.config)
  expect(() => config.architecture(65)).toThrow(/64 positions; the recipe needs 65/)
})

it.each([
  ['gpt2', 'models of type gpt2 are not read from GGUF'],
  ['mamba', 'models of type “mamba” cannot be trained'],
])('a GGUF file of %s is refused in words', async (type, why) => {
  const folder = await mkdtemp(join(tmpdir(), 'hearth-registry-'))
  const path = join(folder, 'model.gguf')
  await writeFile(
    path,
    encodeGguf({ 'general.architecture': gguf.string(type) }, [{ name: 'x', shape: [1], data: new Float32Array(1) }]),
  )
  await expect(openBaseModel(path)).rejects.toMatchObject({
    code: 'MODEL_UNSUPPORTED',
    message: expect.stringContaining(why) as string,
  })
  await rm(folder, { recursive: true })
})
