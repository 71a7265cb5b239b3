import { createHash } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { open, rm, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { BaseBlockstore } from 'blockstore-core'
import { NotFoundError } from 'interface-store'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import * as Digest from 'multiformats/hashes/digest'
import { HearthError } from '../../../../common/errors/index.ts'
import { asDiskError } from '../../../core/files.ts'

const SHA256 = 0x12
/** Before each block: its length and the SHA-256 that names it, so that an index can be made anew from the pack. */
const HEAD = 4 + 32
const MOST_BLOCK = 4 * 2 ** 20
const FULL_PACK = 2 ** 30
const SYNC_BYTES = 64 * 2 ** 20
const SYNC_MS = 1_000

interface Row {
  readonly pack: number
  readonly at: number
  readonly length: number
}

/**
 * Blocks in a few large files that only grow, with an index in SQLite: one read a block, which a file a block cannot
 * do (measured: twice the throughput). After a crash the tail that the index does not know is read again and checked,
 * so a block that was written is never fetched twice. Blocks are named by SHA-256.
 */
export class PackStore extends BaseBlockstore {
  readonly #folder: string
  readonly #db: Database.Database
  readonly #handles = new Map<number, FileHandle>()
  readonly #find: Database.Statement<[Uint8Array], Row>
  readonly #insert: Database.Statement<[Uint8Array, number, number, number]>
  readonly #pending: [Uint8Array, Row][] = []
  readonly #unindexed = new Map<string, Row>()
  #bytes = 0
  #pack = 0
  #end = 0
  #unsynced = 0
  #timer: NodeJS.Timeout | undefined
  #flushing: Promise<void> = Promise.resolve()

  private constructor(folder: string, db: Database.Database) {
    super()
    this.#folder = folder
    this.#db = db
    this.#find = db.prepare('select pack, at, length from blocks where digest = ?')
    this.#insert = db.prepare('insert or ignore into blocks (digest, pack, at, length) values (?, ?, ?, ?)')
  }

  /** @throws HearthError DATA_IN_USE where another process has this store open */
  static async open(folder: string): Promise<PackStore> {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const db = new Database(join(folder, 'index.db'), { timeout: 500 })
    try {
      db.pragma('locking_mode = exclusive')
      db.pragma('journal_mode = wal')
      db.exec(
        `create table if not exists blocks (digest blob primary key, pack integer not null, at integer not null,
           length integer not null) without rowid, strict;
         create index if not exists blocks_by_place on blocks (pack, at)`,
      )
    } catch (error) {
      db.close()
      if ((error as { code?: string }).code?.startsWith('SQLITE_BUSY'))
        throw new HearthError('DATA_IN_USE', `another Hearth process works with ${folder}`, {}, { cause: error })
      throw error
    }
    const store = new PackStore(folder, db)
    await store.#recover()
    store.#bytes = store.size().bytes
    return store
  }

  /** Indexes what was written after the index was, up to the first block that is not whole. */
  async #recover(): Promise<void> {
    const last = this.#db
      .prepare<[], Row>('select pack, at, length from blocks order by pack desc, at desc limit 1')
      .get()
    this.#pack = last?.pack ?? 0
    this.#end = last ? last.at + last.length : 0
    while (true) {
      const handle = await this.#handle(this.#pack)
      const { size } = await handle.stat()
      const head = Buffer.alloc(HEAD)
      while (this.#end + HEAD <= size) {
        await handle.read(head, 0, HEAD, this.#end)
        const length = head.readUInt32BE(0)
        if (length > MOST_BLOCK || this.#end + HEAD + length > size) break
        const block = Buffer.allocUnsafe(length)
        await handle.read(block, 0, length, this.#end + HEAD)
        if (!createHash('sha256').update(block).digest().equals(head.subarray(4))) break
        this.#insert.run(head.subarray(4), this.#pack, this.#end + HEAD, length)
        this.#end += HEAD + length
      }
      if (this.#end < size) await handle.truncate(this.#end)
      if (this.#end < FULL_PACK) return
      this.#pack++
      this.#end = 0
    }
  }

  #path(pack: number): string {
    return join(this.#folder, `${String(pack).padStart(6, '0')}.pack`)
  }

  async #handle(pack: number): Promise<FileHandle> {
    const known = this.#handles.get(pack)
    if (known) return known
    const handle = await open(this.#path(pack), 'r+').catch(() => open(this.#path(pack), 'w+', 0o600))
    this.#handles.set(pack, handle)
    return handle
  }

  #row(cid: CID): Row | undefined {
    const digest = digestOf(cid)
    return this.#unindexed.get(textOf(digest)) ?? this.#find.get(digest)
  }

  override has(cid: CID): boolean {
    return this.#row(cid) !== undefined
  }

  /** How long a block is, or null where it is not here. */
  lengthOf(cid: CID): number | null {
    return this.#row(cid)?.length ?? null
  }

  override async put(cid: CID, value: Uint8Array | AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<CID> {
    const digest = digestOf(cid)
    if (this.has(cid)) return cid
    const block = value instanceof Uint8Array ? value : await gather(value)
    if (block.length > MOST_BLOCK) throw new HearthError('MESSAGE_TOO_LARGE', `a block of ${block.length} bytes`)
    const row = await this.#append(digest, block)
    this.#unindexed.set(textOf(digest), row)
    this.#pending.push([digest, row])
    this.#unsynced += HEAD + block.length
    this.#bytes += block.length
    if (this.#unsynced >= SYNC_BYTES) await this.flush()
    else this.#timer ??= setTimeout(() => void this.flush().catch(() => {}), SYNC_MS)
    return cid
  }

  async #append(digest: Uint8Array, block: Uint8Array): Promise<Row> {
    if (this.#end >= FULL_PACK) {
      this.#pack++
      this.#end = 0
    }
    // The place is taken before anything is awaited, so that writers do not meet.
    const row = { pack: this.#pack, at: this.#end + HEAD, length: block.length }
    this.#end += HEAD + block.length
    const head = Buffer.allocUnsafe(HEAD)
    head.writeUInt32BE(block.length)
    head.set(digest, 4)
    try {
      await writeAll(await this.#handle(row.pack), [head, block], row.at - HEAD)
    } catch (error) {
      throw asDiskError(error)
    }
    return row
  }

  /** Makes what was put safe from a power cut, and indexes it. */
  flush(): Promise<void> {
    clearTimeout(this.#timer)
    this.#timer = undefined
    this.#flushing = this.#flushing.then(async () => {
      const rows = this.#pending.splice(0)
      if (rows.length === 0) return
      this.#unsynced = 0
      for (const pack of new Set(rows.map(([, row]) => row.pack))) await (await this.#handle(pack)).datasync()
      this.#db.transaction(() =>
        rows.forEach(([digest, { pack, at, length }]) => this.#insert.run(digest, pack, at, length)),
      )()
      for (const [digest] of rows) this.#unindexed.delete(textOf(digest))
    })
    return this.#flushing
  }

  /** A block in one read. @throws NotFoundError */
  async read(cid: CID): Promise<Uint8Array> {
    const row = this.#row(cid)
    if (!row) throw new NotFoundError(`there is no block ${cid.toString()}`)
    return this.#block(row)
  }

  async #block({ pack, at, length }: Row): Promise<Uint8Array> {
    const block = Buffer.allocUnsafeSlow(length)
    const { bytesRead } = await (await this.#handle(pack)).read(block, 0, length, at)
    if (bytesRead !== length) throw new HearthError('FILE_DAMAGED', 'a block is cut short on the disk')
    return block
  }

  override async *get(cid: CID): AsyncGenerator<Uint8Array> {
    yield await this.read(cid)
  }

  override delete(cid: CID): void {
    this.#bytes -= this.#row(cid)?.length ?? 0
    this.#db.prepare('delete from blocks where digest = ?').run(digestOf(cid))
  }

  override async *getAll(): AsyncGenerator<{ cid: CID; bytes: AsyncGenerator<Uint8Array> }> {
    await this.flush()
    for (const { digest } of this.#db.prepare<[], { digest: Uint8Array }>('select digest from blocks').all()) {
      const cid = CID.createV1(raw.code, Digest.create(SHA256, digest))
      yield { cid, bytes: this.get(cid) }
    }
  }

  /** Blocks and their bytes. */
  size(): { blocks: number; bytes: number } {
    const indexed = this.#db
      .prepare<[], { blocks: number; bytes: number }>(
        'select count(*) as blocks, coalesce(sum(length), 0) as bytes from blocks',
      )
      .get()!
    return {
      blocks: indexed.blocks + this.#pending.length,
      bytes: indexed.bytes + this.#pending.reduce((sum, [, { length }]) => sum + length, 0),
    }
  }

  /** Bytes of all blocks, without asking the index. */
  get bytes(): number {
    return this.#bytes
  }

  /** Frees the oldest blocks until those that stay have so many bytes at most. @returns bytes freed */
  async keepNewest(most: number): Promise<number> {
    await this.flush()
    const newest = this.#db
      .prepare<[], { digest: Uint8Array; length: number }>(
        'select digest, length from blocks order by pack desc, at desc',
      )
      .all()
    let bytes = 0
    const kept = new Set(newest.filter(({ length }) => (bytes += length) <= most).map(({ digest }) => textOf(digest)))
    return this.compact((digest) => kept.has(textOf(digest)))
  }

  /** Frees every block that is not to be kept: packs that hold one are written anew without it. @returns bytes freed */
  async compact(keep: (digest: Uint8Array) => boolean): Promise<number> {
    await this.flush()
    const rows = this.#db
      .prepare<[], Row & { digest: Uint8Array }>('select digest, pack, at, length from blocks order by pack, at')
      .all()
    const dead = rows.filter(({ digest }) => !keep(digest))
    if (dead.length === 0) return 0
    const touched = new Set(dead.map(({ pack }) => pack))
    this.#pack = Math.max(this.#pack, ...touched) + 1
    this.#end = 0
    const moved: [Uint8Array, Row][] = []
    for (const row of rows.filter(({ pack, digest }) => touched.has(pack) && keep(digest)))
      moved.push([row.digest, await this.#append(row.digest, await this.#block(row))])
    for (const pack of new Set(moved.map(([, { pack: to }]) => to))) await (await this.#handle(pack)).datasync()
    const [remove, replace] = [
      this.#db.prepare('delete from blocks where digest = ?'),
      this.#db.prepare('update blocks set pack = ?, at = ?, length = ? where digest = ?'),
    ]
    // Until this is done the old packs hold everything; after it they hold nothing that is needed.
    this.#db.transaction(() => {
      for (const { digest } of dead) remove.run(digest)
      for (const [digest, { pack, at, length }] of moved) replace.run(pack, at, length, digest)
    })()
    for (const pack of touched) {
      await this.#handles.get(pack)?.close()
      this.#handles.delete(pack)
      await rm(this.#path(pack), { force: true })
    }
    const freed = dead.reduce((sum, { length }) => sum + length, 0)
    this.#bytes -= freed
    return freed
  }

  async close(): Promise<void> {
    await this.flush()
    for (const handle of this.#handles.values()) await handle.close()
    this.#handles.clear()
    this.#db.close()
  }
}

function digestOf({ multihash }: CID): Uint8Array {
  if (multihash.code !== SHA256 || multihash.digest.length !== 32)
    throw new HearthError('BAD_INPUT', 'only blocks that are named by SHA-256 are kept')
  return multihash.digest
}

const textOf = (digest: Uint8Array): string => Buffer.from(digest).toString('base64')

async function gather(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = []
  for await (const piece of pieces) all.push(piece)
  return all.length === 1 ? all[0]! : Buffer.concat(all)
}

async function writeAll(handle: FileHandle, buffers: readonly Uint8Array[], position: number): Promise<void> {
  const { bytesWritten } = await handle.writev(buffers, position)
  const length = buffers.reduce((sum, buffer) => sum + buffer.length, 0)
  if (bytesWritten === length) return
  const rest = Buffer.concat(buffers)
  for (let at = bytesWritten; at < length;)
    at += (await handle.write(rest, at, length - at, position + at)).bytesWritten
}
