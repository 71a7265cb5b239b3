import { createHash } from 'node:crypto'
import type { ImportOptions } from '../../../../common/children/memory.ts'
import type { Item } from '../../../../common/model/item.ts'
import type { MemorySource } from '../../../../common/model/memory.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { asDiskError } from '../../../core/files.ts'
import { importFile, type Skipped } from '../../../importers/import-file.ts'
import { indexWaiting } from './index-windows.ts'
import type { MemoryDb } from './open.ts'
import { removeSource } from './remove-source.ts'
import { source as sourceOf } from './sources.ts'

const BATCH = 500

export type OnProgress = (progress: { step: 'reading' | 'indexing'; items: number }) => void

/** What makes an item the same as one that is here: the id that its source gave, when, who, where and what. */
export const keyOf = ({ id, ts, author, session, text }: Item): Buffer =>
  createHash('sha256')
    .update(JSON.stringify([id, ts, author, session, text]))
    .digest()
    .subarray(0, 16)

/** Reads a file into the memory. One that was cut off goes on under its own number: what it had brought is known. */
export async function importSource(
  db: MemoryDb,
  request: ImportOptions,
  now: number,
  onProgress: OnProgress,
): Promise<MemorySource> {
  const begun = db
    .prepare<[string], { id: number }>("select id from sources where state = 'reading' and file = ?")
    .get(request.file)
  const source =
    begun?.id ??
    Number(
      db
        .prepare('insert into sources (name, file, format, date_order, label, created) values (?, ?, ?, ?, ?, ?)')
        .run(request.name, request.file, request.format, request.dateOrder, request.label, now).lastInsertRowid,
    )
  const skipped: Skipped = new Map()
  try {
    await readInto(db, source, request, skipped, (items) => onProgress({ step: 'reading', items }))
    await indexWaiting(db, (items) => onProgress({ step: 'indexing', items }))
  } catch (error) {
    // A file that is not what it says it is leaves nothing. After a full disk, or when the file is back, the same
    // import goes on.
    if (error instanceof HearthError && !(begun && error.code === 'NOT_FOUND')) await removeSource(db, source, () => {})
    throw asDiskError(error)
  }
  db.prepare(
    `update sources set state = 'ready', skipped = ?, items = (select count(*) from items where source = sources.id),
       known = (select count(*) from repeats where source = sources.id) where id = ?`,
  ).run(JSON.stringify(Object.fromEntries(skipped)), source)
  return sourceOf(db, source)
}

async function readInto(
  db: MemoryDb,
  source: number,
  request: ImportOptions,
  skipped: Skipped,
  onProgress: (items: number) => void,
): Promise<void> {
  const insert = db.prepare(
    `insert into items (key, source, id, ts, author, session, text) values (?, ?, ?, ?, ?, ?, ?)
       on conflict (key) do nothing`,
  )
  const repeat = db.prepare(
    'insert or ignore into repeats (item, source) select number, ? from items where key = ? and source <> ?',
  )
  let [read, batch]: [number, Item[]] = [0, []]
  const write = db.transaction(() => {
    for (const item of batch) {
      const key = keyOf(item)
      const { changes } = insert.run(key, source, item.id, item.ts, item.author, item.session, item.text)
      if (changes === 0) repeat.run(source, key, source)
    }
  })
  for await (const item of importFile(
    request.file,
    { format: request.format, dateOrder: request.dateOrder, zone: request.zone },
    skipped,
  )) {
    batch.push(item)
    if (batch.length < BATCH) continue
    write()
    onProgress((read += batch.length))
    batch = []
  }
  write()
  onProgress(read + batch.length)
}
