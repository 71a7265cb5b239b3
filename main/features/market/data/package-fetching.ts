import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import * as z from 'zod'
import type { DataOverview } from '../../../../common/api/data.ts'
import type { AssetMetadata, VersionRow } from '../../../../common/model/data-market.ts'
import type { HsegKey, SegmentFlaw } from '../../../../common/model/hseg.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { Address, Hash } from '../../../../common/model/values.ts'
import { Emitter } from '../../../core/events.ts'
import type { JobContext, JobQueue, JobRunner } from '../../../core/job-runner/index.ts'
import type { Service } from '../../../core/lifecycle.ts'
import type { DataPaths } from '../../../core/paths.ts'
import { drain } from '../../../core/streams.ts'
import { folderCid, type DataNodeService } from '../../storage/index.ts'
import type { Catalogue } from './catalogue.ts'
import type { DataRepository } from './data-repository.ts'
import { drawnFrom } from './draw.ts'

const Wanted = z.strictObject({ asset: z.int().min(1), version: z.int().min(1), seller: Address })
type Wanted = z.infer<typeof Wanted>
/** The content names the version also where its numbers mean another one since, on a chain that was begun anew. */
const Request = Wanted.extend({ content: Hash })
type Request = z.infer<typeof Request>
type Coming = DataOverview['coming'][number]

/** Folders and lists of links of a package, beside what its seller says that it has. */
const overhead = (bytes: number): number => 2 ** 16 + Math.ceil(bytes / 100)

interface Ports {
  readonly jobs: JobRunner
  readonly node: DataNodeService
  readonly reads: Pick<DataRepository, 'asset' | 'seller' | 'version'>
  readonly catalogue: Pick<Catalogue, 'described' | 'shown'>
  readonly paths: Pick<DataPaths, 'purchases'>
}

/**
 * Brings sealed packages here before they are paid for, and holds all that is public of them to the chain: whoever pays
 * has the data already, and lacks nothing but its key.
 */
export class PackageFetching implements Service {
  readonly name = 'package-fetching'
  readonly events = new Emitter<{ changed: null }>()
  readonly #ports: Ports
  readonly #queue: JobQueue<Request, void>
  readonly #underWay = new Map<string, Promise<string>>()

