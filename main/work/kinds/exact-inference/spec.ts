import {
  inputBytes,
  inputWidth,
  operationsPerRow,
  outputWidth,
  workHash,
  WorkSpec,
} from '../../../../common/model/work.ts'
import type { Layout } from '../../work-kind.ts'

export { inputBytes, inputWidth, operationsPerRow, outputWidth, workHash, WorkSpec }

export const describe = ({ rows, net }: WorkSpec): string => `${rows.count} rows through ${net.shifts.length} layers`

export const layout = (spec: WorkSpec): Layout => ({
  inputBytes: inputBytes(spec),
  units: spec.rows.count,
  unitBytes: outputWidth(spec),
})
