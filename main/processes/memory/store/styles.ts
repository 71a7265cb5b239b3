import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Style } from '../../../../common/model/style.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { asDiskError } from '../../../core/files.ts'
import type { MemoryDb } from './open.ts'

type Row = Omit<Style, 'figures'> & { figures: string }
const STYLE = 'select id, name, created, model, base, hash, length(adapter) as bytes, figures from styles'
const toStyle = ({ figures, ...row }: Row): Style => ({ ...row, figures: JSON.parse(figures) as Style['figures'] })

/** The latest first. */
export const styles = (db: MemoryDb): Style[] => db.prepare<[], Row>(`${STYLE} order by id desc`).all().map(toStyle)

/** @throws HearthError NOT_FOUND */
export function style(db: MemoryDb, id: number): Style {
  const row = db.prepare<[number], Row>(`${STYLE} where id = ?`).get(id)
  if (!row) throw new HearthError('NOT_FOUND', 'this style is not here any more')
  return toStyle(row)
}

export const adapterOf = (db: MemoryDb, id: number): Buffer =>
  db.prepare<[number], Buffer>('select adapter from styles where id = ?').pluck().get(id)!

/** What is there already is not taken twice, so that learning which was cut off may go on. */
export async function addStyle(
  db: MemoryDb,
  file: string,
  { name, model, base, figures }: Pick<Style, 'name' | 'model' | 'base' | 'figures'>,
  now: number,
): Promise<Style> {
  const adapter = await readFile(file)
  const known = db
    .prepare<[string, string], number>('select id from styles where hash = ? and base = ?')
    .pluck()
    .get(hashOf(adapter), base)
  if (known !== undefined) return style(db, known)
  const { lastInsertRowid } = db
    .prepare('insert into styles (name, created, model, base, hash, adapter, figures) values (?, ?, ?, ?, ?, ?, ?)')
    .run(name, now, model, base, hashOf(adapter), adapter, JSON.stringify(figures))
  return style(db, Number(lastInsertRowid))
}

/** Avatars that spoke in it speak as their model does. */
export function removeStyle(db: MemoryDb, id: number): void {
  style(db, id)
  db.prepare('delete from styles where id = ?').run(id)
}

/** Writes an adapter where an engine can read it, unless it lies there. */
export async function writeStyle(db: MemoryDb, id: number, file: string): Promise<void> {
  style(db, id)
  if (existsSync(file)) return
  try {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(`${file}.part`, adapterOf(db, id))
    await rename(`${file}.part`, file)
  } catch (error) {
    throw asDiskError(error)
  }
}

/** @throws Error where an adapter is not the one that its style names */
export function assertWhole(db: MemoryDb): void {
  for (const { id, hash, name } of styles(db))
    if (hashOf(adapterOf(db, id)) !== hash) throw new Error(`the adapter of ${name} is not whole`)
}

const hashOf = (adapter: Buffer): string => createHash('sha256').update(adapter).digest('hex')
