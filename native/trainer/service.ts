import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import type { BaseInfo, DataReport, Estimate, Expectation, Verdict } from '../../common/children/trainer.ts'
import type { DataLook } from '../../common/model/data-look.ts'
import type { ProofFacts } from '../../common/model/proof.ts'
import { recipeHash, type Recipe, type RecipeRequest } from '../../common/model/recipe.ts'
import type { LogEntry } from '../../common/model/training.ts'
import { HearthError } from '../../common/errors/index.ts'
import { sampleSegments } from '../../main/core/sample-segments.ts'
import { openBaseModel } from './base/open.ts'
import { layersOf, moduleNames, weightSpecs } from './models/architecture.ts'
import { models, type ModelRegistry } from './models/registry.ts'
import { randomData } from './data/random-data.ts'
import { assertInRange, dataRoot, readPrepared, writePrepared, type PreparedData } from './data/prepared-file.ts'
import { lookAtData } from './data/look.ts'
import { prepareData } from './data/prepare.ts'
import { TextTokenizer } from './data/tokenizer.ts'
import { TEMPLATE_FILE } from './data/tokenizer-files.ts'
import { createExecutor } from './executor/create.ts'
import { checkBackend } from './executor/self-check.ts'
import type { BaseModel } from './base/model-folder.ts'
import type { Plan } from './executor/executor.ts'
import type { RunOptions } from './executor/session.ts'
import { readPeft } from './formats/peft-read.ts'
import { encodeGgufLora } from './formats/gguf-lora.ts'
import { SafetensorsFile } from './formats/safetensors.ts'
import { writeGgufModel, writeMergedFolder } from './export/merged-model.ts'
import { commit, type Commitment } from './proof/commitment.ts'
import { readBundle, writeBundle } from './proof/bundle.ts'
import { processorClass } from './proof/processor-class.ts'
import { verifyBundle } from './proof/verify.ts'
import { CheckpointStore, hashCheckpoint, type Checkpoint } from './run/checkpoint.ts'
import { assertSameEngine, engineOf, loadModel, type LoadedModel } from './run/engine-model.ts'
import { processorEnergy } from './run/energy.ts'
import { readLog, writeLog } from './run/log.ts'
import { choosePlan, memoryOf, weightBytes } from './run/plan.ts'
import { writeAdapter, writeSample } from './run/result.ts'
import { parseRecipe, readRecipe } from './run/recipe-file.ts'
import { exhausted, runFiles, startOf, StepRunner, train } from './run/train.ts'

/** Settings of the machine that computes; backend and threads are the recipe's. */
export interface Compute {
  readonly spin: boolean
  readonly yieldToEventLoop: () => Promise<void>
}

