import { readdirSync, statSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import Database from 'better-sqlite3'
import yauzl, { type Entry } from 'yauzl'
import { appPath } from '../../main/core/resources.ts'

/** Opens both wallets. */
export const PASSPHRASE = 'a garden by the sea'
const archive = fileURLToPath(new URL('../fixtures/data-folders/v1/folders.zip', import.meta.url))

/** Where the folders and the program lie, as the archive has it. */
const HOME = '/home/ada/hearth'
const PROGRAM = '/opt/hearth'

const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => statSync(join(folder, name)).isFile())

/** Databases and texts name files by their whole path, so folders that move name others. */
async function relocate(folder: string, moves: readonly (readonly [from: string, to: string])[]): Promise<void> {
  for (const name of filesOf(folder)) {
    if (name.endsWith('.db')) relocateDatabase(join(folder, name), moves)
    if (!/\.jsonl?$/.test(name)) continue
    const text = await readFile(join(folder, name), 'utf8')
    const moved = moves.reduce((now, [from, to]) => now.replaceAll(from, to), text)
    if (moved !== text) await writeFile(join(folder, name), moved)
  }
}

function relocateDatabase(file: string, moves: readonly (readonly [from: string, to: string])[]): void {
  const db = new Database(file)
  try {
    const tables = db
      .prepare<[], { name: string }>(
        "select name from sqlite_schema where type = 'table' and sql not like 'create virtual%'",
      )
      .all()
    for (const { name: table } of tables) {
      const columns = db
        .prepare<[string], { name: string }>("select name from pragma_table_info(?) where type = 'TEXT'")
        .all(table)
      for (const { name: column } of columns)
        for (const [from, to] of moves)
          db.prepare(`update "${table}" set "${column}" = replace("${column}", ?, ?) where instr("${column}", ?)`).run(
            from,
            to,
            from,
          )
    }
  } finally {
    db.close()
  }
}

/** Unpacks both folders of version 1 below a folder, and lets their paths point there. */
export async function unpackFolders(root: string): Promise<void> {
  const zip = await promisify<string, yauzl.Options, yauzl.ZipFile>(yauzl.open)(archive, { lazyEntries: true })
  const read = promisify<Entry, Readable>(zip.openReadStream.bind(zip))
  const unpacked = new Promise((resolve, reject) => zip.once('end', resolve).once('error', reject))
  const unpack = async (entry: Entry): Promise<void> => {
    const file = join(root, entry.fileName)
    await mkdir(dirname(file), { recursive: true, mode: 0o700 })
    await writeFile(file, await buffer(await read(entry)), { mode: 0o600 })
    zip.readEntry()
  }
  zip.on('entry', (entry: Entry) => void unpack(entry).catch((error: unknown) => zip.emit('error', error)))
  zip.readEntry()
  await unpacked
  for (const name of ['provider', 'customer'])
    await relocate(join(root, name), [
      [`${HOME}/${name}`, join(root, name)],
      [PROGRAM, appPath()],
    ])
}
