import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import type { BaseInfo, DataReport, Estimate, Expectation, Verdict } from '../../common/children/trainer.ts'
import { recipeHash, type Method, type Recipe, type RecipeRequest } from '../../common/model/recipe.ts'
import type { LogEntry } from '../../common/model/training.ts'
import { HearthError } from '../../common/errors/index.ts'
import { adapterOf } from './adapters/index.ts'
import { layoutOf } from './adapters/layout.ts'
import { architectureOf } from './arch/index.ts'
import { openBaseModel } from './base/open.ts'
import { weightSpecs } from './base/model-folder.ts'
import { randomData } from './data/random-data.ts'
import { assertInRange, dataRoot, readPrepared, writePrepared, type PreparedData } from './data/prepared-file.ts'
import { prepareData } from './data/prepare.ts'
import { TextTokenizer } from './data/tokenizer.ts'
import { createExecutor } from './executor/create.ts'
import { checkBackend } from './executor/self-check.ts'
import type { Plan } from './executor/executor.ts'
import type { RunOptions } from './executor/session.ts'
import { flattenAdapter, readPeft } from './formats/peft.ts'
import { encodeGgufLora } from './formats/gguf-lora.ts'
import { SafetensorsFile } from './formats/safetensors.ts'
import { writeGgufModel, writeMergedFolder } from './export/merged-model.ts'
import { commit, type Commitment } from './proof/commitment.ts'
import { readBundle, writeBundle } from './proof/bundle.ts'
import { processorClass } from './proof/processor-class.ts'
import { verifyBundle } from './proof/verify.ts'
import { CheckpointStore, hashCheckpoint } from './run/checkpoint.ts'
import { assertSameEngine, engineOf, loadModel, type LoadedModel } from './run/engine-model.ts'
import { processorEnergy } from './run/energy.ts'
import { readLog, writeLog } from './run/log.ts'
import { choosePlan, memoryOf, weightBytes } from './run/plan.ts'
import { writeAdapter } from './run/result.ts'
import { parseRecipe, readRecipe } from './run/recipe-file.ts'
import { exhausted, runFiles, startOf, StepRunner, train } from './run/train.ts'

/** What a run computes with; backend and threads are the recipe's. */
export interface Compute {
  readonly spin: boolean
  readonly breathe: () => Promise<void>
}

export async function inspectBase(path: string): Promise<BaseInfo> {
  const base = await openBaseModel(path)
  const architecture = architectureOf(base.config, 8)
  return {
    name: base.name,
    type: architecture.type,
    hash: await base.hash(),
    layers: architecture.layers,
    width: architecture.width,
    vocabulary: architecture.vocabulary,
    context: architecture.context,
    parameters: [...weightSpecs(architecture).values()].reduce(
      (sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1),
      0,
    ),
    modules: Object.keys(architecture.modules),
    writesText: architecture.outputWeight !== null,
  }
}

export interface PrepareInput {
  readonly base: string
  readonly files: readonly string[]
  readonly folder: string
  readonly sequenceLength: number
  readonly heldOutShare: number
  readonly seed: string
  readonly classify: boolean
}

export async function prepare(
  { base, folder, ...options }: PrepareInput,
  onProgress: (rows: number) => void,
): Promise<DataReport> {
  const { config } = await openBaseModel(base)
  const architecture = architectureOf(config, options.sequenceLength)
  const tokenizer = await TextTokenizer.open(base)
  tokenizer.assertFits(architecture.vocabulary)
  const { data, report } = await prepareData({ ...options, tokenizer, onProgress })
  await mkdir(folder, { recursive: true })
  await writePrepared(runFiles(folder).data, data)
  return {
    ...report,
    classes: report.classes === null ? null : [...report.classes],
    root: dataRoot(data.sequences),
    sequences: data.sequences.length,
    heldOut: data.heldOut,
  }
}

