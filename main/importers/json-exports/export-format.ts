import type { ImportFormat } from '../../../common/model/data-names.ts'
import type { RawItem, Skip } from '../raw-item.ts'

/** An app's export in one JSON file. */
export interface JsonExport {
  readonly format: ImportFormat
  /** What a person would call it. */
  readonly name: string
  /** Whether a file looks like one, by its shape alone. */
  readonly looksLike: (value: unknown) => boolean
  /** @throws HearthError DATASET_BROKEN where it is none after all */
  readonly read: (value: unknown, file: string, skip: Skip) => Iterable<RawItem>
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
