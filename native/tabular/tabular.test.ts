import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ort } from '../onnx/onnxruntime.ts'
import { Pipeline, suggestPipeline } from '../../common/model/pipeline.ts'
import type { BaselineResult, ClassMetrics, ValueMetrics } from '../../common/model/baseline.ts'
import { drain } from '../../main/core/streams.ts'
import { Session, floats, integers } from '../trainer/executor/session.ts'
import { profiles } from '../trainer/graph/profile.ts'
import { Random } from '../trainer/random.ts'
import { trainBaseline } from './baseline.ts'
import { classMetrics, valueMetrics } from './metrics.ts'
import { layersOf, startingNet, trainingGraph, type NetShape } from './mlp.ts'
import { prepareTable, readPreparedTable, writePreparedTable } from './prepare.ts'
import { profileTable } from './profile.ts'
import { readTable } from './table.ts'

let folder: string
beforeAll(async () => void (folder = await mkdtemp(join(tmpdir(), 'hearth-tabular-'))))
afterAll(() => rm(folder, { recursive: true }))
const file = async (name: string, text: string) => {
  await writeFile(join(folder, name), text)
  return join(folder, name)
}
const run = { backend: 'cpu', threads: 1, spin: false } as const
const compute = { ...run, seed: 'test', yieldToEventLoop: () => Promise.resolve() }

const people = [
  'age,city,note,pay',
  '30,Oslo,likes tea,100',
  '40,Rome,,200',
  'NA,Oslo,likes rain,300',
  '50,,likes tea,400',
  '60,Rome,likes sun,?',
  '70,Kyiv,no,600',
].join('\n')