/** Completes wishes into a recipe, which fixes everything, and writes it into the run's folder. */
export async function compose({
  folder,
  base,
  seed,
  profile,
  threads,
  wish,
}: {
  folder: string
  base: string
  seed: string
  profile: 'cpu' | 'webgpu'
  threads: number
  wish: RecipeRequest
}): Promise<{ recipe: Recipe; hash: string }> {
  const data = await readPrepared(runFiles(folder).data)
  const model = await openBaseModel(base)
  const { format, batch, ...rest } = wish
  const draft = {
    version: 1 as const,
    base: { hash: await model.hash(), name: model.name, format },
    ...rest,
    data: {
      root: dataRoot(data.sequences),
      sequences: data.sequences.length,
      heldOut: data.heldOut,
      sequenceLength: data.length,
    },
    batch: { seed, ...batch },
    engine: { version: 1 as const, onnxruntime: '', profile, threads, graphs: '', schedule: '' },
  }
  const { model: trained } = await loadModel(model, draft)
  const recipe = parseRecipe({ ...draft, engine: engineOf(trained, draft) })
  await writeFile(runFiles(folder).recipe, `${JSON.stringify(recipe, null, 2)}\n`)
  return { recipe, hash: recipeHash(recipe) }
}

interface OpenedRun {
  readonly recipe: Recipe
  readonly data: PreparedData
  readonly loaded: LoadedModel
}

/** Reads a run's recipe, data and base model, and refuses what does not belong together. */
async function openRun(recipe: Recipe, dataPath: string, basePath: string): Promise<OpenedRun> {
  const base = await openBaseModel(basePath)
  const hash = await base.hash()
  if (hash !== recipe.base.hash)
    throw new HearthError(
      'RECIPE_MISMATCH',
      `the model at ${basePath} is another one than the recipe’s ${recipe.base.name}`,
      { field: 'base.hash' },
    )
  const data = await readDataOf(recipe, dataPath)
  const loaded = await loadModel(base, recipe)
  assertInRange(data, loaded.model.architecture.vocabulary, recipe.classes?.length ?? null, 2)
  assertSameEngine(loaded.model, recipe)
  await checkBackend(recipe.engine.profile)
  return { recipe, data, loaded }
}

const planOf = ({ loaded: { model, weights } }: OpenedRun): Plan => choosePlan(model, weightBytes(weights))
const runOptions = ({ engine }: Recipe, { spin }: Compute): RunOptions => ({
  backend: engine.profile,
  threads: engine.threads,
  spin,
})

/** What a run will take; the time is measured on a step of it. */
export async function estimate(folder: string, base: string, compute: Compute): Promise<Estimate> {
  return measureRun(await openRun(await readRecipe(runFiles(folder).recipe), runFiles(folder).data, base), compute)
}

/** What a recipe would take here, before there is any data: measured on tokens drawn by chance, for time does not depend on them. */
export async function quote(recipe: Recipe, basePath: string, compute: Compute): Promise<Estimate> {
  const base = await openBaseModel(basePath)
  if ((await base.hash()) !== recipe.base.hash)
    throw new HearthError(
      'RECIPE_MISMATCH',
      `the model at ${basePath} is another one than the recipe’s ${recipe.base.name}`,
      { field: 'base.hash' },
    )
  const loaded = await loadModel(base, recipe)
  assertSameEngine(loaded.model, recipe)
  await checkBackend(recipe.engine.profile)
  const data = randomData(recipe, loaded.model.architecture.vocabulary)
  return measureRun(
    { recipe: { ...recipe, data: { ...recipe.data, sequences: data.sequences.length, heldOut: 0 } }, data, loaded },
    compute,
  )
}

async function measureRun(run: OpenedRun, compute: Compute): Promise<Estimate> {
  const { recipe, data, loaded } = run
  const plan = planOf(run)
  const executor = await createExecutor({ ...compute, ...runOptions(recipe, compute), ...loaded }, plan)
  try {
    const runner = new StepRunner(recipe, data, loaded, executor)
    let [begun, before] = [performance.now(), await processorEnergy()]
    const { next } = await runner.step(startOf(recipe, loaded))
    // The second step is the warm one; a recipe of a single step is timed by that, for its schedule ends with it.
    if (recipe.steps > 1) {
      ;[begun, before] = [performance.now(), await processorEnergy()]
      await runner.step(next)
    }
    const secondsPerStep = (performance.now() - begun) / 1000
    const after = await processorEnergy()
    const joulesPerStep = before === null || after === null || after < before ? null : after - before
    const checkpointBytes = 44 + 12 * loaded.model.layout.total
    return {
      trained: loaded.model.layout.total,
      plan,
      memoryBytes: Math.round(memoryOf(loaded.model, weightBytes(loaded.weights), plan)),
      checkpointBytes,
      diskBytes: checkpointBytes * (recipe.steps / recipe.checkpointEvery + 1),
      tokensPerStep: recipe.batch.sequences * recipe.batch.accumulation * recipe.data.sequenceLength,
      secondsPerStep,
      seconds: secondsPerStep * recipe.steps,
      joules: joulesPerStep === null ? null : joulesPerStep * recipe.steps,
    }
  } finally {
    await executor.release()
  }
}

