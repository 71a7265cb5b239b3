import { join } from 'node:path'
import type { Recipe } from '../../../common/model/recipe.ts'
import type { LogEntry } from '../../../common/model/training.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { startingPoint } from '../adapters/layout.ts'
import { BatchOrder, batchesOf } from '../data/batches.ts'
import type { PreparedData } from '../data/prepared-file.ts'
import { TEMPLATE_FILE } from '../data/tokenizer-files.ts'
import { createExecutor } from '../executor/create.ts'
import type { Executor, ExecutorOptions, Plan } from '../executor/executor.ts'
import { SteppedExecutor } from '../executor/stepped.ts'
import { adamw } from '../optimizer/adamw.ts'
import { learningRates } from '../optimizer/schedule.ts'
import { CheckpointStore, type Checkpoint } from './checkpoint.ts'
import type { LoadedModel } from './engine-model.ts'
import { RunLog } from './log.ts'

/** Paths in a run's folder. */
export const runFiles = (folder: string) => ({
  recipe: join(folder, 'recipe.json'),
  data: join(folder, 'data.htd'),
  settings: join(folder, 'run.json'),
  log: join(folder, 'log.jsonl'),
  checkpoints: join(folder, 'checkpoints'),
  adapter: join(folder, 'adapter'),
  /** Adapters of checkpoints, for whoever wants to hear them: written where this folder is there. */
  samples: join(folder, 'samples'),
  /** The chat template that was chosen for the data; not there for the model's own. */
  template: join(folder, TEMPLATE_FILE),
})

/** Computes a recipe's steps in order. Used for training and for the verifier's re-execution. */
export class StepRunner {
  readonly #recipe: Recipe
  readonly #data: PreparedData
  readonly #executor: Executor
  readonly #order: BatchOrder
  readonly #rates: Float64Array
  readonly #pool: 'first' | 'last'
  readonly #gradient: Float32Array

  constructor(recipe: Recipe, data: PreparedData, loaded: LoadedModel, executor: Executor) {
    this.#recipe = recipe
    this.#data = data
    this.#executor = executor
    this.#order = new BatchOrder(recipe, data)
    this.#rates = learningRates(recipe)
    this.#pool = loaded.model.architecture.classifier.pool
    this.#gradient = new Float32Array(loaded.model.layout.total)
  }

