import { randomBytes } from 'node:crypto'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import type { exactInferenceContract } from '../../../../common/children/exact-inference.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { MAX_ROW_BYTES, NET_PRESETS } from '../../../../common/model/work.ts'
import type { SupervisedProcess } from '../../../core/processes/supervised.ts'
import type { OrderFolder } from '../../work-kind.ts'
import { rowsFromCsv } from './rows-csv.ts'
import { WorkSpec } from './spec.ts'

const net = z.enum(['small', 'medium', 'large']).default('medium').meta({ title: 'Net' })

/** Rows to make up, or one's own, and the net that they run through. */
export const RowsRequest = z.discriminatedUnion('source', [
  z.strictObject({
    source: z.literal('generated'),
    net,
    rows: z
      .int()
      .min(1)
      .max(1 << 20)
      .default(10_000)
      .meta({ title: 'Rows to generate' }),
  }),
  z.strictObject({
    source: z.literal('file'),
    net,
    csv: z
      .string()
      .max(32 * 1024 * 1024)
      .meta({
        title: 'Your own rows',
        description: 'CSV, 256 whole numbers from 0 to 255 per line.',
        contentMediaType: 'text/csv',
      }),
  }),
])
export type RowsRequest = z.infer<typeof RowsRequest>

/**
 * Writes the rows of a request and names them and a new net. Rows are made and hashed outside the host.
 * @throws HearthError BAD_INPUT, or NOT_ENOUGH_DISK before anything is written
 */
export async function orderRows(
  engine: SupervisedProcess<typeof exactInferenceContract>,
  request: RowsRequest,
  { path, requireSpace }: OrderFolder,
): Promise<WorkSpec> {
  const { widths, shifts } = NET_PRESETS[request.net]
  const [width] = widths
  const file = join(path, 'rows.bin')
  const written = async () => {
    if (request.source === 'file') {
      const rows = rowsFromCsv(request.csv, width)
      await requireSpace(rows.length)
      await writeFile(file, rows)
      return { count: rows.length / width, sha256: (await engine.client.hash({ file })).sha256 }
    }
    const { rows: count } = request
    if (count * width > MAX_ROW_BYTES)
      throw new HearthError('BAD_INPUT', `at most ${Math.floor(MAX_ROW_BYTES / width)} rows of ${width}`)
    await requireSpace(count * width)
    const seed = randomBytes(32).toString('hex')
    return { count, sha256: (await engine.client.generateRows({ file, seed, bytes: count * width })).sha256 }
  }
  const rows = await written()
  const seed = `0x${randomBytes(32).toString('hex')}`
  return WorkSpec.parse({ version: 1, kind: 'exact-inference', net: { seed, widths, shifts }, rows })
}