describe('a profile', () => {
  test('tells kinds, missing values and figures of each column', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i},${i % 2 ? 'a' : 'b'},${i === 7 ? '' : i / 2}`)
    const {
      rows: count,
      columns,
      preview,
    } = profileTable(await readTable(await file('profile.csv', ['id,kind,half', ...rows].join('\n'))))
    expect(count).toBe(40)
    expect(columns.map(({ name, kind, missing, distinct }) => [name, kind, missing, distinct])).toEqual([
      ['id', 'number', 0, 40],
      ['kind', 'category', 0, 2],
      ['half', 'number', 1, 39],
    ])
    expect(columns[0]!.numbers).toMatchObject({ least: 0, most: 39, mean: 19.5, median: 19.5 })
    // Of 0…39: √((40² − 1) / 12).
    expect(columns[0]!.numbers!.deviation).toBeCloseTo(Math.sqrt(1599 / 12), 12)
    expect(columns[0]!.numbers!.histogram.reduce((a, b) => a + b, 0)).toBe(40)
    expect(columns[1]!.top).toEqual([
      { value: 'a', count: 20 },
      { value: 'b', count: 20 },
    ])
    expect(preview[7]).toEqual(['7', 'a', null])
  })

  test('reads rows that lack columns as missing values', async () => {
    const { columns } = profileTable(
      await readTable(await file('ragged.jsonl', '{"a":1}\n{"b":true}\n{"a":null,"b":false,"c":[1]}')),
    )
    expect(columns.map(({ name, missing }) => [name, missing])).toEqual([
      ['a', 2],
      ['b', 1],
      ['c', 2],
    ])
  })

  test.each([
    ['empty.csv', ''],
    ['head.csv', 'a,b'],
    ['empty.jsonl', '\n'],
  ])('refuses %s without rows', async (name, text) => {
    await expect(readTable(await file(name, text))).rejects.toMatchObject({ code: 'DATASET_BROKEN' })
  })
})

describe('a pipeline', () => {
  const column = (change: Partial<Pipeline['columns'][number]> & { name: string }): Pipeline['columns'][number] => ({
    use: 'feature',
    kind: 'number',
    missing: 'mean',
    scale: 'none',
    size: 8,
    ...change,
  })
  const all = (columns: Pipeline['columns']): Pipeline => ({
    version: 1,
    columns,
    split: { validation: 0, test: 0, seed: 's' },
  })

  test.each<[Pipeline['columns'][number]['missing'], number[]]>([
    ['mean', [30, 40, 50, 50, 70]],
    ['median', [30, 40, 45, 50, 70]],
    ['mode', [30, 40, 30, 50, 70]],
    ['drop', [30, 40, 50, 70]],
  ])('fills a missing number by %s, learnt from the rows that are kept', async (missing, ages) => {
    const table = await readTable(await file('people.csv', people))
    const { splits } = prepareTable(
      table,
      all([column({ name: 'age', missing }), column({ name: 'pay', use: 'target', missing: 'drop' })]),
    )
    // Row five lacks its target, so it is left out whatever is filled. The seed orders the rows.
    const expected = missing === 'mean' ? [30, 40, 47.5, 50, 70] : ages
    expect([...splits.train.x].sort((a, b) => a - b)).toEqual(expected.toSorted((a, b) => a - b))
  })

  test('gives each category its place, the missing and the rest theirs', async () => {
    const table = await readTable(await file('people.csv', people))
    const { features, splits } = prepareTable(
      table,
      all([
        column({ name: 'city', kind: 'category', missing: 'category', size: 2 }),
        column({ name: 'pay', use: 'target' }),
      ]),
    )
    expect(features).toEqual(['city=Oslo', 'city=Kyiv', 'city=(other)', 'city=(missing)'])
    const rows = Array.from({ length: splits.train.rows }, (_, i) =>
      Array.from(splits.train.x.subarray(4 * i, 4 * i + 4)),
    )
    expect(rows.every((row) => row.reduce((a, b) => a + b) === 1)).toBe(true)
    expect(rows.filter((row) => row[3] === 1)).toHaveLength(1)
    expect(rows.filter((row) => row[2] === 1)).toHaveLength(1)
  })

  test('brings numbers to mean 0 and deviation 1, or to 0…1; a constant becomes 0', async () => {
    const table = await readTable(
      await file('scale.csv', ['a,b,c,y', ...Array.from({ length: 20 }, (_, i) => `${i},${i * 3},7,${i}`)].join('\n')),
    )
    const {
      splits: { train },
    } = prepareTable(
      table,
      all([
        column({ name: 'a', scale: 'standard' }),
        column({ name: 'b', scale: 'range' }),
        column({ name: 'c', scale: 'standard' }),
        column({ name: 'y', use: 'target' }),
      ]),
    )
    const values = (k: number) => Array.from({ length: 20 }, (_, i) => train.x[3 * i + k]!)
    expect(values(0).reduce((a, b) => a + b) / 20).toBeCloseTo(0, 6)
    expect(Math.sqrt(values(0).reduce((sum, v) => sum + v * v, 0) / 20)).toBeCloseTo(1, 6)
    expect([Math.min(...values(1)), Math.max(...values(1))]).toEqual([0, 1])
    expect(new Set(values(2))).toEqual(new Set([0]))
  })

  test('lets nothing leak from rows that are not trained on, and gives the same bytes again', async () => {
    const table = await readTable(
      await file(
        'leak.csv',
        ['x,y', ...Array.from({ length: 100 }, (_, i) => `${i === 50 ? 1e6 : i},${i}`)].join('\n'),
      ),
    )
    const pipeline = (seed: string): Pipeline => ({
      version: 1,
      columns: [column({ name: 'x', scale: 'standard' }), column({ name: 'y', use: 'target' })],
      split: { validation: 0.2, test: 0.2, seed },
    })
    const prepared = prepareTable(table, pipeline('one'))
    expect([prepared.splits.train.rows, prepared.splits.validation.rows, prepared.splits.test.rows]).toEqual([
      60, 20, 20,
    ])
    const hash = await writePreparedTable(join(folder, 'one'), pipeline('one'), prepared)
    expect(await writePreparedTable(join(folder, 'again'), pipeline('one'), prepareTable(table, pipeline('one')))).toBe(
      hash,
    )
    expect(
      await writePreparedTable(join(folder, 'two'), pipeline('two'), prepareTable(table, pipeline('two'))),
    ).not.toBe(hash)
    expect((await readPreparedTable(join(folder, 'one'))).splits.test.x).toEqual(prepared.splits.test.x)
    // The mean and deviation are those of the training rows: over them, and them alone, they come out as 0 and 1.
    const { x } = prepared.splits.train
    expect(x.reduce((a, b) => a + b) / x.length).toBeCloseTo(0, 5)
  })

  test('refuses what it cannot do in words', async () => {
    const table = await readTable(await file('people.csv', people))
    const refusal = (columns: Pipeline['columns']) => {
      try {
        prepareTable(table, all(columns))
        return 'none'
      } catch (error) {
        return (error as Error).message
      }
    }
    expect(refusal([column({ name: 'height' }), column({ name: 'pay', use: 'target' })])).toContain(
      'has no column “height”',
    )
    expect(refusal([column({ name: 'city' }), column({ name: 'pay', use: 'target' })])).toContain(
      'is to be a number, but holds “',
    )
    expect(refusal([column({ name: 'age' }), column({ name: 'note', use: 'target', kind: 'number' })])).toContain(
      'the target “note” is to be a number',
    )
    expect(Pipeline.safeParse(all([column({ name: 'age' })])).success).toBe(false)
    expect(Pipeline.safeParse(all([column({ name: 'age' }), column({ name: 'age', use: 'target' })])).success).toBe(
      false,
    )
    expect(
      Pipeline.safeParse({ ...all([column({ name: 'age' }), column({ name: 'pay', use: 'target' })]), speed: 1 })
        .success,
    ).toBe(false)
  })
})

/** An MLP with SiLU in plain float64, written apart from the graphs. */
function referenceLoss(
  { inputs, hidden, outputs, classifies }: NetShape,
  parameters: Float64Array,
  x: Float32Array,
  y: Float32Array,
): number {
  const widths = [inputs, ...hidden, outputs]
  let loss = 0
  for (let row = 0; row < y.length; row++) {
    let h = Array.from(x.subarray(row * inputs, (row + 1) * inputs))
    let at = 0
    for (let layer = 1; layer < widths.length; layer++) {
      const [from, to] = [widths[layer - 1]!, widths[layer]!]
      const z = Array.from({ length: to }, (_, j) =>
        h.reduce((sum, value, i) => sum + value * parameters[at + j * from + i]!, parameters[at + from * to + j]!),
      )
      at += from * to + to
      h = layer < widths.length - 1 ? z.map((value) => value / (1 + Math.exp(-value))) : z
    }
    loss += classifies
      ? Math.log(h.reduce((sum, value) => sum + Math.exp(value), 0)) - h[y[row]!]!
      : 0.5 * (h[0]! - y[row]!) ** 2
  }
  return loss / y.length
}

describe('the baseline', () => {
  test.each<[string, NetShape]>([
    ['a perceptron of classes', { inputs: 5, hidden: [], outputs: 3, classifies: true }],
    ['a net of classes', { inputs: 5, hidden: [7, 4], outputs: 3, classifies: true }],
    ['a net of a value', { inputs: 5, hidden: [7], outputs: 1, classifies: false }],
  ])('%s has the gradient of finite differences in float64', async (_name, shape) => {
    const random = new Random('gradient')
    const rows = 6
    const x = Float32Array.from({ length: rows * shape.inputs }, () => random.normal())
    const y = Float32Array.from({ length: rows }, () =>
      shape.classifies ? random.below(shape.outputs) : random.normal(),
    )
    const parameters = startingNet(shape, 'gradient').map((value) => value + 0.1 * random.normal())
    const session = await Session.create(trainingGraph(shape, rows, profiles.cpu), run)
    const { loss, gradient } = await session.run({
      x: floats(x, [rows, shape.inputs]),
      parameters: floats(parameters, [parameters.length]),
      weights: floats(new Float32Array(rows).fill(1 / rows), [rows, 1]),
      ...(shape.classifies ? { labels: integers(Int32Array.from(y)) } : { targets: floats(y, [rows, 1]) }),
    })
    await session.release()
    const at = Float64Array.from(parameters)
    expect((loss!.data as Float32Array)[0]).toBeCloseTo(referenceLoss(shape, at, x, y), 5)
    const step = 1e-5
    const differences = at.map(
      (_, i) =>
        (referenceLoss(shape, at.with(i, at[i]! + step), x, y) -
          referenceLoss(shape, at.with(i, at[i]! - step), x, y)) /
        (2 * step),
    )
    const own = gradient!.data as Float32Array
    const distance = Math.hypot(...differences.map((value, i) => value - own[i]!)) / Math.hypot(...differences)
    expect(distance, `relative distance ${distance}`).toBeLessThan(2e-6)
    expect(own).toHaveLength(layersOf(shape).total)
  })

  const train = async (name: string, text: string, target: string, model: BaselineResult['model']) => {
    const table = await readTable(await file(`${name}.csv`, text))
    const pipeline = suggestPipeline(profileTable(table), target, 'seed')
    const prepared = prepareTable(table, pipeline)
    const out = join(folder, `${name}-${model}`)
    await writePreparedTable(out, pipeline, prepared)
    return { out, prepared, result: await drain(trainBaseline(out, prepared, { ...compute, model })) }
  }
  const points = (label: (x: number, y: number) => string | number) => {
    const random = new Random('points')
    return [
      'x,y,label',
      ...Array.from({ length: 400 }, () => [random.normal(), random.normal()] as const).map(
        ([x, y]) => `${x},${y},${label(x, y)}`,
      ),
    ].join('\n')
  }

  test(
    'a perceptron learns what a line separates, a net also what none does, and both better than ' + 'guessing',
    async () => {
      const accuracy = async (name: string, label: (x: number, y: number) => string, model: BaselineResult['model']) =>
        ((await train(name, points(label), 'label', model)).result.test as ClassMetrics).accuracy
      expect(await accuracy('line', (x, y) => (x + 2 * y > 0.3 ? 'yes' : 'no'), 'perceptron')).toBeGreaterThan(0.94)
      const xor = (x: number, y: number) => (x * y > 0 ? 'yes' : 'no')
      expect(await accuracy('xor', xor, 'perceptron')).toBeLessThan(0.75)
      expect(await accuracy('xor', xor, 'mlp')).toBeGreaterThan(0.9)
    },
  )

  test('a value is foretold in its own units, the same way every time', async () => {
    const value = (x: number, y: number) => 1000 + 50 * x - 20 * y * y
    const [first, second] = [
      await train('value', points(value), 'label', 'mlp'),
      await train('value', points(value), 'label', 'mlp'),
    ]
    expect(second.result).toEqual(first.result)
    const metrics = first.result.test as ValueMetrics
    expect(metrics.explained, `R² ${metrics.explained}`).toBeGreaterThan(0.9)
    expect(metrics.rootMeanSquare).toBeLessThan(metrics.guessing / 3)
  })

  test('texts are sorted by their words', async () => {
    const words = { good: ['fine', 'lovely', 'great', 'warm'], bad: ['cold', 'poor', 'awful', 'late'] }
    const random = new Random('texts')
    const rows = Array.from({ length: 300 }, (_, i) => {
      const mood = i % 2 ? 'good' : 'bad'
      return `"the ${words[mood][random.below(4)]} day number ${i} was ${words[mood][random.below(4)]}",${mood}`
    })
    const { result } = await train('texts', ['text,mood', ...rows].join('\n'), 'mood', 'perceptron')
    expect((result.test as ClassMetrics).accuracy).toBeGreaterThan(0.95)
  })

  test('its ONNX file gives any runtime the same answers', async () => {
    const { out, prepared, result } = await train(
      'onnx',
      points((x, y) => (x > y ? 'a' : 'b')),
      'label',
      'mlp',
    )
    const session = await ort.InferenceSession.create(await readFile(join(out, 'model.onnx')))
    const { rows, x, y } = prepared.splits.test
    let right = 0
    for (let row = 0; row < rows; row++) {
      const { y: told } = await session.run({ x: floats(x.slice(row * 2, row * 2 + 2), [1, 2]) })
      const chances = told!.data as Float32Array
      expect(chances.reduce((a, b) => a + b)).toBeCloseTo(1, 5)
      if (chances.indexOf(Math.max(...chances)) === y[row]) right++
    }
    await session.release()
    expect(right / rows).toBe((result.test as ClassMetrics).accuracy)
  })

  test('its metrics are those of their definitions', () => {
    const logits = Float32Array.of(2, 0, 0, 2, 2, 0, 0, 2)
    expect(classMetrics(logits, Float32Array.of(0, 1, 1, 1), 2)).toMatchObject({
      accuracy: 0.75,
      guessing: 0.75,
      confusion: [
        [1, 0],
        [1, 2],
      ],
      macroF1: (2 / 3 + 4 / 5) / 2,
    })
    const { rootMeanSquare, meanAbsolute, explained } = valueMetrics(
      Float32Array.of(1, 2, 3),
      Float32Array.of(1, 2, 6),
      2,
    )
    expect([rootMeanSquare, meanAbsolute]).toEqual([Math.sqrt(36 / 3), 2])
    // Variance of 1, 2, 6 in units of 2: mean 6, squares 16 + 4 + 36.
    expect(explained).toBeCloseTo(1 - 36 / 56, 12)
  })
})