  /** Advances the state by one step, in place. */
  async step(
    state: Checkpoint,
  ): Promise<{ next: Checkpoint; loss: number; learningRate: number; gradientLength: number }> {
    const { step } = state
    this.#gradient.fill(0)
    let loss = 0
    for (const [micro, batch] of batchesOf(
      this.#order.of(step),
      this.#data,
      this.#recipe.classes?.length ?? null,
      this.#pool,
    ).entries()) {
      loss += await this.#executor.gradient(
        state.parameters,
        batch,
        { seed: this.#recipe.batch.seed, step, micro },
        this.#gradient,
      )
    }
    const learningRate = this.#rates[step]!
    const gradientLength = adamw(state, this.#gradient, step + 1, learningRate, this.#recipe.optimiser)
    if (!Number.isFinite(loss) || !Number.isFinite(gradientLength))
      throw new HearthError(
        'TRAINING_DIVERGED',
        `the loss of step ${step + 1} is ${loss}: the learning rate is too high for this model and data. ` +
          'Earlier checkpoints are kept.',
        { step: step + 1 },
      )
    return { next: { ...state, step: step + 1 }, loss, learningRate, gradientLength }
  }
}

/** The state before the first step. */
export function startOf(recipe: Recipe, { model, weights }: LoadedModel): Checkpoint {
  const parameters = startingPoint(model.layout, recipe.batch.seed, weights)
  return {
    step: 0,
    parameters,
    first: new Float32Array(parameters.length),
    second: new Float32Array(parameters.length),
  }
}

/** Mean loss per label over the held-out sequences; its exponential is the perplexity. Null without held-out data. */
export async function evaluate(
  executor: SteppedExecutor,
  parameters: Float32Array,
  recipe: Recipe,
  data: PreparedData,
  pool: 'first' | 'last',
): Promise<number | null> {
  if (data.heldOut === 0) return null
  const { sequences: size } = recipe.batch
  const first = data.sequences.length - data.heldOut
  let [sum, count] = [0, 0]
  for (let from = first; from < data.sequences.length; from += size) {
    // A graph has a fixed batch: the last batch is padded, and only its own rows count.
    const own = Array.from({ length: Math.min(size, data.sequences.length - from) }, (_, i) => from + i)
    const [batch] = batchesOf(
      [[...own, ...Array<number>(size - own.length).fill(from)]],
      data,
      recipe.classes?.length ?? null,
      pool,
    )
    const rows = (batch!.weights.length / size) * own.length
    const weights = batch!.weights.map((weight, i) => (i < rows && weight > 0 ? 1 : 0))
    count += weights.reduce((a, b) => a + b, 0)
    sum += await executor.loss(parameters, { ...batch!, weights })
  }
  return sum / Math.max(1, count)
}

export interface TrainOptions extends Omit<ExecutorOptions, 'model' | 'weights'> {
  readonly folder: string
  readonly recipe: Recipe
  readonly data: PreparedData
  readonly loaded: LoadedModel
  readonly plan: Plan
  /** The step of the checkpoint to stop at; null for the recipe's end. */
  readonly until: number | null
  /** Before a checkpoint is kept. */
  readonly onCheckpoint?: (state: Checkpoint) => Promise<void>
}

/**
 * Runs a recipe from its last intact checkpoint to a milestone or its end. Yields the lines of its log. A run that was
 * killed at any point and started again ends in the same bits.
 */
export async function* train(options: TrainOptions): AsyncGenerator<LogEntry, Checkpoint> {
  const { folder, recipe, data, loaded, plan, until } = options
  const files = runFiles(folder)
  const store = new CheckpointStore(files.checkpoints)
  const executorOptions: ExecutorOptions = { ...options, ...loaded }
  const executor = await createExecutor(executorOptions, plan)
  const evaluator = executor instanceof SteppedExecutor ? executor : new SteppedExecutor(executorOptions, 'recompute')
  try {
    let state = await store.latest()
    const keep = async (checkpoint: Checkpoint) => {
      await options.onCheckpoint?.(checkpoint)
      await store.write(checkpoint)
    }
    if (!state) {
      state = startOf(recipe, loaded)
      await keep(state)
    }
    const opened = await RunLog.open(files.log, state.step)
    await using log = opened.log
    const history = opened.entries
    const runner = new StepRunner(recipe, data, loaded, executor)
    const measure = async (step: number, parameters: Float32Array): Promise<LogEntry | null> => {
      const heldOutLoss = await evaluate(evaluator, parameters, recipe, data, loaded.model.architecture.classifier.pool)
      return heldOutLoss === null ? null : { kind: 'evaluation', step, heldOutLoss }
    }
    const record = async (entry: LogEntry) => {
      history.push(entry)
      await log.append(entry)
    }

    if (state.step === 0 && !history.some(({ kind }) => kind === 'evaluation')) {
      const before = await measure(0, state.parameters)
      if (before) {
        await record(before)
        yield before
      }
    }
    // A job is due up to its milestone: whose run it is ends it early, by losses that were checked.
    while (state.step < (until ?? recipe.steps) && (until !== null || !exhausted(history, recipe))) {
      const begun = performance.now()
      const { next, loss, learningRate, gradientLength } = await runner.step(state)
      state = next
      const entry: LogEntry = {
        kind: 'step',
        step: state.step,
        loss,
        learningRate,
        gradientLength,
        milliseconds: performance.now() - begun,
      }
      await record(entry)
      const evaluation =
        state.step % recipe.evaluateEvery === 0 || state.step === recipe.steps
          ? await measure(state.step, state.parameters)
          : null
      if (evaluation) await record(evaluation)
      if (state.step % recipe.checkpointEvery === 0) await keep(state)
      yield entry
      if (evaluation) yield evaluation
    }
    return state
  } finally {
    await executor.release()
    if (evaluator !== executor) await evaluator.release()
  }
}

/** True when the held-out loss has not improved for as many evaluations as the recipe's patience. */
export function exhausted(history: readonly LogEntry[], { patience }: Recipe): boolean {
  if (patience === null) return false
  const losses = history.flatMap((entry) => (entry.kind === 'evaluation' ? [entry.heldOutLoss] : []))
  const best = losses.indexOf(Math.min(...losses))
  return losses.length - 1 - best >= patience
}
