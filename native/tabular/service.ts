import type { BaselineResult } from '../../common/model/baseline.ts'
import type { Pipeline, PreparedReport, TableProfile } from '../../common/model/pipeline.ts'
import { trainBaseline, type BaselineOptions } from './baseline.ts'
import { prepareTable, readPreparedTable, writePreparedTable } from './prepare.ts'
import { profileTable } from './profile.ts'
import { readTable } from './table.ts'

const PREVIEW_ROWS = 8
const PREVIEW_FEATURES = 16

export const profile = async (file: string): Promise<TableProfile> => profileTable(await readTable(file))

export async function prepare(file: string, folder: string, pipeline: Pipeline): Promise<PreparedReport> {
  const table = await readTable(file)
  const prepared = prepareTable(table, pipeline)
  const sha256 = await writePreparedTable(folder, pipeline, prepared)
  const {
    features,
    classes,
    splits: { train, validation, test },
  } = prepared
  const preview = Array.from({ length: Math.min(PREVIEW_ROWS, train.rows) }, (_, i) => [
    ...train.x.subarray(i * features.length, i * features.length + Math.min(PREVIEW_FEATURES, features.length)),
  ])
  return {
    rows: {
      train: train.rows,
      validation: validation.rows,
      test: test.rows,
      dropped: table.rows - train.rows - validation.rows - test.rows,
    },
    features: [...features],
    classes: classes && [...classes],
    sha256,
    preview,
  }
}

export async function* baseline(
  folder: string,
  options: BaselineOptions,
): AsyncGenerator<BaselineResult['losses'][number], BaselineResult> {
  return yield* trainBaseline(folder, await readPreparedTable(folder), options)
}
