import { randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { cp, mkdir, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import * as z from 'zod'
import { AssetMetadata } from '../../../../common/model/data-market.ts'
import { ReleaseTerms, type Release } from '../../../../common/model/dataset.ts'
import type { HsegKey } from '../../../../common/model/hseg.ts'
import { listed } from '../../../../common/strict-reader.ts'
import { personalInWords } from '../../../../common/model/personal-kinds.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { pause, type Clock } from '../../../core/clock.ts'
import { removeFolder } from '../../../core/files.ts'
import { filesIn } from '../../../core/files-in.ts'
import { closeFolder, copyFilePrivately } from '../../../core/private-files.ts'
import type { JobContext, JobQueue, JobRunner } from '../../../core/job-runner/index.ts'
import { drain } from '../../../core/streams.ts'
import type { CollectionService, DatasetService } from '../../curation/index.ts'
import { digestOf, folderCid, type DataNodeService } from '../../storage/index.ts'
import { drawnFrom, ROWS_FILE } from './draw.ts'
import { digestOfBlock, type ReleaseService } from './release-service.ts'
import type { SaleVault, SealedAs } from './sale-vault.ts'

const MOST_FILES_NAMED = 1000
const LOOK_AGAIN_MS = 5_000

/** What is put into a package: a dataset or a collection as its owner's choices leave it, or files as they are. */
const ReleaseSource = z.union([
  z.strictObject({ kind: z.enum(['text', 'media']), dataset: z.string() }),
  z.strictObject({
    kind: z.enum(['files', 'adapter', 'model']),
    path: z.string(),
    base: AssetMetadata.shape.base,
  }),
  // What was sealed in a form that the chain takes no more.
  z.strictObject({ kind: z.literal('release'), release: z.uuid() }),
])
type ReleaseSource = z.infer<typeof ReleaseSource>

const SealingRequest = z.strictObject({
  source: ReleaseSource,
  terms: ReleaseTerms,
  /** The asset whose next version this is; null makes a new one. */
  asset: z.int().nullable(),
})
type SealingRequest = z.infer<typeof SealingRequest>
type Job = JobContext<SealingRequest>

/** What lies there to be sealed: `rows` only where there are any. */
type Staged = Pick<AssetMetadata, 'kind' | 'rows' | 'report' | 'media' | 'base'>

interface Ports {
  readonly clock: Clock
  readonly jobs: JobRunner
  readonly releases: ReleaseService
  readonly datasets: DatasetService
  readonly collections: CollectionService
  readonly node: DataNodeService
  readonly vault: SaleVault
  readonly onWallet: (listener: () => void) => () => void
}

/**
 * Seals what is to be sold, one thing at a time. What the app's end cut off begins again, once the wallet is open;
 * what was half made is removed.
 */
export class ReleaseSealing {
  readonly #ports: Ports
  readonly #sealings: JobQueue<SealingRequest, Release>

  constructor(ports: Ports) {
    this.#ports = ports
    this.#sealings = ports.jobs.register({
      type: 'release-sealing',
      payload: SealingRequest,
      recovery: 'resume',
      attempts: 2,
      concurrency: 1,
      pausable: false,
      run: (job) => this.#seal(job),
    })
    ports.jobs.watch([this.#sealings], () => ports.releases.events.emit('changed', null))
  }

  get progress(): { readonly name: string; readonly bytes: number; readonly of: number } | null {
    const [active] = this.#sealings.active()
    if (!active) return null
    const { name, progress } = active
    return progress?.step === 'sealing'
      ? { name, bytes: progress.done, of: progress.of ?? 0 }
      : { name, bytes: 0, of: 0 }
  }

  /**
   * @param asset the asset whose next version this is; null makes a new one
   * @throws HearthError WALLET_LOCKED, NO_WALLET, NOT_FOUND, MACHINE_BUSY while another release is being sealed
   */
  async seal(source: ReleaseSource, terms: ReleaseTerms, asset: number | null): Promise<Release> {
    // Who asks has the wallet open; only a job that begins again may wait for it.
    await this.#ports.vault.dataKey(this.#nextOf(asset))
    if (this.progress) throw new HearthError('MACHINE_BUSY', 'another release is being sealed')
    return this.#sealings.run({ source, terms, asset }, { name: terms.name })
  }

  /**
   * Seals a release of HSEG1 as the chain takes it now; the new one takes its place.
   * @throws HearthError BAD_INPUT where it is sealed so already
   */
  async again(id: string): Promise<Release> {
    const { releases } = this.#ports
    const { terms, asset, version } = releases.get(id)
    if (version.segments !== null) throw new HearthError('BAD_INPUT', 'this release is sealed as it is sold already')
    const renewed = await this.seal({ kind: 'release', release: id }, terms, asset)
    await releases.remove(id)
    return renewed
  }

  async #seal(job: Job): Promise<Release> {
    const { releases } = this.#ports
    const { id } = job
    // It was sealed to its end, and the app ended before that was written down.
    const sealed = releases.list().find((release) => release.id === id)
    if (sealed) return sealed
    const folder = releases.folder(id)
    await removeFolder(folder)
    try {
      const release = await this.#make(job, folder)
      // Last: until it is named, a folder is one that was cut off.
      releases.add(release)
      return release
    } catch (error) {
      await removeFolder(folder)
      throw error
    }
  }

  async #make(job: Job, folder: string): Promise<Release> {
    const {
      id,
      payload: { source, terms, asset },
      signal,
      progress,
    } = job
    const hseg = this.#nextOf(asset)
    const key = await this.#keyOf(hseg, job)
    const stage = join(folder, 'plain')
    await mkdir(stage, { recursive: true, mode: 0o700 })
    const staged = await this.#stage(stage, job)
    const previous = await this.#previous(asset, join(folder, 'previous'))
    signal.throwIfAborted()
    const { sealing } = this.#ports.node
    const sealed = await drain(
      await sealing.seal({
        path: stage,
        out: join(folder, 'sealed'),
        key,
        salt: hseg.salt,
        previous,
        first: staged.rows === undefined ? null : ROWS_FILE,
      }),
      ({ bytes, of }) => progress({ step: 'sealing', done: bytes, of: of || null, unit: 'bytes' }),
      signal,
    )
    const { cid } = await drain(await sealing.hash({ path: join(folder, 'sealed') }), () => {}, signal)
    // In the order in which it is read again: its digest is of its bytes.
    const metadata = AssetMetadata.parse({
      format: 'HEARTH-DATA-1',
      name: terms.name,
      description: terms.description,
      licence: terms.licence,
      bytes: await bytesIn(join(folder, 'sealed')),
      files: firstOf(await filesIn(stage)),
      ...staged,
    })
    await Promise.all([stage, join(folder, 'previous')].map((path) => rm(path, { recursive: true, force: true })))
    signal.throwIfAborted()
    return {
      id,
      created: this.#ports.clock.now(),
      kind: metadata.kind,
      dataset: this.#datasetOf(source),
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
        segments: `0x${sealed.root}`,
        count: drawnFrom(metadata, sealed.segments, sealed.header.segment),
      },
      segments: sealed.segments,
      reused: sealed.reused,
    }
  }

  /** What it is sealed with; waits while the wallet is locked. */
  async #keyOf(hseg: SealedAs, { signal, progress }: Job): Promise<HsegKey> {
    for (;;) {
      const changed = new AbortController()
      const off = this.#ports.onWallet(() => changed.abort())
      try {
        return await this.#ports.vault.dataKey(hseg)
      } catch (error) {
        if (!(error instanceof HearthError && error.code === 'WALLET_LOCKED')) throw error
        progress({ step: 'waitingForWallet', done: 0, of: null, unit: 'bytes' })
        await pause(LOOK_AGAIN_MS, AbortSignal.any([signal, changed.signal]))
        signal.throwIfAborted()
      } finally {
        off()
      }
    }
  }

  async #stage(stage: string, job: Job): Promise<Staged> {
    const { source, terms } = job.payload
    const describe = async (report: object, more = ''): Promise<void> => {
      await writeFile(join(stage, 'README.md'), `# ${terms.name}\n\n${terms.description}\n${more}`)
      await writeFile(join(stage, 'report.json'), `${JSON.stringify(report, null, 2)}\n`)
    }
    if (source.kind === 'media') {
      const { items, report, broken } = await this.#ports.collections.package(source.dataset, stage, ROWS_FILE, job)
      if (broken.length > 0)
        throw new HearthError('BAD_INPUT', `these cannot be read any more; leave them out by hand: ${listed(broken)}`)
      if (items === 0) throw new HearthError('BAD_INPUT', 'nothing is left of this collection; change the choices')
      await describe(report)
      return { kind: source.kind, rows: items, report: null, media: report, base: null }
    }
    if (source.kind === 'release') return this.#unseal(stage, this.#ports.releases.get(source.release))
    if ('path' in source) {
      await copyInto(stage, source.path, job)
      return { kind: source.kind, report: null, media: null, base: source.base }
    }
    return this.#ports.datasets.settled(source.dataset, async ({ cleaned, choices }) => {
      if (!cleaned || cleaned.items === 0)
        throw new HearthError('BAD_INPUT', 'nothing is left of this dataset; change the filters')
      await copyFilePrivately(this.#ports.datasets.cleanedFile(source.dataset), join(stage, ROWS_FILE))
      await describe(cleaned.report, `\nPersonal data: ${personalInWords(cleaned.report.personal)}.\n`)
      return {
        kind: source.kind,
        rows: cleaned.items,
        report: { country: choices.country, ...cleaned.report },
        media: null,
        base: null,
      }
    })
  }

  /** Lays out what a release holds. */
  async #unseal(stage: string, release: Release): Promise<Staged> {
    const { node, releases, vault } = this.#ports
    const key = await vault.dataKey(release.hseg)
    await releases.withSealed(release, async (sealed) => {
      await rm(stage, { recursive: true })
      await drain(await node.sealing.unseal({ package: sealed, key, out: stage }))
    })
    const { kind, report, media, base } = release.metadata
    // HSEG1's number of rows that the lot could draw.
    const { count } = release.version
    return { kind, ...(count > 0 && { rows: count }), report, media, base }
  }

  #datasetOf(source: ReleaseSource): string | null {
    if (source.kind === 'release') return this.#ports.releases.get(source.release).dataset
    return 'dataset' in source ? source.dataset : null
  }

  /** What the next version is sealed as. A dataset stays itself; its salt never does. */
  #nextOf(asset: number | null): SealedAs {
    const before = asset === null ? null : this.#ports.releases.made(asset).release
    return {
      dataset: before?.hseg.dataset ?? randomBytes(32).toString('hex'),
      version: (before?.hseg.version ?? 0) + 1,
      salt: randomBytes(32).toString('hex'),
    }
  }

  /** The sealed version before, whose unchanged segments are taken over; null where it is not here any more. */
  async #previous(asset: number | null, into: string): Promise<{ folder: string; key: HsegKey } | null> {
    const { node, releases, vault } = this.#ports
    const before = asset === null ? null : releases.made(asset).release
    if (!before) return null
    const key = await vault.dataKey(before.hseg)
    const sealed = releases.sealed(before.id)
    if (existsSync(sealed)) return { folder: sealed, key }
    const exported = await (
      await node.running()
    )
      .export({ cid: folderCid(before.version.content), name: 'sealed', out: into })
      .catch(() => null)
    return exported && { folder: exported.path, key }
  }
}