export interface TrainResult {
  /** Whether the run is over, rather than at a milestone. */
  readonly ended: boolean
  readonly step: number
  readonly heldOutLoss: number | null
  /** Held-out loss before the first step: the base model's own. */
  readonly baseLoss: number | null
}

/** What works in a folder at present, by folder. */
const atWork = new Map<string, Promise<void>>()

/** Waits for what works in a folder: a run that was told to stop still finishes its step, and may write a checkpoint. */
async function* alone<T, R>(folder: string, run: () => AsyncGenerator<T, R>): AsyncGenerator<T, R> {
  const before = atWork.get(folder)
  const { promise, resolve } = Promise.withResolvers<void>()
  atWork.set(folder, promise)
  try {
    await before
    return yield* run()
  } finally {
    if (atWork.get(folder) === promise) atWork.delete(folder)
    resolve()
  }
}

/** Runs a recipe from its last checkpoint to a milestone or its end, where it writes the adapter. */
export const trainRun = (
  folder: string,
  base: string,
  compute: Compute,
  wantedPlan: Plan | null,
  until: number | null = null,
): AsyncGenerator<LogEntry, TrainResult> => alone(folder, () => runInFolder(folder, base, compute, wantedPlan, until))

async function* runInFolder(
  folder: string,
  base: string,
  compute: Compute,
  wantedPlan: Plan | null,
  until: number | null,
): AsyncGenerator<LogEntry, TrainResult> {
  const files = runFiles(folder)
  const run = await openRun(await readRecipe(files.recipe), files.data, base)
  const { recipe, loaded } = run
  const options = runOptions(recipe, compute)
  const last = yield* train({ ...run, ...compute, ...options, folder, plan: wantedPlan ?? planOf(run), until })
  const log = await readLog(files.log)
  const ended = last.step === recipe.steps || exhausted(log, recipe)
  if (ended) await writeAdapter(files.adapter, recipe, loaded.model, last.parameters, options)
  const evaluations = log.filter((entry) => entry.kind === 'evaluation')
  return {
    ended,
    step: last.step,
    heldOutLoss: evaluations.at(-1)?.heldOutLoss ?? null,
    baseLoss: evaluations[0]?.heldOutLoss ?? null,
  }
}

export const commitment = async (folder: string): Promise<Commitment> =>
  (await commit(new CheckpointStore(runFiles(folder).checkpoints))).commitment

/** @param from the checkpoint that the proof begins at; null for the last, which packs that one alone */
export async function bundle(
  folder: string,
  beacon: string,
  out: string,
  from: number | null = 0,
): Promise<{ bytes: number; segments: number[] }> {
  const files = runFiles(folder)
  const recipe = await readRecipe(files.recipe)
  const store = new CheckpointStore(files.checkpoints)
  return writeBundle(out, {
    store,
    recipe,
    log: await readLog(files.log),
    beacon,
    processor: await processorClass(recipe.engine.profile),
    from: from ?? (await store.steps()).length - 1,
  })
}

export async function verify(
  bundlePath: string,
  base: string,
  dataPath: string,
  compute: Compute,
  expected: Expectation | null = null,
): Promise<Verdict> {
  const opened = await readBundle(bundlePath)
  const { recipe } = opened.header
  const run = await openRun(recipe, dataPath, base)
  return verifyBundle({
    ...run,
    ...compute,
    ...runOptions(recipe, compute),
    bundle: opened,
    plan: planOf(run),
    expected,
  })
}

