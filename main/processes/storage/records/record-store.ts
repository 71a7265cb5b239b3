import { AsyncLocalStorage } from 'node:async_hooks'
import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import { BaseDatastore } from 'datastore-core'
import { FsDatastore } from 'datastore-fs'
import type { KeyQuery, Pair, Query } from 'interface-datastore'
import { Key } from 'interface-datastore/key'
import { NotFoundError } from 'interface-store'
import { HearthError } from '../../../../common/errors/index.ts'

/** What others may leave here. */
export interface RecordLimits {
  readonly bytesEach: number
  readonly ofOne: { readonly records: number; readonly bytes: number }
  readonly all: { readonly records: number; readonly bytes: number }
  /** Milliseconds after which a record is old. */
  readonly lastsMs: number
}
export const RECORD_LIMITS: RecordLimits = {
  // An IPNS record has 10 KiB at most (https://specs.ipfs.tech/ipns/ipns-record/).
  bytesEach: 12 * 1024,
  ofOne: { records: 256, bytes: 512 * 1024 },
  all: { records: 16_384, bytes: 16 * 2 ** 20 },
  lastsMs: 48 * 3_600_000,
}

/** Of the DHTs' records, and of the peers that were met. */
const STRANGE = ['/dht/record/', '/dht/provider/', '/public/record/', '/public/provider/', '/peers/']
/** Names that this node signs: @helia/ipns keeps records in the first, and says in the second that they are its own. */
const [NAME_RECORD, NAME_OWN] = ['/dht/record/', '/ipns/metadata/']
/** What a flood may be above the limit of all before it is looked at again. */
const COUNT_EVERY = 32
/** What SQLite takes for a row beside its key and value, roughly. */
const ROW = 64

/**
 * The node's records in one file. What the node itself keeps there stays: its names, their sequence, and what it has
 * said to provide. Of what strangers bring each has so much, and all together; the oldest goes first.
 */
export class RecordStore extends BaseDatastore {
  readonly #db: Database.Database
  readonly #statements = new Map<string, Database.Statement>()
  readonly #self: string
  readonly #limits: RecordLimits
  readonly #now: () => number
  readonly #bringer = new AsyncLocalStorage<string>()
  #puts = 0

  private constructor(db: Database.Database, self: string, limits: RecordLimits, now: () => number) {
    super()
    this.#db = db
    this.#self = self
    this.#limits = limits
    this.#now = now
  }