export async function inspectBase(path: string, registry: ModelRegistry = models): Promise<BaseInfo> {
  const base = await openBaseModel(path, registry)
  const architecture = base.config.architecture(8)
  return {
    name: base.name,
    type: architecture.type,
    hash: await base.hash(),
    layers: layersOf(architecture).length,
    width: architecture.width,
    vocabulary: architecture.vocabulary,
    context: architecture.context,
    parameters: [...weightSpecs(architecture).values()].reduce(
      (sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1),
      0,
    ),
    modules: [...moduleNames(architecture)],
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
  /** The chat template that a person chose by its name; the model's own without. */
  readonly template?: string | undefined
}

export async function prepare(
  { base, folder, template, ...options }: PrepareInput,
  onProgress: (rows: number) => void,
  registry: ModelRegistry = models,
): Promise<DataReport> {
  const { config } = await openBaseModel(base, registry)
  const architecture = config.architecture(options.sequenceLength)
  const tokenizer = await TextTokenizer.open(base, template ?? null)
  tokenizer.assertFits(architecture.vocabulary)
  const { data, report } = await prepareData({ ...options, tokenizer, onProgress })
  await mkdir(folder, { recursive: true })
  await writePrepared(runFiles(folder).data, data)
  const { template: chosen } = runFiles(folder)
  if (tokenizer.chosenTemplate === null) await rm(chosen, { force: true })
  else await writeFile(chosen, tokenizer.chosenTemplate)
  return {
    ...report,
    classes: report.classes === null ? null : [...report.classes],
    root: dataRoot(data.sequences),
    sequences: data.sequences.length,
    heldOut: data.heldOut,
  }
}

export type LookInput = Omit<PrepareInput, 'folder' | 'heldOutShare' | 'seed'>

/** The first rows of data, as `prepare` reads them. */
export async function look(
  { base, template, sequenceLength, ...options }: LookInput,
  pause: () => Promise<void>,
  registry: ModelRegistry = models,
): Promise<DataLook> {
  const { context, vocabulary } = (await openBaseModel(base, registry)).config.architecture(8)
  const tokenizer = await TextTokenizer.open(base, template ?? null)
  tokenizer.assertFits(vocabulary)
  return lookAtData({ ...options, tokenizer, sequenceLength: Math.min(sequenceLength, context), pause })
}

export interface ComposeInput {
  readonly folder: string
  readonly base: string
  readonly seed: string
  readonly profile: 'cpu' | 'webgpu'
  readonly threads: number
  readonly wish: RecipeRequest
}

/** Completes a request into a recipe, which fixes everything, and writes it into the run's folder. */
export async function compose(
  { folder, base, seed, profile, threads, wish: request }: ComposeInput,
  registry: ModelRegistry = models,
): Promise<{ recipe: Recipe; hash: string }> {
  const data = await readPrepared(runFiles(folder).data)
  const model = await openBaseModel(base, registry)
  const { format, batch, ...rest } = request
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

/** Opens the base model that the recipe names. */
async function openBaseOf(recipe: Recipe, path: string, registry: ModelRegistry): Promise<BaseModel> {
  const base = await openBaseModel(path, registry)
  if ((await base.hash()) !== recipe.base.hash)
    throw new HearthError('RECIPE_MISMATCH', `the model at ${path} is not the recipe’s ${recipe.base.name}`, {
      field: 'base.hash',
    })
  return base
}

/** Reads a recipe's data and base model; refuses those of another recipe. */
async function openRun(
  recipe: Recipe,
  dataPath: string,
  basePath: string,
  registry: ModelRegistry,
): Promise<OpenedRun> {
  const base = await openBaseOf(recipe, basePath, registry)
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

/** Time, memory and energy of a run; the time is measured on one of its steps. */
export async function estimate(
  folder: string,
  base: string,
  compute: Compute,
  registry: ModelRegistry = models,
): Promise<Estimate> {
  const { recipe, data } = runFiles(folder)
  return measureRun(await openRun(await readRecipe(recipe), data, base, registry), compute)
}

/** The same before there is any data: measured on random tokens, because time does not depend on them. */
export async function quote(
  recipe: Recipe,
  basePath: string,
  compute: Compute,
  registry: ModelRegistry = models,
): Promise<Estimate> {
  const base = await openBaseOf(recipe, basePath, registry)
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
    // The first step warms up; a recipe of a single step is timed on it, because its schedule ends there.
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
  /** True at the end of the run, false at a milestone. */
  readonly ended: boolean
  readonly step: number
  readonly heldOutLoss: number | null
  /** Held-out loss before the first step: the base model's own. */
  readonly baseLoss: number | null
}

/** Runs in progress, by folder. */
const atWork = new Map<string, Promise<void>>()

/** Waits for the run in a folder: a cancelled run still finishes its step, and may write a checkpoint. */
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
  registry: ModelRegistry = models,
): AsyncGenerator<LogEntry, TrainResult> =>
  alone(folder, () => runInFolder(folder, base, compute, wantedPlan, until, registry))

async function* runInFolder(
  folder: string,
  base: string,
  compute: Compute,
  wantedPlan: Plan | null,
  until: number | null,
  registry: ModelRegistry,
): AsyncGenerator<LogEntry, TrainResult> {
  const files = runFiles(folder)
  const run = await openRun(await readRecipe(files.recipe), files.data, base, registry)
  const { recipe, loaded } = run
  const options = runOptions(recipe, compute)
  const onCheckpoint = ({ step, parameters }: Checkpoint): Promise<void> =>
    writeSample(files.samples, step, recipe, loaded.model, parameters, options)
  const last = yield* train({
    ...run,
    ...compute,
    ...options,
    folder,
    plan: wantedPlan ?? planOf(run),
    until,
    ...(existsSync(files.samples) ? { onCheckpoint } : {}),
  })
  const log = await readLog(files.log)
  const ended = last.step === recipe.steps || exhausted(log, recipe)
  if (ended) {
    await writeAdapter(files.adapter, recipe, loaded.model, last.parameters, options)
    const template = await readIfThere(files.template)
    if (template !== null) await writeFile(join(files.adapter, TEMPLATE_FILE), template)
  }
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

/** @param from the checkpoint that the proof begins at; null packs only the last one */
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

export async function inspectBundle(path: string): Promise<ProofFacts> {
  const { recipe, commitment, beacon, from, processor } = (await readBundle(path)).header
  const { root, checkpoints, step } = commitment
  const segments = sampleSegments(root, beacon, [from, checkpoints - 1], recipe.proof.segments)
  return { recipe, recipeHash: recipeHash(recipe), step, checkpoints, root, beacon, from, segments, processor }
}

export async function verify(
  bundlePath: string,
  base: string,
  dataPath: string,
  compute: Compute,
  expected: Expectation | null = null,
  registry: ModelRegistry = models,
): Promise<Verdict> {
  const opened = await readBundle(bundlePath)
  const { recipe } = opened.header
  const run = await openRun(recipe, dataPath, base, registry)
  return verifyBundle({
    ...run,
    ...compute,
    ...runOptions(recipe, compute),
    bundle: opened,
    plan: planOf(run),
    expected,
  })
}

/** Continues a run's folder from the last checkpoint of a bundle, with the history up to it. */
export async function adopt(
  bundlePath: string,
  folder: string,
): Promise<{ step: number; hash: string; ended: boolean }> {
  const { header, checkpoints } = await readBundle(bundlePath)
  const files = runFiles(folder)
  const last = checkpoints.get(header.commitment.checkpoints - 1)
  if (!last || recipeHash(header.recipe) !== recipeHash(await readRecipe(files.recipe)))
    throw new HearthError('PROOF_FAILED', 'the checkpoint belongs to another run')
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

/** @throws HearthError DATASET_BROKEN, or RECIPE_MISMATCH for other data than the recipe's */
export async function readDataOf(recipe: Recipe, dataPath: string): Promise<PreparedData> {
  const data = await readPrepared(dataPath)
  if (dataRoot(data.sequences) !== recipe.data.root || data.heldOut !== recipe.data.heldOut)
    throw new HearthError('RECIPE_MISMATCH', 'the prepared data does not match the recipe', { field: 'data.root' })
  return data
}

const readIfThere = (file: string): Promise<string | null> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })

/** Folds an adapter into its base. @param format a Hugging Face folder, or a GGUF file of float32 or half matrices */
export async function merge(
  basePath: string,
  adapterFolder: string,
  out: string,
  format: 'safetensors' | 'gguf' | 'gguf-f16',
  registry: ModelRegistry = models,
): Promise<void> {
  const base = await openBaseModel(basePath, registry)
  const adapter = await readPeft(adapterFolder, base.config.architecture(1))
  const template = await readIfThere(join(adapterFolder, TEMPLATE_FILE))
  const parts = { base, baseFolder: basePath, adapter, template }
  if (format === 'safetensors') await writeMergedFolder(out, parts)
  else await writeGgufModel(out, parts, format === 'gguf' ? 'f32' : 'f16')
}

/** Writes an unchanged model for llama.cpp, its matrices in half precision. */
export async function toGguf(basePath: string, out: string, registry: ModelRegistry = models): Promise<void> {
  const base = await openBaseModel(basePath, registry)
  await writeGgufModel(out, { base, baseFolder: basePath, adapter: null }, 'f16')
}

/** Writes a PEFT adapter for llama.cpp. */
export async function convert(
  basePath: string,
  adapterFolder: string,
  out: string,
  registry: ModelRegistry = models,
): Promise<{ bytes: number }> {
  const architecture = (await openBaseModel(basePath, registry)).config.architecture(1)
  const bytes = encodeGgufLora(architecture, await readPeft(adapterFolder, architecture))
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
