import { extname } from 'node:path'
import type { BoughtUses } from '../../../../common/api/data.ts'
import { boughtWays, type BoughtWay, type LicenceLimit } from '../../../../common/model/bought-names.ts'
import type { AssetMetadata, DataLicence } from '../../../../common/model/data-market.ts'
import { ROWS_FILE } from './draw.ts'

const DAY_MS = 86_400_000

/** What a package says of itself: nobody learns from that. */
const ABOUT = new Set(['README.md', 'report.json'])
/** Files that each way reads, by their names' ends; what is in them its own importer judges. */
const READS: Readonly<Record<BoughtWay, ReadonlySet<string>>> = {
  train: new Set(['.jsonl', '.ndjson', '.csv', '.parquet', '.txt', '.md']),
  remember: new Set([
    '.jsonl',
    '.ndjson',
    '.csv',
    '.txt',
    '.md',
    '.json',
    '.mbox',
    '.eml',
    '.pdf',
    '.html',
    '.htm',
    '.zip',
  ]),
  table: new Set(['.csv', '.parquet']),
}
/** Uses that a licence may be for, and what of this they are. Research may learn from data, and does not live with it. */
const ALLOWS: Readonly<Record<DataLicence['use'], ReadonlySet<BoughtWay>>> = {
  train: new Set(['train', 'table']),
  research: new Set(['train', 'table']),
  any: new Set(boughtWays),
}

/** What a purchase was sold as, kept with it: its seller may be away when somebody asks. */
export type BoughtTerms = Pick<AssetMetadata, 'kind' | 'licence'>

type Files = BoughtUses['files']

/** Where nobody says any more what it is, its files do. */
export function kindOf(files: Files): AssetMetadata['kind'] {
  const has = (name: string): boolean => files.some(({ path }) => path === name)
  if (has('adapter_model.safetensors')) return 'adapter'
  if (files.length === 1 && files[0]?.path.endsWith('.gguf')) return 'model'
  if (!has(ROWS_FILE)) return 'files'
  return files.some(({ path }) => path.startsWith('files/')) ? 'media' : 'text'
}

/** Why a licence rules a way out; null where it does not. @param bought when, and now: milliseconds since 1970 */
export function limitOf(licence: DataLicence, way: BoughtWay, bought: number, now: number): LicenceLimit | null {
  if (licence.term !== null && now > bought + licence.term * DAY_MS) return 'term'
  return ALLOWS[licence.use].has(way) ? null : 'use'
}

/** The files that each way could read. Adapters, models and pictures are for other places. */
export const waysOf = (kind: AssetMetadata['kind'], files: Files): { way: BoughtWay; files: string[] }[] =>
  kind === 'text' || kind === 'files'
    ? boughtWays.map((way) => ({
        way,
        files: files.flatMap(({ path }) =>
          !ABOUT.has(path) && READS[way].has(extname(path).toLowerCase()) ? [path] : [],
        ),
      }))
    : []
