import { mkdir, open, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileWriter, ParquetWriter } from 'hyparquet-writer'
import { splitNames, type SplitName } from '../../../../common/model/data-names.ts'
import type { ExportOptions, SplitSizes } from '../../../../common/model/dataset.ts'
import type { Item } from '../../../../common/model/item.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { asDiskError } from '../../../core/files.ts'
import type { QualityReport } from '../../../../common/model/quality.ts'
import { datasetCard } from './dataset-card.ts'
import { planSplits } from './splits.ts'

const ROW_GROUP = 20_000

/** Writes items of one split as they come. */
interface SplitWriter {
  write(item: Item): Promise<void>
  close(): Promise<void>
}

async function jsonl(path: string): Promise<SplitWriter> {
  const handle = await open(path, 'wx')
  return { write: async (item) => void (await handle.write(`${JSON.stringify(item)}\n`)), close: () => handle.close() }
}

const text = (name: string, repetition_type: 'REQUIRED' | 'OPTIONAL') =>
  ({ name, type: 'BYTE_ARRAY', converted_type: 'UTF8', repetition_type }) as const

/** A row group at a time is held in memory. */
function parquet(path: string): SplitWriter {
  let rows: Item[] = []
  const writer = new ParquetWriter({
    writer: fileWriter(path),
    schema: [
      { name: 'root', num_children: 5 },
      text('id', 'REQUIRED'),
      { name: 'ts', type: 'INT64', repetition_type: 'OPTIONAL', converted_type: 'TIMESTAMP_MILLIS' },
      text('author', 'OPTIONAL'),
      text('text', 'REQUIRED'),
      text('session', 'OPTIONAL'),
    ],
  })
  const flush = async (): Promise<void> => {
    const column = <T>(name: string, of: (item: Item) => T) => ({ name, data: rows.map(of) })
    if (rows.length > 0)
      await writer.write({
        columnData: [
          column('id', ({ id }) => id),
          column('ts', ({ ts }) => (ts === null ? null : new Date(ts))),
          column('author', ({ author }) => author),
          column('text', (item) => item.text),
          column('session', ({ session }) => session),
        ],
      })
    rows = []
  }
  return {
    write: async (item) => {
      if (rows.push(item) >= ROW_GROUP) await flush()
    },
    close: async () => {
      await flush()
      await writer.finish()
    },
  }
}

/**
 * Writes a dataset as a folder that Hugging Face's `load_dataset` opens: a file a split, and a card. What a split holds
 * nothing of has no file. A failure leaves nothing behind. The items are walked through twice.
 */
export async function exportDataset(
  items: () => AsyncIterable<Item>,
  report: QualityReport,
  request: ExportOptions,
  out: string,
  onProgress: (items: number) => void,
): Promise<{ items: number; splits: SplitSizes; out: string }> {
  if (
    await stat(out).then(
      () => true,
      () => false,
    )
  )
    throw new HearthError('BAD_INPUT', `${out} is there already; it was left as it is`)
  const part = `${out}.part-${process.pid}`
  const counts: SplitSizes = { train: 0, validation: 0, test: 0 }
  let written = 0
  const writers = new Map<SplitName, SplitWriter>()
  const pathOf = (split: SplitName): string => join('data', `${split}.${request.format}`)
  try {
    await mkdir(join(part, 'data'), { recursive: true })
    const splitOf = await planSplits(items(), request)
    for await (const item of items()) {
      const split = splitOf(item)
      const writer =
        writers.get(split) ??
        (request.format === 'jsonl' ? await jsonl(join(part, pathOf(split))) : parquet(join(part, pathOf(split))))
      writers.set(split, writer)
      await writer.write(item)
      counts[split]++
      onProgress(++written)
    }
    for (const writer of writers.values()) await writer.close()
    const files = Object.fromEntries(
      splitNames.filter((split) => counts[split] > 0).map((split) => [split, pathOf(split)]),
    )
    await writeFile(join(part, 'README.md'), datasetCard(request.name, request.licence, report, files))
    await rename(part, out)
  } catch (error) {
    await rm(part, { recursive: true, force: true })
    throw asDiskError(error)
  }
  return { items: written, splits: counts, out }
}
