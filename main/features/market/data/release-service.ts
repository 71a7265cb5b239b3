import { createHash, randomBytes, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { copyFile, cp, mkdir, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { AssetMetadata, DrawPreview, RequestBrief, VersionRow } from '../../../../common/model/data-market.ts'
import { personalInWords } from '../../../../common/model/quality.ts'
import { Release, type ReleaseTerms } from '../../../../common/model/dataset.ts'
import type { HsegKey } from '../../../../common/model/hseg.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { Clock } from '../../../core/clock.ts'
import type { Db } from '../../../core/db/open.ts'
import { Emitter } from '../../../core/events.ts'
import type { Service } from '../../../core/lifecycle.ts'
import type { DataPaths } from '../../../core/paths.ts'
import { drain } from '../../../core/streams.ts'
import type { ChainMonitor } from '../../chain/index.ts'
import { digestOf, folderCid } from '../../storage/index.ts'
import type { CollectionService } from '../../curation/index.ts'
import type { CurationTasks } from '../../curation/index.ts'
import type { DataNodeService } from '../../storage/index.ts'
import type { DataRepository } from './data-repository.ts'
import type { DatasetService } from '../../curation/index.ts'
import { filesIn } from '../../../core/files-in.ts'
import { drawnRows, drawOf } from './draw.ts'
import type { SaleVault, SealedAs } from './sale-vault.ts'

const NO_ROWS = `0x${'00'.repeat(32)}`
const MOST_FILES_NAMED = 1000
/** The file of a package whose lines are the rows that are drawn from. */
export const ROWS_FILE = 'data.jsonl'

interface Ports {
  readonly db: Db
  readonly clock: Clock
  readonly paths: Pick<DataPaths, 'releases'>
  readonly datasets: DatasetService
  readonly collections: CollectionService
  readonly tasks: CurationTasks
  readonly node: DataNodeService
  readonly vault: SaleVault
  readonly reads: DataRepository
  readonly monitor: ChainMonitor
}

/** What is put into a package: a dataset or a collection as its owner's choices leave it, or files as they are. */
type ReleaseSource =
  | { readonly kind: 'text' | 'media'; readonly dataset: string }
  | { readonly kind: 'files' | 'adapter' | 'model'; readonly path: string; readonly base: AssetMetadata['base'] }

/** Seals what is to be sold. Nothing leaves the machine here: a release is given to others once the chain lists it. */
export class ReleaseService implements Service {
  readonly name = 'releases'
  readonly events = new Emitter<{ changed: null }>()
  readonly #ports: Ports
  #progress: { readonly name: string; readonly bytes: number; readonly of: number } | null = null

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** Folders of releases that were cut off are removed; nothing names them. */
  async start(): Promise<void> {
    const known = new Set(this.list().map(({ id }) => id))
    for (const id of await readdir(this.#ports.paths.releases).catch((): string[] => []))
      if (!known.has(id)) await rm(this.#folder(id), { recursive: true, force: true })
  }

  stop(): Promise<void> {
    return Promise.resolve()
  }

  get progress() {
    return this.#progress
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

  /** @param asset the asset whose next version this is; null makes a new one */
  async seal(source: ReleaseSource, terms: ReleaseTerms, asset: number | null): Promise<Release> {
    if (this.#progress) throw new HearthError('MACHINE_BUSY', 'another release is being sealed')
    const id = randomUUID()
    const folder = this.#folder(id)
    const stage = join(folder, 'plain')
    this.#report(terms.name, 0, 0)
    try {
      await mkdir(stage, { recursive: true, mode: 0o700 })
      const reports = await this.#stage(source, stage, terms)
      const hseg = this.#nextOf(asset)
      const key = await this.#ports.vault.dataKey(hseg)
      const previous = await this.#previous(asset, join(folder, 'previous'))
      const { sealing } = this.#ports.node
      const sealed = await drain(
        await sealing.seal({ path: stage, out: join(folder, 'sealed'), key, salt: hseg.salt, previous }),
        ({ bytes, of }) => this.#report(terms.name, bytes, of),
      )
      const { cid } = await drain(await sealing.hash({ path: join(folder, 'sealed') }))
      const tree =
        'dataset' in source ? await this.#ports.tasks.client.tree({ file: join(stage, ROWS_FILE), key: key.key }) : null
      const metadata: AssetMetadata = {
        format: 'HEARTH-DATA-1',
        kind: source.kind,
        name: terms.name,
        description: terms.description,
        licence: terms.licence,
        bytes: sealed.header.bytes + sealed.header.manifestBytes,
        files: (await filesIn(stage)).slice(0, MOST_FILES_NAMED),
        ...reports,
        base: 'dataset' in source ? null : source.base,
      }
      const release: Release = {
        id,
        created: this.#ports.clock.now(),
        kind: source.kind,
        dataset: 'dataset' in source ? source.dataset : null,
        terms,
        asset,
        hseg,
        cid,
        metadata,
        version: {
          content: digestOf(cid),
          keyCommit: `0x${sealed.header.keyCommit}`,
          salt: `0x${sealed.header.salt}`,
          metadata: digestOfBlock(metadata),
          rows: tree ? `0x${tree.root}` : NO_ROWS,
          count: tree?.count ?? 0,
        },
        segments: sealed.segments,
        reused: sealed.reused,
      }
      // The rows stay until the draw took from them.
      if (tree) await rename(join(stage, ROWS_FILE), this.#rows(id))
      await Promise.all([stage, join(folder, 'previous')].map((path) => rm(path, { recursive: true, force: true })))
      // Last: until it is named, a folder is one that was cut off.
      this.#ports.db
        .prepare('insert into data_releases (id, dataset, created, facts) values (?, ?, ?, ?)')
        .run(id, release.dataset, release.created, JSON.stringify(release))
      return release
    } catch (error) {
      await rm(folder, { recursive: true, force: true })
      throw error
    } finally {
      this.#progress = null
      this.events.emit('changed', null)
    }
  }

  /**
   * The rows that the draw of a published version took, which a buyer will see.
   * @throws HearthError NOT_FOUND while it is not drawn
   */
  async preview(asset: number): Promise<DrawPreview | null> {
    const { release, current } = this.#made(asset)
    const { drawBlock, count, version, draw } = current
    if (count === 0) return null
    const drawn = draw ?? (await this.#draw(asset, version, drawBlock!))
    const { key } = await this.#ports.vault.dataKey(release.hseg)
    return this.#ports.tasks.client.openRows({ file: this.#rows(release.id), key, indices: drawnRows(drawn, count) })
  }

  /** Gives a listed version to whoever asks: the package, what describes it, and its preview. */
  async offer(asset: number): Promise<void> {
    const { node } = this.#ports
    const { id, cid, metadata, terms } = this.#made(asset).release
    const sealed = join(this.#folder(id), 'sealed')
    // The node has it already, or its owner told it to stop giving it.
    if (node.roots.some((root) => root.cid === cid) || !existsSync(sealed)) return
    const preview = await this.preview(asset)
    // What describes it comes after its preview: who can see that it is offered can see what the draw took.
    if (preview) await node.putBlock(blockOf(preview), `${terms.name}: preview`)
    await node.putBlock(blockOf(metadata), `${terms.name}: metadata`)
    await node.add(sealed, terms.name)
    await rm(sealed, { recursive: true, force: true })
  }

  /** Forgets a release that is not on the market. */
  async remove(id: string): Promise<void> {
    const release = this.get(id)
    if (this.#ports.reads.publishedAs(release.version.content))
      throw new HearthError('BAD_INPUT', 'this release is on the market; take the asset off it instead')
    this.#ports.db.prepare('delete from data_releases where id = ?').run(id)
    await rm(this.#folder(id), { recursive: true, force: true })
    this.events.emit('changed', null)
  }

  async #stage(
    source: ReleaseSource,
    stage: string,
    terms: ReleaseTerms,
  ): Promise<Pick<AssetMetadata, 'report' | 'media'>> {
    const describe = async (report: object, more = ''): Promise<void> => {
      await writeFile(join(stage, 'README.md'), `# ${terms.name}\n\n${terms.description}\n${more}`)
      await writeFile(join(stage, 'report.json'), `${JSON.stringify(report, null, 2)}\n`)
    }
    if (source.kind === 'media') {
      const { items, report } = await this.#ports.collections.package(source.dataset, stage, ROWS_FILE)
      if (items === 0) throw new HearthError('BAD_INPUT', 'nothing is left of this collection; change the choices')
      await describe(report)
      return { report: null, media: report }
    }
    if ('path' in source) {
      const single = (await stat(source.path)).isFile()
      await cp(source.path, single ? join(stage, basename(source.path)) : stage, { recursive: true })
      return { report: null, media: null }
    }
    return this.#ports.datasets.settled(source.dataset, async ({ cleaned, choices }) => {
      if (!cleaned || cleaned.items === 0)
        throw new HearthError('BAD_INPUT', 'nothing is left of this dataset; change the filters')
      await copyFile(this.#ports.datasets.cleanedFile(source.dataset), join(stage, ROWS_FILE))
      await describe(cleaned.report, `\nPersonal data: ${personalInWords(cleaned.report.personal)}.\n`)
      return { report: { country: choices.country, ...cleaned.report }, media: null }
    })
  }

  /** What the next version is sealed as. A dataset stays itself; its salt never does. */
  #nextOf(asset: number | null): SealedAs {
    const before = asset === null ? null : this.#made(asset).release
    return {
      dataset: before?.hseg.dataset ?? randomBytes(32).toString('hex'),
      version: (before?.hseg.version ?? 0) + 1,
      salt: randomBytes(32).toString('hex'),
    }
  }

  /** The sealed version before, whose unchanged segments are taken over; null where it is not here any more. */
  async #previous(asset: number | null, into: string): Promise<{ folder: string; key: HsegKey } | null> {
    const before = asset === null ? null : this.#made(asset).release
    if (!before) return null
    const key = await this.#ports.vault.dataKey(before.hseg)
    const sealed = join(this.#folder(before.id), 'sealed')
    if (existsSync(sealed)) return { folder: sealed, key }
    const exported = await (
      await this.#ports.node.running()
    )
      .export({ cid: folderCid(before.version.content), name: 'sealed', out: into })
      .catch(() => null)
    return exported && { folder: exported.path, key }
  }

  /** An asset's current version and the release that it was made of. @throws HearthError NOT_FOUND */
  #made(asset: number): { release: Release; current: VersionRow } {
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

  #folder(id: string): string {
    return join(this.#ports.paths.releases, id)
  }

  #rows(id: string): string {
    return join(this.#folder(id), 'rows.jsonl')
  }

  #report(name: string, bytes: number, of: number): void {
    this.#progress = { name, bytes, of }
    this.events.emit('changed', null)
  }
}

type Described = AssetMetadata | DrawPreview | RequestBrief

/** What describes an asset or a request, as the bytes of its block. */
export const blockOf = (value: Described): Buffer => Buffer.from(JSON.stringify(value))
export const digestOfBlock = (value: Described): string =>
  `0x${createHash('sha256').update(blockOf(value)).digest('hex')}`
