import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { BaselineResult } from '../../common/model/baseline.ts'
import type { Recipe } from '../../common/model/recipe.ts'
import { floats, integers, Session, type RunOptions } from '../trainer/executor/session.ts'
import { profiles } from '../trainer/graph/profile.ts'
import { adamw } from '../trainer/optimizer/adamw.ts'
import { Random } from '../trainer/random.ts'
import { classMetrics, valueMetrics } from './metrics.ts'
import { finishedGraph, layersOf, outputGraph, startingNet, trainingGraph, type NetShape } from './mlp.ts'
import type { PreparedTable, Split } from './prepare.ts'

const HIDDEN: Readonly<Record<BaselineResult['model'], readonly number[]>> = { perceptron: [], mlp: [64, 32] }
const MOST_ROWS = 64
const MOST_EPOCHS = 300
/** Epochs without a lower validation loss after which it ends. */
const PATIENCE = 25
const OPTIMISER: Recipe['optimiser'] = {
  kind: 'adamw',
  learningRate: 1e-2,
  beta1: 0.9,
  beta2: 0.999,
  epsilon: 1e-8,
  weightDecay: 1e-4,
  clip: 1,
}

export interface BaselineOptions extends RunOptions {
  readonly model: BaselineResult['model']
  readonly seed: string
  readonly yieldToEventLoop: () => Promise<void>
}

/**
 * Trains a perceptron or a small net on a prepared table, with the graphs and the optimiser that adapters are trained
 * with: what anything cleverer has to beat. Keeps the net of the best validation loss and writes it as ONNX.
 */
export async function* trainBaseline(
  folder: string,
  table: PreparedTable,
  options: BaselineOptions,
): AsyncGenerator<BaselineResult['losses'][number], BaselineResult> {
  const { splits, classes, features } = table
  const shape: NetShape = {
    inputs: features.length,
    hidden: HIDDEN[options.model],
    outputs: classes?.length ?? 1,
    classifies: classes !== null,
  }
  const profile = profiles[options.backend]
  const rows = Math.min(MOST_ROWS, splits.train.rows)
  const training = await Session.create(trainingGraph(shape, rows, profile), options)
  const output = await Session.create(outputGraph(shape, rows, profile), options)
  try {
    const { total } = layersOf(shape)
    const state = {
      parameters: startingNet(shape, options.seed),
      first: new Float32Array(total),
      second: new Float32Array(total),
    }
    const losses: BaselineResult['losses'] = []
    let [best, bestEpoch, step] = [state.parameters.slice(), 0, 0]
    let least = Infinity
    for (let epoch = 1; epoch <= MOST_EPOCHS && epoch - bestEpoch <= PATIENCE; epoch++) {
      const order = new Random(`order/${options.seed}/${epoch}`).shuffle(
        Array.from({ length: splits.train.rows }, (_, i) => i),
      )
      let sum = 0
      for (let from = 0; from < order.length; from += rows) {
        const members = order.slice(from, from + rows)
        const { loss, gradient } = await training.run(feedsOf(shape, rows, splits.train, members, state.parameters))
        sum += (loss!.data as Float32Array)[0]! * members.length
        adamw(state, gradient!.data as Float32Array, ++step, OPTIMISER.learningRate, OPTIMISER)
        await options.yieldToEventLoop()
      }
      const validation =
        splits.validation.rows > 0 ? await lossOf(training, shape, rows, splits.validation, state.parameters) : null
      const entry = { epoch, train: sum / order.length, validation }
      losses.push(entry)
      if ((validation ?? entry.train) < least)
        [least, best, bestEpoch] = [validation ?? entry.train, state.parameters.slice(), epoch]
      yield entry
    }
    await writeFile(join(folder, 'model.onnx'), finishedGraph(shape, best, profiles.cpu).encode())
    const seen = splits.test.rows === 0
    const judged = seen ? splits.train : splits.test
    const outputs = await outputsOf(output, shape, rows, judged, best)
    const test = classes
      ? classMetrics(outputs, judged.y, classes.length)
      : valueMetrics(outputs, judged.y, table.target.deviation)
    return {
      model: options.model,
      features: features.length,
      parameters: total,
      classes: classes && [...classes],
      bestEpoch,
      epochs: losses.length,
      losses,
      test,
      seen,
    }
  } finally {
    await training.release()
    await output.release()
  }
}

/** A batch of a fixed number of rows; where fewer are left, the rest weigh nothing. */
function feedsOf(
  { inputs, classifies }: NetShape,
  rows: number,
  { x, y }: Split,
  members: readonly number[],
  parameters: Float32Array,
) {
  const batch = new Float32Array(rows * inputs)
  const weights = new Float32Array(rows)
  const goals = new Float32Array(rows)
  for (const [i, member] of members.entries()) {
    batch.set(x.subarray(member * inputs, (member + 1) * inputs), i * inputs)
    weights[i] = 1 / members.length
    goals[i] = y[member]!
  }
  return {
    x: floats(batch, [rows, inputs]),
    parameters: floats(parameters, [parameters.length]),
    weights: floats(weights, [rows, 1]),
    ...(classifies ? { labels: integers(Int32Array.from(goals)) } : { targets: floats(goals, [rows, 1]) }),
  }
}

async function lossOf(
  session: Session,
  shape: NetShape,
  rows: number,
  split: Split,
  parameters: Float32Array,
): Promise<number> {
  let sum = 0
  for (let from = 0; from < split.rows; from += rows) {
    const members = Array.from({ length: Math.min(rows, split.rows - from) }, (_, i) => from + i)
    const { loss } = await session.run(feedsOf(shape, rows, split, members, parameters))
    sum += (loss!.data as Float32Array)[0]! * members.length
  }
  return sum / split.rows
}

async function outputsOf(
  session: Session,
  shape: NetShape,
  rows: number,
  split: Split,
  parameters: Float32Array,
): Promise<Float32Array> {
  const outputs = new Float32Array(split.rows * shape.outputs)
  for (let from = 0; from < split.rows; from += rows) {
    const members = Array.from({ length: Math.min(rows, split.rows - from) }, (_, i) => from + i)
    const { x, parameters: net } = feedsOf(shape, rows, split, members, parameters)
    const { y } = await session.run({ x, parameters: net })
    outputs.set((y!.data as Float32Array).subarray(0, members.length * shape.outputs), from * shape.outputs)
  }
  return outputs
}