/** Copies a file, or what is in a folder. */
async function copyInto(folder: string, path: string, { signal, progress }: Job): Promise<void> {
  const { size, isFile } = await stat(path).then(
    (found) => ({ size: found.size, isFile: found.isFile() }),
    (error: unknown) => {
      throw new HearthError('NOT_FOUND', `there is no ${path} any more`, {}, { cause: error })
    },
  )
  if (!isFile) {
    await cp(path, folder, { recursive: true })
    // A copy has the modes of what was copied.
    return void (await closeFolder(folder, signal))
  }
  let done = 0
  const from = createReadStream(path, { highWaterMark: 2 ** 20 })
  from.on('data', (piece) => progress({ step: 'copying', done: (done += piece.length), of: size, unit: 'bytes' }))
  await pipeline(from, createWriteStream(join(folder, basename(path))), { signal })
}

/** Of all files in a folder. */
const bytesIn = async (folder: string): Promise<number> =>
  (await filesIn(folder)).reduce((sum, { bytes }) => sum + bytes, 0)

/** The files that are named; what the lot draws from is one of them. */
const firstOf = (files: readonly { readonly path: string; readonly bytes: number }[]) =>
  files.toSorted((a, b) => Number(b.path === ROWS_FILE) - Number(a.path === ROWS_FILE)).slice(0, MOST_FILES_NAMED)
