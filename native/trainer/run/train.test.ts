import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, describe, expect, it } from 'vitest'
import { demoBase } from '../../../test/support/demo.ts'
import { compute, smallRun } from '../../../test/support/training-runs.ts'
import { SafetensorsFile } from '../formats/safetensors.ts'
import { merge, trainRun, type Compute } from '../service.ts'
import { CheckpointStore } from './checkpoint.ts'
import { readLog } from './log.ts'
import { runFiles } from './train.ts'

const root = await mkdtemp(join(tmpdir(), 'hearth-train-'))
afterAll(() => rm(root, { recursive: true }))

const finish = async (folder: string, how: Compute = compute) => {
  for await (const _ of trainRun(folder, demoBase, how, 'recompute'));
}
const lastCheckpoint = (folder: string) => readFile(join(runFiles(folder).checkpoints, '00000012.ckpt'))

describe('a training run', () => {
  it('learns: the held-out loss falls below the base model’s', async () => {
    const folder = join(root, 'learns')
    await smallRun(folder)
    await finish(folder)
    const evaluations = (await readLog(runFiles(folder).log)).flatMap((entry) =>
      entry.kind === 'evaluation' ? [entry.heldOutLoss] : [],
    )
    expect(evaluations).toHaveLength(3)
    expect(evaluations.at(-1)!).toBeLessThan(evaluations[0]! - 0.1)
  })

  it('ends in the same bits after it was stopped anywhere, its log torn and its last checkpoint damaged', async () => {
    const whole = join(root, 'whole')
    await smallRun(whole)
    await finish(whole)
    const wanted = await lastCheckpoint(whole)
    for (const layersUntilDeath of [1, 30, 75]) {
      const folder = join(root, `stopped${layersUntilDeath}`)
      await smallRun(folder)
      let left = layersUntilDeath
      await expect(
        finish(folder, {
          ...compute,
          yieldToEventLoop: () => (left-- > 0 ? Promise.resolve() : Promise.reject(new Error('killed'))),
        }),
      ).rejects.toThrow('killed')
      const files = runFiles(folder)
      await writeFile(files.log, `${await readFile(files.log, 'utf8')}{"kind":"step","st`)
      const store = new CheckpointStore(files.checkpoints)
      const last = (await store.steps()).at(-1)!
      if (last > 0) await truncate(join(files.checkpoints, `${String(last).padStart(8, '0')}.ckpt`), 1000)
      await finish(folder)
      expect(Buffer.compare(await lastCheckpoint(folder), wanted)).toBe(0)
      const losses = async (of: string) =>
        (await readLog(runFiles(of).log)).map((entry) =>
          entry.kind === 'step' ? [entry.step, entry.loss] : [entry.step, entry.heldOutLoss],
        )
      expect(await losses(folder)).toEqual(await losses(whole))
    }
  })

  it('changes only the layers that its method names, and keeps nothing of the others', async () => {
    const folder = join(root, 'layers')
    await smallRun(folder, {
      method: { kind: 'lora', rank: 4, alpha: 8, dropout: 0, targets: ['self_attn.q_proj'], layers: [1] },
    })
    await finish(folder)
    const adapter = await SafetensorsFile.open(join(runFiles(folder).adapter, 'adapter_model.safetensors'))
    expect([...adapter.entries.keys()].every((name) => name.includes('.layers.1.'))).toBe(true)
    await adapter.close()
    const merged = join(root, 'layers merged')
    await merge(demoBase, runFiles(folder).adapter, merged, 'safetensors')
    const [before, after] = await Promise.all(
      [demoBase, merged].map((path) => SafetensorsFile.open(join(path, 'model.safetensors'))),
    )
    const changed: string[] = []
    for (const name of after!.entries.keys())
      if (!isDeepStrictEqual(await before!.read(name), await after!.read(name))) changed.push(name)
    expect(changed).toEqual(['model.layers.1.self_attn.q_proj.weight'])
    await Promise.all([before!.close(), after!.close()])

    // An adapter of another base, whose layers this one lacks, is refused instead of changing nothing.
    const config = join(runFiles(folder).adapter, 'adapter_config.json')
    const written = JSON.parse(await readFile(config, 'utf8')) as object
    const refused = async (layers: unknown) => {
      await writeFile(config, JSON.stringify({ ...written, layers_to_transform: layers }))
      return merge(demoBase, runFiles(folder).adapter, join(root, 'never'), 'safetensors').then(
        () => null,
        (error: { code: string; message: string }) => `${error.code}: ${error.message}`,
      )
    }
    expect(await refused([1, 99])).toMatch(/^MODEL_UNSUPPORTED: adapter_config\.json: .*layer 99/)
    expect(await refused([])).toMatch(/^MODEL_UNSUPPORTED: adapter_config\.json/)
    expect(await refused(-1)).toMatch(/^MODEL_UNSUPPORTED: adapter_config\.json/)
    await expect(
      smallRun(join(root, 'beyond'), {
        method: { kind: 'lora', rank: 4, alpha: 8, dropout: 0, targets: ['self_attn.q_proj'], layers: [99] },
      }),
    ).rejects.toMatchObject({ code: 'BAD_RECIPE', details: { field: 'method.layers' } })
  })

  it('ends early when the held-out loss stops falling, at a checkpoint', async () => {
    const folder = join(root, 'patient')
    await smallRun(folder, {
      optimiser: {
        kind: 'adamw',
        learningRate: 1e-9,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        weightDecay: 0.9,
        clip: null,
      },
      evaluateEvery: 2,
      patience: 1,
      method: { kind: 'lora', rank: 1, alpha: 1e-3, dropout: 0, targets: ['self_attn.q_proj'] },
    })
    await finish(folder)
    const log = await readLog(runFiles(folder).log)
    expect(log.at(-1)!.step).toBeLessThan(12)
    expect((await new CheckpointStore(runFiles(folder).checkpoints).steps()).at(-1)).toBe(log.at(-1)!.step)
  })

  it('stops with a clear word when the loss is no number any more, and keeps what was before', async () => {
    const folder = join(root, 'diverges')
    await smallRun(folder, {
      optimiser: {
        kind: 'adamw',
        learningRate: 1,
        beta1: 0.9,
        beta2: 0.999,
        epsilon: 1e-8,
        weightDecay: 0,
        clip: null,
      },
      method: {
        kind: 'lora',
        rank: 4,
        alpha: 1024,
        dropout: 0,
        targets: ['self_attn.q_proj', 'mlp.down_proj', 'mlp.up_proj', 'mlp.gate_proj'],
      },
      schedule: { kind: 'constant', warmup: 0 },
    })
    const outcome = await finish(folder).then(
      () => null,
      (error: { code: string }) => error.code,
    )
    // A loss may also stay finite; then the run ends as any other.
    if (outcome !== null) expect(outcome).toBe('TRAINING_DIVERGED')
    expect((await new CheckpointStore(runFiles(folder).checkpoints).steps()).length).toBeGreaterThan(0)
  })

  it('refuses another base model, other data and another engine', async () => {
    const folder = join(root, 'mismatch')
    const recipe = await smallRun(folder)
    const refused = async (change: object) => {
      await writeFile(runFiles(folder).recipe, JSON.stringify({ ...recipe, ...change }))
      return finish(folder).then(
        () => null,
        (error: { code: string; details: { field: string } }) => [error.code, error.details.field],
      )
    }
    expect(await refused({ base: { ...recipe.base, hash: '0'.repeat(64) } })).toEqual(['RECIPE_MISMATCH', 'base.hash'])
    expect(await refused({ data: { ...recipe.data, root: '0'.repeat(64) } })).toEqual(['RECIPE_MISMATCH', 'data.root'])
    expect(await refused({ engine: { ...recipe.engine, graphs: '0'.repeat(64) } })).toEqual([
      'RECIPE_MISMATCH',
      'engine.graphs',
    ])
    expect(await refused({ unknown: 1 })).toEqual(['BAD_RECIPE', ''])
    expect(await refused({ steps: 0 })).toEqual(['BAD_RECIPE', 'steps'])
  })
})
