import { createHash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import { Pipeline } from '../../common/model/pipeline.ts'
import { HearthError } from '../../common/errors/index.ts'
import { encodeSafetensors, SafetensorsFile, type NamedTensor } from '../trainer/formats/safetensors.ts'
import { Random } from '../trainer/random.ts'
import { columnOf, featuresOf, fitColumn, transform, type Fitted } from './fit.ts'
import { byCount, countsOf, moments } from './profile.ts'
import { numberOf, type Table } from './table.ts'

export const parts = ['train', 'validation', 'test'] as const
export type Part = (typeof parts)[number]

/** Rows of features and their targets. Targets are class numbers, or values brought to mean 0 and deviation 1. */
export interface Split {
  readonly rows: number
  /** [rows, features] */
  readonly x: Float32Array
  readonly y: Float32Array
}

export interface PreparedTable {
  readonly features: readonly string[]
  /** Names of the classes; null where a value is foretold. */
  readonly classes: readonly string[] | null
  /** What turns a foretold value back into the target's own units. */
  readonly target: { readonly name: string; readonly mean: number; readonly deviation: number }
  readonly fitted: readonly Fitted[]
  readonly splits: Readonly<Record<Part, Split>>
}

const MAX_FLOATS = 2 ** 28
const MAX_CLASSES = 1000

/**
 * Turns a table into tensors: leaves rows out that miss what they must have, splits the rest by the seed, learns from
 * the training rows alone what each treatment needs, and applies it to all.
 */
export function prepareTable({ rows, columns }: Table, pipeline: Pipeline): PreparedTable {
  const column = (name: string) => columnOf(columns, pipeline, name)
  const target = pipeline.columns.find(({ use }) => use === 'target')!
  const features = pipeline.columns.filter(({ use }) => use === 'feature')
  // A row without its target teaches nothing, whatever the pipeline says of missing values.
  const needed = [
    column(target.name),
    ...features.filter(({ missing }) => missing === 'drop').map(({ name }) => column(name)),
  ]
  const kept = Array.from({ length: rows }, (_, i) => i).filter((i) => needed.every((cells) => cells[i] !== null))
  const rowsOf = split(kept, pipeline)
  const fitted = features.map((feature) =>
    fitColumn(
      feature,
      rowsOf.train.map((i) => column(feature.name)[i]!),
    ),
  )
  const names = fitted.flatMap(featuresOf)
  if (kept.length * names.length > MAX_FLOATS)
    throw new HearthError(
      'DATASET_BROKEN',
      `${kept.length} rows of ${names.length} features are too many; tell fewer categories apart`,
      { features: names.length },
    )
  const goal = fitTarget(
    target.kind,
    target.name,
    rowsOf.train.map((i) => column(target.name)[i]!),
  )
  const make = (members: readonly number[]): Split => {
    const x = new Float32Array(members.length * names.length)
    const y = new Float32Array(members.length)
    for (const [row, i] of members.entries()) {
      let at = row * names.length
      for (const item of fitted) {
        transform(item, column(item.name)[i]!, x, at)
        at += widthOf(item)
      }
      y[row] = goal.of(column(target.name)[i]!)
    }
    return { rows: members.length, x, y }
  }
  return {
    features: names,
    classes: goal.classes,
    target: { name: target.name, mean: goal.mean, deviation: goal.deviation },
    fitted,
    splits: { train: make(rowsOf.train), validation: make(rowsOf.validation), test: make(rowsOf.test) },
  }
}

const widthOf = (fitted: Fitted): number =>
  fitted.kind === 'number' ? 1 : fitted.kind === 'text' ? fitted.size : featuresOf(fitted).length

function split(kept: readonly number[], { split: { validation, test, seed } }: Pipeline): Record<Part, number[]> {
  const order = new Random(`split/${seed}`).shuffle([...kept])
  const [ofTest, ofValidation] = [Math.round(order.length * test), Math.round(order.length * validation)]
  const train = order.slice(ofTest + ofValidation)
  if (train.length < 2)
    throw new HearthError(
      'DATASET_BROKEN',
      `${kept.length} rows are left after those that miss a value; that is too few to train on`,
      { rows: kept.length },
    )
  return { test: order.slice(0, ofTest), validation: order.slice(ofTest, ofTest + ofValidation), train }
}

interface Goal {
  readonly classes: readonly string[] | null
  readonly mean: number
  readonly deviation: number
  readonly of: (cell: string) => number
}

function fitTarget(kind: 'number' | 'category' | 'text', name: string, cells: readonly string[]): Goal {
  if (kind === 'number') {
    const value = (cell: string): number => {
      const number = numberOf(cell)
      if (number === null)
        throw new HearthError(
          'DATASET_BROKEN',
          `the target “${name}” is to be a number, but holds “${cell.slice(0, 60)}”`,
          { column: name },
        )
      return number
    }
    const { mean, deviation } = moments(cells.map(value))
    if (deviation === 0)
      throw new HearthError('DATASET_BROKEN', `the target “${name}” is the same in every row`, { column: name })
    return { classes: null, mean, deviation, of: (cell) => (value(cell) - mean) / deviation }
  }
  const classes = byCount(countsOf(cells)).map(([value]) => value)
  if (classes.length < 2)
    throw new HearthError('DATASET_BROKEN', `the target “${name}” is the same in every row`, { column: name })
  if (classes.length > MAX_CLASSES)
    throw new HearthError('DATASET_BROKEN', `the target “${name}” has ${classes.length} classes; is it a number?`, {
      column: name,
    })
  return {
    classes,
    mean: 0,
    deviation: 1,
    of: (cell) => {
      const found = classes.indexOf(cell)
      if (found < 0)
        throw new HearthError(
          'DATASET_BROKEN',
          `the class “${cell.slice(0, 60)}” of “${name}” is in no row to train on; it is too rare`,
          { column: name },
        )
      return found
    },
  }
}

const Meta = z.strictObject({
  pipeline: Pipeline,
  features: z.array(z.string()),
  classes: z.array(z.string()).nullable(),
  target: z.strictObject({ name: z.string(), mean: z.number(), deviation: z.number() }),
  fitted: z.array(z.looseObject({ name: z.string() })),
  sha256: z.string(),
})
const files = (folder: string) => ({
  tensors: join(folder, 'tensors.safetensors'),
  meta: join(folder, 'pipeline.json'),
})

/** Writes the tensors and what was learnt about each column. The hash says whether two tables became the same. */
export async function writePreparedTable(
  folder: string,
  pipeline: Pipeline,
  { features, classes, target, fitted, splits }: PreparedTable,
): Promise<string> {
  await mkdir(folder, { recursive: true })
  const tensors = parts.flatMap((part): NamedTensor[] => {
    const { rows, x, y } = splits[part]
    return [
      { name: `${part}.x`, shape: [rows, features.length], data: x },
      { name: `${part}.y`, shape: [rows], data: y },
    ]
  })
  const bytes = encodeSafetensors(tensors)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  await writeFile(files(folder).tensors, bytes)
  await writeFile(
    files(folder).meta,
    `${JSON.stringify({ pipeline, features, classes, target, fitted, sha256 }, null, 2)}\n`,
  )
  return sha256
}

export async function readPreparedTable(folder: string): Promise<PreparedTable> {
  const text = await readFile(files(folder).meta, 'utf8').catch((error: Error) => {
    throw new HearthError('NOT_FOUND', `there is no prepared table in ${folder}`, {}, { cause: error })
  })
  const { features, classes, target, fitted } = Meta.parse(JSON.parse(text))
  const tensors = await SafetensorsFile.open(files(folder).tensors)
  try {
    const read = async (part: Part): Promise<Split> => {
      const [x, y] = [await tensors.read(`${part}.x`), await tensors.read(`${part}.y`)]
      return { rows: y.length, x, y }
    }
    return {
      features,
      classes,
      target,
      fitted: fitted as unknown as Fitted[],
      splits: { train: await read('train'), validation: await read('validation'), test: await read('test') },
    }
  } finally {
    await tensors.close()
  }
}
