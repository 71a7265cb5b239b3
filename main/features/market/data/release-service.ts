import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type {
  AssetMetadata,
  DrawnRows,
  DrawPreview,
  RequestBrief,
  VersionRow,
} from '../../../../common/model/data-market.ts'
import { Release } from '../../../../common/model/dataset.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { Db } from '../../../core/db/open.ts'
import { Emitter } from '../../../core/events.ts'
import type { Service } from '../../../core/lifecycle.ts'
import type { DataPaths } from '../../../core/paths.ts'
import type { ChainMonitor } from '../../chain/index.ts'
import { blockCid, folderCid, type DataNodeService } from '../../storage/index.ts'
import type { DataRepository } from './data-repository.ts'
import { drawnSegments, drawOf, rowBytes } from './draw.ts'
import { rowsIn } from './drawn-rows.ts'
import type { SaleVault } from './sale-vault.ts'

interface Ports {
  readonly db: Db
  readonly paths: Pick<DataPaths, 'releases'>
  readonly node: DataNodeService
  readonly vault: SaleVault
  readonly reads: DataRepository
  readonly monitor: ChainMonitor
}

/** What was sealed to be sold. Nothing leaves the machine here: it is given to others once the chain lists it. */
export class ReleaseService implements Service {
  readonly name = 'releases'
  readonly events = new Emitter<{ changed: null }>()
  readonly #ports: Ports

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** Folders of releases that were cut off are removed; nothing names them. */
  async start(): Promise<void> {
    const known = new Set(this.list().map(({ id }) => id))
    for (const id of await readdir(this.#ports.paths.releases).catch((): string[] => []))
      if (!known.has(id)) await rm(this.folder(id), { recursive: true, force: true })
  }

  stop(): Promise<void> {
    return Promise.resolve()
  }

  list(): Release[] {
    return this.#ports.db
      .prepare<[], { facts: string }>('select facts from data_releases order by created desc')
      .all()
      .map(({ facts }) => Release.parse(JSON.parse(facts)))
  }

  /** @throws HearthError NOT_FOUND */
  get(id: string): Release {
    const row = this.#ports.db
      .prepare<[string], { facts: string }>('select facts from data_releases where id = ?')
      .get(id)
    if (!row) throw new HearthError('NOT_FOUND', 'there is no such release')
    return Release.parse(JSON.parse(row.facts))
  }

  /** The release that a version on the chain was made of, where it was made here. */
  of(content: string): Release | null {
    const row = this.#ports.db
      .prepare<[string], { facts: string }>(
        "select facts from data_releases where json_extract(facts, '$.version.content') = ?",
      )
      .get(content)
    return row ? Release.parse(JSON.parse(row.facts)) : null
  }

  /** Keeps what was sealed. */
  add(release: Release): void {
    this.#ports.db
      .prepare('insert into data_releases (id, dataset, created, facts) values (?, ?, ?, ?)')
      .run(release.id, release.dataset, release.created, JSON.stringify(release))
    this.events.emit('changed', null)
  }

  /**
   * The segments that the draw of a published version took, with their keys, as everybody will see them.
   * @throws HearthError LOT_NOT_DRAWN
   */
  async preview(asset: number): Promise<DrawPreview | null> {
    const { release, current } = this.made(asset)
    const { drawBlock, count, version, draw } = current
    if (count === 0) return null
    const drawn = draw ?? (await this.#draw(asset, version, drawBlock!))
    const key = await this.#ports.vault.dataKey(release.hseg)
    return this.withSealed(release, (sealed) =>
      this.#ports.node.sealing.show({
        package: sealed,
        key,
        numbers: drawnSegments(drawn, count),
        rows: rowBytes(release.metadata.files),
      }),
    )
  }

  /** The rows of a preview, as a buyer will see them. @throws HearthError LOT_NOT_DRAWN */
  async drawnRows(asset: number): Promise<DrawnRows | null> {
    const preview = await this.preview(asset)
    if (!preview) return null
    const { release, current } = this.made(asset)
    const { segments } = await this.#ports.node.sealing.openShown({ preview, root: current.segments.slice(2) })
    return rowsIn(segments, rowBytes(release.metadata.files))
  }

  /** Works on a release's package: where it was sealed, or laid out again from the data node. */
  async withSealed<T>({ id, version }: Release, work: (folder: string) => Promise<T>): Promise<T> {
    const sealed = this.sealed(id)
    if (existsSync(sealed)) return work(sealed)
    // No release has this name, so what a kill leaves there is removed at the next start.
    const out = await mkdtemp(join(this.#ports.paths.releases, `${id}-`))
    try {
      const node = await this.#ports.node.running()
      const { path } = await node.export({ cid: folderCid(version.content), name: 'sealed', out })
      return await work(path)
    } finally {
      await rm(out, { recursive: true, force: true })
    }
  }

  /** Gives a listed version to whoever asks: the package, what describes it, and its preview. */
  async offer(asset: number): Promise<void> {
    const { node } = this.#ports
    const { release, current } = this.made(asset)
    const { id, cid, metadata, terms } = release
    const sealed = this.sealed(id)
    const has = (wanted: string): boolean => node.roots.some((root) => root.cid === wanted)
    if (!has(cid) && !existsSync(sealed)) return
    // Listed on another chain before, it is given already, and another draw took other segments.
    const preview = current.preview === null || has(blockCid(current.preview)) ? null : await this.preview(asset)
    if (preview) await node.putBlock(blockOf(preview), `${terms.name}: preview`)
    if (!has(cid)) await node.add(sealed, terms.name)
    // What describes it comes last: who can see that it is offered can have all of it.
    if (!has(blockCid(current.metadata))) await node.putBlock(blockOf(metadata), `${terms.name}: metadata`)
    await rm(sealed, { recursive: true, force: true })
  }

  /** Numbers of assets on a chain that was left mean nothing: what was to be a next version is a new asset now. */
  forgetChain(): void {
    this.#ports.db
      .prepare("update data_releases set facts = json_set(facts, '$.asset', null, '$.terms.parent', null)")
      .run()
  }

  /** Forgets a release that is not on the market. */
  async remove(id: string): Promise<void> {
    const release = this.get(id)
    if (this.#ports.reads.publishedAs(release.version.content))
      throw new HearthError('BAD_INPUT', 'this release is on the market; take the asset off it instead')
    this.#ports.db.prepare('delete from data_releases where id = ?').run(id)
    await rm(this.folder(id), { recursive: true, force: true })
    this.events.emit('changed', null)
  }

  /** An asset's current version and the release that it was made of. @throws HearthError NOT_FOUND */
  made(asset: number): { release: Release; current: VersionRow } {
    const row = this.#ports.reads.asset(asset)
    const release = row && this.of(row.current.content)
    if (!release) throw new HearthError('NOT_FOUND', `asset ${asset} was not made on this machine`)
    return { release, current: row.current }
  }

  async #draw(asset: number, version: number, drawBlock: number): Promise<string> {
    const { head, network } = this.#ports.monitor
    const block = head !== null && head.number > drawBlock ? await network.rpc.block(drawBlock) : null
    if (!block)
      throw new HearthError(
        'LOT_NOT_DRAWN',
        'the lot is drawn by a block that is not there yet; this takes a few seconds',
      )
    return drawOf(block.hash, asset, version)
  }

  folder(id: string): string {
    return join(this.#ports.paths.releases, id)
  }

  sealed(id: string): string {
    return join(this.folder(id), 'sealed')
  }
}

type Described = AssetMetadata | DrawPreview | RequestBrief

/** What describes an asset or a request, as the bytes of its block. */
export const blockOf = (value: Described): Buffer => Buffer.from(JSON.stringify(value))
export const digestOfBlock = (value: Described): string =>
  `0x${createHash('sha256').update(blockOf(value)).digest('hex')}`
