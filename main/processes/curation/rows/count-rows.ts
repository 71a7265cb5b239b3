import { HearthError } from '../../../../common/errors/index.ts'
import { readLines } from '../../../core/read-lines.ts'

const MOST_ROWS = 20_000_000

/** The lines of a file that are not empty. @throws HearthError DATASET_BROKEN where there are none, or too many */
export async function countRows(file: string): Promise<number> {
  let count = 0
  for await (const { text } of readLines(file)) {
    if (text === '') continue
    if (++count > MOST_ROWS) throw new HearthError('DATASET_BROKEN', `the file has more than ${MOST_ROWS} rows`)
  }
  if (count === 0) throw new HearthError('DATASET_BROKEN', 'there are no rows')
  return count
}