  constructor(ports: Ports) {
    this.#ports = ports
    this.#queue = ports.jobs.register({
      type: 'package-fetch',
      payload: Request,
      recovery: 'resume',
      attempts: 3,
      // A seller that gives its data drop by drop keeps nobody else's from coming.
      concurrency: 8,
      pausable: true,
      subject: ({ content }) => content,
      run: (job) => this.#fetch(job),
    })
    ports.jobs.watch([this.#queue], () => this.events.emit('changed', null))
  }

  /** What was cut off while it was laid out is laid out again. */
  async start(): Promise<void> {
    const names = await readdir(this.#ports.paths.purchases).catch((): string[] => [])
    for (const name of names.filter((each) => each.endsWith('.part')))
      await rm(join(this.#ports.paths.purchases, name), { recursive: true, force: true })
  }

  stop(): Promise<void> {
    return Promise.resolve()
  }

  /** Versions that are on their way here. */
  get active(): Coming[] {
    return this.#queue.open().flatMap(({ row, payload: { asset, version } }) => {
      const { done, of } = this.#queue.live(row.id)?.progress ?? { done: 0, of: null }
      return row.state === 'running' ? [{ asset, version, bytes: done, of: of ?? 0 }] : []
    })
  }

  /** Whether a version lies here and fits what the chain says of it. */
  has(content: string): boolean {
    return existsSync(this.folder(content))
  }

  /** Where a version's package lies once it is here and fits the chain. */
  folder(content: string): string {
    return join(this.#ports.paths.purchases, content.slice(2))
  }

  /**
   * The folder of a version's package, once it is here and fits the chain. Whoever asks again joins what is under way.
   * @throws HearthError PROOF_FAILED or FILE_DAMAGED where it does not fit, PEER_UNREACHABLE, ABORTED, PAUSED
   */
  async obtain({ asset, version, seller }: Wanted): Promise<string> {
    const row = this.#version({ asset, version, seller })
    const { content } = row
    if (this.has(content)) return this.folder(content)
    const underWay = this.#underWay.get(content)
    if (underWay) return underWay
    const coming = this.#bring({ asset, version, seller, content }, row).finally(() => this.#underWay.delete(content))
    this.#underWay.set(content, coming)
    return coming
  }

  async #bring(request: Request, row: VersionRow): Promise<string> {
    const name = await this.#ports.catalogue.described(request.seller, row).then(
      (described) => described.name,
      () => `#${request.asset}`,
    )
    await this.#queue.run(request, { name })
    return this.folder(request.content)
  }

  /** The same of what is offered now. @throws HearthError NOT_FOUND where there is no such asset */
  async obtainOffered({ asset, version }: Pick<Wanted, 'asset' | 'version'>): Promise<string> {
    const row = this.#ports.reads.asset(asset)
    if (!row) throw new HearthError('NOT_FOUND', `there is no asset ${asset}`)
    return this.obtain({ asset, version, seller: row.owner })
  }

  /**
   * A package with the key that opens it, as the data node takes both.
   * @param key 64 digits; the other fields of a key file stand in the package's own header
   */
  async withKey(wanted: Wanted, key: string): Promise<{ package: string; key: HsegKey }> {
    const sealed = await this.obtain(wanted)
    const { dataset, version } = await this.#ports.node.sealing.header({ package: sealed })
    return { package: sealed, key: { format: 'HSEG1-KEY', dataset, version, key } }
  }

  /** The first segment whose own key a version's key does not give as it was committed to, or null. */
  async flaw(wanted: Wanted, key: string): Promise<SegmentFlaw | null> {
    return this.#ports.node.sealing.flaw(await this.withKey(wanted, key))
  }

  /** Works on a version's package as far as its bytes are here: laid out, or in the data node; on null where not. */
  async withBytes<T>(content: string, work: (folder: string | null) => Promise<T>): Promise<T> {
    if (this.has(content)) return work(this.folder(content))
    const { node, paths } = this.#ports
    const cid = folderCid(content)
    if (!node.roots.some((root) => root.cid === cid)) return work(null)
    const name = `${content.slice(2)}.${randomUUID()}.part`
    try {
      await mkdir(paths.purchases, { recursive: true, mode: 0o700 })
      return await work((await (await node.running()).export({ cid, name, out: paths.purchases })).path)
    } finally {
      await rm(join(paths.purchases, name), { recursive: true, force: true })
    }
  }

  /** Gives up the laid-out package of a version; the node's own copy stays as it is. */
  forget(content: string): Promise<void> {
    return rm(this.folder(content), { recursive: true, force: true })
  }

  async #fetch({ id, payload, signal, progress }: JobContext<Request>): Promise<void> {
    const row = this.#version(payload)
    if (row.content !== payload.content) throw new HearthError('NOT_FOUND', 'this was offered on a former network')
    if (this.has(row.content)) return
    const { seller } = payload
    const { node, reads } = this.#ports
    const metadata = await this.#ports.catalogue.described(seller, row)
    const described = metadata.bytes
    const cid = folderCid(row.content)
    const { bytes } = await drain(
      await (await node.running()).fetch({ cid, from: reads.seller(seller).addresses }, { signal }),
      (at) => {
        if (at.of > described + overhead(described)) throw larger(at.of, described)
        progress({ step: 'downloading', done: at.bytes, of: at.of || null, unit: 'bytes' })
      },
      signal,
    )
    if (bytes > described + overhead(described)) throw larger(bytes, described)
    // Of its own: a task that goes on after a start and one that was asked for since may bring the same.
    const name = `${row.content.slice(2)}.${id}.part`
    const part = join(this.#ports.paths.purchases, name)
    try {
      await mkdir(this.#ports.paths.purchases, { recursive: true, mode: 0o700 })
      await (await node.running()).export({ cid, name, out: this.#ports.paths.purchases })
      signal.throwIfAborted()
      await this.#requireFitting(part, seller, row, metadata)
      // Whichever of two came first: both fit the chain.
      await rename(part, this.folder(row.content)).catch((error: unknown) => {
        if (!this.has(row.content)) throw error
      })
    } finally {
      await rm(part, { recursive: true, force: true })
    }
  }

  /** Its key, its segments' keys and the drawn segments are those that the chain and the preview name. */
  async #requireFitting(folder: string, seller: string, version: VersionRow, metadata: AssetMetadata): Promise<void> {
    const { sealing } = this.#ports.node
    const { header, root, segments } = await sealing.inspect({ package: folder })
    if (
      `0x${header.keyCommit}` !== version.keyCommit ||
      `0x${header.salt}` !== version.salt ||
      `0x${root}` !== version.segments
    )
      throw unfitting('its keys are not those that its seller committed to')
    if (version.count !== drawnFrom(metadata, segments, header.segment))
      throw unfitting('the lot could not draw from all of its rows')
    const preview = await this.#ports.catalogue.shown(seller, version)
    if (preview === null) return
    await sealing.openShown({ preview, root })
    const { holds } = await sealing.holds({ package: folder, preview })
    if (!holds) throw unfitting('the preview was not taken from it')
  }

  #version({ asset, version }: Wanted): VersionRow {
    const row = this.#ports.reads.version(asset, version)
    if (!row) throw new HearthError('NOT_FOUND', `version ${version} of asset ${asset} is not on the chain at present`)
    return row
  }
}

const unfitting = (why: string) =>
  new HearthError('PROOF_FAILED', `the sealed data does not fit the chain: ${why}. Nothing was paid; do not buy this`)

const larger = (bytes: number, described: number) =>
  new HearthError(
    'PROOF_FAILED',
    `the sealed data has ${bytes} bytes, and its seller says ${described}. Nothing was paid; do not buy this`,
  )