  /**
   * @param self this node's PeerId: what it says to provide is its own
   * @param folder takes over what stood in `records/`, a file a record
   */
  static async open(
    folder: string,
    self: string,
    limits: RecordLimits = RECORD_LIMITS,
    now: () => number = Date.now,
  ): Promise<RecordStore> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const db = new Database(join(folder, 'records.db'))
    db.pragma('journal_mode = wal')
    db.pragma('synchronous = normal')
    db.exec(
      `create table if not exists records (key text primary key, value blob not null, bringer text, at integer not null,
         bytes integer not null) without rowid, strict;
       create index if not exists records_by_bringer on records (bringer, at) where bringer is not null;
       create index if not exists records_by_age on records (at) where bringer is not null`,
    )
    const store = new RecordStore(db, self, limits, now)
    await store.#takeOver(join(folder, 'records'))
    return store
  }

  /** Whoever is served in here brings what is put meanwhile. */
  broughtBy<T>(peer: string, serve: () => T): T {
    return this.#bringer.run(peer, serve)
  }

  /** What strangers have left here. */
  get strange(): { records: number; bytes: number } {
    return this.#sum('bringer is not null')
  }

  override put(key: Key, value: Uint8Array): Key {
    const name = key.toString()
    const bringer = this.#bringerOf(name)
    const bytes = name.length + value.length + ROW
    // A stranger must not put an older record of a name in the place of the node's own.
    if (bringer !== null && this.#isKeptAsOwn(name)) return key
    if (bringer !== null && bytes > this.#limits.bytesEach)
      throw new HearthError('MESSAGE_TOO_LARGE', `a record has at most ${this.#limits.bytesEach} bytes`)
    this.#prepare(
      `insert into records (key, value, bringer, at, bytes) values (?, ?, ?, ?, ?) on conflict (key) do update
           set value = excluded.value, bringer = excluded.bringer, at = excluded.at, bytes = excluded.bytes`,
    ).run(name, value, bringer, this.#now(), bytes)
    if (bringer !== null) this.#makeRoom(bringer)
    else if (name.startsWith(NAME_OWN))
      this.#prepare('update records set bringer = null where key = ?').run(NAME_RECORD + name.slice(NAME_OWN.length))
    return key
  }

  override get(key: Key): Uint8Array {
    const row = this.#prepare<[string], { value: Uint8Array }>('select value from records where key = ?').get(
      key.toString(),
    )
    if (!row) throw new NotFoundError(`there is no record ${key.toString()}`)
    return row.value
  }

  override has(key: Key): boolean {
    return this.#prepare<[string]>('select 1 from records where key = ?').get(key.toString()) !== undefined
  }

  override delete(key: Key): void {
    this.#prepare('delete from records where key = ?').run(key.toString())
  }

  override *_all({ prefix = '' }: Query): Generator<Pair> {
    for (const { key, value } of this.#prepare<[string, string], { key: string; value: Uint8Array }>(
      'select key, value from records where key >= ? and key < ? order by key',
    ).all(prefix, `${prefix}\u{10ffff}`))
      yield { key: new Key(key), value }
  }

  override *_allKeys({ prefix = '' }: KeyQuery): Generator<Key> {
    for (const { key } of this.#prepare<[string, string], { key: string }>(
      'select key from records where key >= ? and key < ? order by key',
    ).all(prefix, `${prefix}\u{10ffff}`))
      yield new Key(key)
  }

  close(): void {
    this.#db.close()
  }

  /**
   * Each statement once: SQLite holds some kibibytes for one until its object is collected, and a flood of records
   * would make thousands.
   */
  #prepare<Bind extends unknown[], Row = unknown>(sql: string): Database.Statement<Bind, Row> {
    const known = this.#statements.get(sql) ?? this.#db.prepare(sql)
    this.#statements.set(sql, known)
    return known as Database.Statement<Bind, Row>
  }

  /** Null for the node's own. */
  #bringerOf(name: string): string | null {
    const area = STRANGE.find((prefix) => name.startsWith(prefix))
    if (area === undefined || name.endsWith(`/${this.#self}`)) return null
    const bringer = area === '/peers/' ? undefined : this.#bringer.getStore()
    if (bringer !== undefined) return bringer
    return this.#isKeptAsOwn(name) ? null : area
  }

  #isKeptAsOwn(name: string): boolean {
    const row = this.#prepare<[string], { bringer: string | null }>('select bringer from records where key = ?').get(
      name,
    )
    return row !== undefined && row.bringer === null
  }

  #makeRoom(bringer: string): void {
    const { ofOne, all, lastsMs } = this.#limits
    // The node itself asks for more than one stranger may bring.
    if (!STRANGE.includes(bringer))
      for (let held = this.#sum('bringer = ?', bringer); isMore(held, ofOne); held = this.#sum('bringer = ?', bringer))
        this.#dropOldest('bringer = ?', bringer)
    if (this.#puts++ % COUNT_EVERY !== 0) return
    this.#prepare('delete from records where bringer is not null and at < ?').run(this.#now() - lastsMs)
    for (let held = this.strange; isMore(held, all); held = this.strange) this.#dropOldest('bringer is not null')
  }

  #sum(where: string, ...values: string[]): { records: number; bytes: number } {
    const row = this.#prepare<string[], { records: number; bytes: number }>(
      `select count(*) as records, coalesce(sum(bytes), 0) as bytes from records where ${where}`,
    ).get(...values)
    return row ?? { records: 0, bytes: 0 }
  }

  /** Several at once, so that a flood does not count all records for each of its own. */
  #dropOldest(where: string, ...values: string[]): void {
    this.#prepare(`delete from records where key in (select key from records where ${where} order by at limit 16)`).run(
      ...values,
    )
  }

  /** A folder with a file a record, as it was: its own records are taken over, strangers' are not. */
  async #takeOver(folder: string): Promise<void> {
    if (!existsSync(folder)) return
    const old = new FsDatastore(folder)
    await old.open()
    for await (const { key, value } of old.query({})) {
      const name = key.toString()
      if (this.#isOwn(name)) this.put(key, value)
      else if (
        name.startsWith(NAME_RECORD) &&
        (await old.has(new Key(NAME_OWN + name.slice(NAME_RECORD.length), false)))
      )
        this.put(key, value)
    }
    await old.close()
    await rm(folder, { recursive: true })
  }

  #isOwn(name: string): boolean {
    return name.endsWith(`/${this.#self}`) || !STRANGE.some((prefix) => name.startsWith(prefix))
  }
}

const isMore = (held: RecordLimits['all'], most: RecordLimits['all']): boolean =>
  held.records > most.records || held.bytes > most.bytes
