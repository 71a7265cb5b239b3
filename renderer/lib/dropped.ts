/** Where a dropped file can go: a form that takes it, or a page that says what to do with it. */
export const dropPlaces = {
  proof: '/train/verify',
  prepared: '/train/verify',
  run: '/train',
  table: '/train',
  data: '/data',
  collection: '/data',
  memory: '/avatar/sources',
  archive: '/avatar/sources',
  models: '/avatar/models',
} as const
export type DropPlace = keyof typeof dropPlaces

/** What a dropped file is, and the places that it is offered, the likeliest first. */
export const droppedKinds = {
  proof: ['proof'],
  prepared: ['prepared'],
  model: ['models'],
  archive: ['archive'],
  table: ['run', 'table', 'data'],
  rows: ['run', 'data', 'memory'],
  text: ['data', 'memory', 'run'],
  export: ['data', 'memory'],
  zip: ['data', 'memory', 'collection'],
  media: ['collection'],
  parquet: ['run', 'table'],
  adapter: [],
  unknown: [],
} as const satisfies Readonly<Record<string, readonly DropPlace[]>>
export type DroppedKind = keyof typeof droppedKinds

/** Files that tell what they are by how they begin. */
const beginnings: readonly (readonly [string, DroppedKind])[] = [
  ['HPB1', 'proof'],
  ['HTD1', 'prepared'],
  ['GGUF', 'model'],
  ['PAR1', 'parquet'],
  ['age-encryption.org/v1', 'archive'],
]
export const LONGEST_BEGINNING = Math.max(...beginnings.map(([begins]) => begins.length))

const ends: Readonly<Record<string, DroppedKind>> = {
  csv: 'table',
  jsonl: 'rows',
  ndjson: 'rows',
  txt: 'text',
  md: 'text',
  ...Object.fromEntries(['json', 'js', 'mbox', 'eml', 'pdf', 'html', 'htm'].map((end) => [end, 'export' as const])),
  zip: 'zip',
  ...Object.fromEntries(
    'jpg jpeg png webp gif tif tiff avif wav mp3 flac ogg oga opus m4a aac'
      .split(' ')
      .map((end) => [end, 'media' as const]),
  ),
  safetensors: 'adapter',
}

/** What a file is, by its first bytes, else by its name's end. @param head as ASCII, `LONGEST_BEGINNING` of it */
export function droppedKind(name: string, head: string): DroppedKind {
  const found = beginnings.find(([begins]) => head.startsWith(begins))
  if (found) return found[1]
  const end = /\.(\w+)$/.exec(name)?.[1]?.toLowerCase() ?? ''
  return Object.hasOwn(ends, end) ? (ends[end] ?? 'unknown') : 'unknown'
}
