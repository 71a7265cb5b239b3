import { copyFile, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { openBaseModel } from '../../native/trainer/base/open.ts'
import { float32 } from '../../native/trainer/base/model-folder.ts'
import { dequantize } from '../../native/trainer/base/quantize.ts'
import { createModelRegistry, models } from '../../native/trainer/models/registry.ts'
import { readLog } from '../../native/trainer/run/log.ts'
import { runFiles } from '../../native/trainer/run/train.ts'
import { bundle, convert, inspectBase, merge, trainRun, verify } from '../../native/trainer/service.ts'
import { demoBase } from '../support/demo.ts'
import { writeRandomModel } from '../support/tiny-models.ts'
import { compute, smallRun } from '../support/training-runs.ts'
import { toyDecoder } from './fixtures/model-toy-decoder/graph.ts'
import { toy } from './fixtures/model-toy/graph.ts'

const root = await mkdtemp(join(tmpdir(), 'hearth-how-to-model-'))
afterAll(() => rm(root, { recursive: true }))
const registry = createModelRegistry([...models.families, toy, toyDecoder])
const fixtures = fileURLToPath(new URL('fixtures/', import.meta.url))
const page = await readFile(fileURLToPath(new URL('../../docs/adding-a-model.md', import.meta.url)), 'utf8')

/** A folder with random weights and the demo model's tokenizer. */
async function baseOf(family: typeof toy): Promise<string> {
  const folder = await writeRandomModel(join(root, family.type), family.fixture.config, 'toy', undefined, registry)
  for (const file of ['tokenizer.json', 'tokenizer_config.json'])
    await copyFile(join(demoBase, file), join(folder, file))
  return folder
}

/** All weights of a model, as float32. */
async function weightsOf(path: string): Promise<ReadonlyMap<string, Float32Array>> {
  const base = await openBaseModel(path, registry)
  const weights = await base.weights(base.config.architecture(8), float32)
  return new Map([...weights].map(([name, weight]) => [name, dequantize(weight)]))
}

describe.each([toy, toyDecoder])('a family added as docs/adding-a-model.md says: $type', (family) => {
  const folder = join(root, `${family.type} run`)
  let base: string

  it('is trained, and the run is proven', async () => {
    base = await baseOf(family)
    const method = { kind: 'lora', rank: 4, alpha: 8, dropout: 0, targets: [...family.fixture.targets] } as const
    await smallRun(folder, { method: { ...method, targets: [...method.targets] } }, 'cpu', base, registry)
    for await (const _ of trainRun(folder, base, compute, null, null, registry));
    const files = runFiles(folder)
    const evaluations = (await readLog(files.log)).flatMap((entry) =>
      entry.kind === 'evaluation' ? [entry.heldOutLoss] : [],
    )
    expect(evaluations.at(-1)).toBeLessThan(evaluations[0]!)

    await bundle(folder, 'beacon', `${folder}.hpb`)
    const verdict = await verify(`${folder}.hpb`, base, files.data, compute, null, registry)
    expect(verdict.failure).toBeNull()
    expect(verdict.segments.every(({ exact }) => exact)).toBe(true)
  })

  it('is exported: its adapter and the merged model, as a folder and as GGUF with the same weights', async () => {
    const { adapter } = runFiles(folder)
    expect((await readdir(adapter)).toSorted()).toEqual([
      'adapter.gguf',
      'adapter_config.json',
      'adapter_model.safetensors',
    ])
    await convert(base, adapter, join(root, 'again.gguf'), registry)
    expect(await readFile(join(root, 'again.gguf'))).toEqual(await readFile(join(adapter, 'adapter.gguf')))
    const [merged, file] = [join(root, `${family.type} merged`), join(root, `${family.type}.gguf`)]
    await merge(base, adapter, merged, 'safetensors', registry)
    await merge(base, adapter, file, 'gguf', registry)
    const weights = await weightsOf(merged)
    expect(await weightsOf(file)).toEqual(weights)
    const before = await weightsOf(base)
    const changed = [...weights].filter(([name, values]) => values.some((value, i) => value !== before.get(name)?.[i]))
    expect(changed).toHaveLength(2 * family.fixture.targets.length)
  })

  it('is gone without its line in the registry', async () => {
    expect(await inspectBase(base, registry)).toMatchObject({ type: family.type, layers: 2, writesText: true })
    await expect(inspectBase(base)).rejects.toMatchObject({
      code: 'MODEL_UNSUPPORTED',
      message: expect.stringContaining(`“${family.type}”`) as string,
    })
    expect(models.families).not.toContain(family)
  })
})

describe('the page', () => {
  it('names every file of a family, and no family needs more', async () => {
    for (const [folder, most] of [
      ['model-toy', 4],
      ['model-toy-decoder', 2],
    ] as const) {
      const files = await readdir(join(fixtures, folder))
      expect(files.length).toBeLessThanOrEqual(most)
      for (const file of files) expect(page).toContain(file)
    }
  })

  it('shows the files of a decoder as they are', async () => {
    const shown = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code)
    const own = async (file: string) =>
      (await readFile(join(fixtures, 'model-toy-decoder', file), 'utf8')).replaceAll(
        '../../../../native/trainer/models/',
        '../',
      )
    expect(shown).toEqual([await own('graph.ts'), await own('fixture.ts')])
  })
})