/** Lets a run's folder go on from the last checkpoint of a bundle, with the history that led there. */
export async function adopt(
  bundlePath: string,
  folder: string,
): Promise<{ step: number; hash: string; ended: boolean }> {
  const { header, checkpoints } = await readBundle(bundlePath)
  const files = runFiles(folder)
  const last = checkpoints.get(header.commitment.checkpoints - 1)
  if (!last || recipeHash(header.recipe) !== recipeHash(await readRecipe(files.recipe)))
    throw new HearthError('PROOF_FAILED', 'the checkpoint is of another run')
  await mkdir(folder, { recursive: true })
  const log = header.log.filter(({ step }) => step <= last.step)
  await writeLog(files.log, log)
  await new CheckpointStore(files.checkpoints).write(last)
  return {
    step: last.step,
    hash: hashCheckpoint(last).toString('hex'),
    ended: last.step === header.recipe.steps || exhausted(log, header.recipe),
  }
}

/** @throws HearthError DATASET_BROKEN, or RECIPE_MISMATCH where the data is not the one that the recipe names */
export async function readDataOf(recipe: Recipe, dataPath: string): Promise<PreparedData> {
  const data = await readPrepared(dataPath)
  if (dataRoot(data.sequences) !== recipe.data.root || data.heldOut !== recipe.data.heldOut)
    throw new HearthError('RECIPE_MISMATCH', 'the prepared data is not the recipe’s', { field: 'data.root' })
  return data
}

/** An adapter folder laid over its base. */
async function openAdapter(basePath: string, adapterFolder: string) {
  const base = await openBaseModel(basePath)
  const architecture = architectureOf(base.config, 8)
  const adapter = await readPeft(adapterFolder, architecture)
  const layout = layoutOf(adapterOf(adapter.method, architecture), architecture, null)
  return {
    base,
    baseFolder: basePath,
    architecture,
    layout,
    method: adapter.method,
    byLayer: flattenAdapter(adapter, { architecture, layout }),
  }
}

/** Folds an adapter into its base. @param format a Hugging Face folder, or a GGUF file with matrices of that precision */
export async function merge(
  base: string,
  adapter: string,
  out: string,
  format: 'safetensors' | 'gguf' | 'gguf-f16',
): Promise<void> {
  const parts = await openAdapter(base, adapter)
  if (format === 'safetensors') await writeMergedFolder(out, parts)
  else await writeGgufModel(out, parts, format === 'gguf' ? 'f32' : 'f16')
}

/** Writes a model as it is for llama.cpp, its matrices in half precision. */
export async function toGguf(basePath: string, out: string): Promise<void> {
  const base = await openBaseModel(basePath)
  const architecture = architectureOf(base.config, 8)
  const nothing: Method = { kind: 'lora', rank: 1, alpha: 1, dropout: 0, targets: [] }
  await writeGgufModel(
    out,
    {
      base,
      baseFolder: basePath,
      architecture,
      layout: layoutOf(adapterOf(nothing, architecture), architecture, null),
      method: nothing,
      byLayer: new Float32Array(0),
    },
    'f16',
  )
}

export async function convert(base: string, adapter: string, out: string): Promise<{ bytes: number }> {
  const { architecture, layout, method, byLayer } = await openAdapter(base, adapter)
  const bytes = encodeGgufLora(architecture, layout, method, byLayer)
  await writeFile(out, bytes)
  return { bytes: bytes.length }
}

export async function inspectAdapter(
  folder: string,
): Promise<{ kind: string; base: string; parameters: number; tensors: number; config: string }> {
  const text = await readFile(join(folder, 'adapter_config.json'), 'utf8').catch((error: Error) => {
    throw new HearthError('NOT_FOUND', `there is no adapter in ${folder}`, {}, { cause: error })
  })
  const config = z
    .looseObject({
      peft_type: z.string(),
      base_model_name_or_path: z.string().nullish(),
      use_dora: z.boolean().optional(),
    })
    .parse(JSON.parse(text))
  const file = await SafetensorsFile.open(join(folder, 'adapter_model.safetensors'))
  const parameters = [...file.entries.values()].reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)
  await file.close()
  return {
    kind: config.use_dora ? 'DORA' : config.peft_type,
    base: config.base_model_name_or_path ?? '',
    parameters,
    tensors: file.entries.size,
    config: text,
  }
}
