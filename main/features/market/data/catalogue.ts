import type * as z from 'zod'
import {
  AssetMetadata,
  DrawPreview,
  RequestBrief,
  type AssetRow,
  type DrawnRows,
  type SaleRow,
  type VersionRow,
} from '../../../../common/model/data-market.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { pause } from '../../../core/clock.ts'
import type { DataNodeService } from '../../storage/index.ts'
import type { DataRepository } from './data-repository.ts'
import { rowBytes, showsDrawn } from './draw.ts'
import { rowsIn } from './drawn-rows.ts'

/** Of a block. */
const MOST_BYTES = 2 ** 20
const MOST_KEPT = 2000
const MOST_AT_ONCE = 32

/** What sellers and buyers say beside the chain, fetched from their nodes and held to the hashes that stand on it. */
export class Catalogue {
  readonly #node: DataNodeService
  readonly #reads: DataRepository
  readonly #known = new Map<string, unknown>()
  /** Reads under way: screens ask again before a seller that does not answer is given up. */
  readonly #reading = new Map<string, Promise<unknown>>()
  /** Digests that nobody reads yet, with whom to ask for each. */
  readonly #wanted = new Map<string, string>()
  #readers = 0

  constructor(node: DataNodeService, reads: DataRepository) {
    this.#node = node
    this.#reads = reads
  }

  /**
   * What a version's seller says of it.
   * @throws HearthError PEER_UNREACHABLE, FILE_DAMAGED where the block is not what it should be
   */
  described(seller: string, { metadata }: VersionRow): Promise<AssetMetadata> {
    return this.#read(metadata, seller, AssetMetadata)
  }

  /** What a version's seller says of it, where that is known already. */
  knownOf({ metadata }: VersionRow): AssetMetadata | null {
    return (this.#known.get(metadata) as AssetMetadata | undefined) ?? null
  }

  /** Fetches what sellers say, so many at a time; goes on with it when the caller's patience is over. */
  async describe(assets: readonly Pick<AssetRow, 'owner' | 'current'>[], patienceMs: number): Promise<void> {
    for (const { owner, current } of assets)
      if (!this.#known.has(current.metadata)) this.#wanted.set(current.metadata, owner)
    if (this.#wanted.size === 0) return
    const abort = new AbortController()
    const readers = Array.from({ length: MOST_AT_ONCE - this.#readers }, () => this.#readWanted())
    await Promise.race([Promise.all(readers), pause(patienceMs, abort.signal)])
    abort.abort()
  }

  async #readWanted(): Promise<void> {
    this.#readers++
    for (const [digest, account] of this.#wanted) {
      this.#wanted.delete(digest)
      await this.#read(digest, account, AssetMetadata).catch(() => null)
    }
    this.#readers--
  }

  /** What a purchase was promised; null where its block cannot be had. */
  async promised({
    asset,
    version,
    seller,
  }: Pick<SaleRow, 'asset' | 'version' | 'seller'>): Promise<AssetMetadata | null> {
    return this.described(seller, this.#reads.version(asset, version)!).catch(() => null)
  }

  /**
   * The drawn segments as their seller shows them, sealed and with their keys; null where there are none.
   * @throws HearthError PROOF_FAILED where others are shown
   */
  async shown(seller: string, version: VersionRow): Promise<DrawPreview | null> {
    if (version.preview === null) return null
    const preview = await this.#read(version.preview, seller, DrawPreview)
    if (!showsDrawn(preview, version))
      throw new HearthError('PROOF_FAILED', 'the seller does not show what the lot has drawn; do not buy this')
    return preview
  }

  /** The same as far as it was fetched since the start, however it fits. */
  keptPreview({ preview }: VersionRow): DrawPreview | null {
    return preview === null ? null : ((this.#known.get(preview) as DrawPreview | undefined) ?? null)
  }

  /**
   * The rows in the drawn segments; null where there are none to see.
   * @throws HearthError PROOF_FAILED where the segments' keys are not those that the version commits to
   */
  async rows(seller: string, version: VersionRow): Promise<DrawnRows | null> {
    const preview = await this.shown(seller, version)
    if (!preview) return null
    const { segments } = await this.#node.sealing.openShown({ preview, root: version.segments.slice(2) })
    return rowsIn(segments, rowBytes((await this.described(seller, version)).files))
  }

  brief(digest: string, account: string): Promise<RequestBrief> {
    return this.#read(digest, account, RequestBrief)
  }

  async #read<T>(digest: string, account: string, schema: z.ZodType<T>): Promise<T> {
    const known = this.#known.get(digest)
    if (known !== undefined) return known as T
    const reading =
      this.#reading.get(digest) ?? this.#fetch(digest, account, schema).finally(() => this.#reading.delete(digest))
    this.#reading.set(digest, reading)
    return reading as Promise<T>
  }

  async #fetch<T>(digest: string, account: string, schema: z.ZodType<T>): Promise<T> {
    const { bytes } = await (
      await this.#node.running()
    ).block({ sha256: digest.slice(2), from: this.#reads.seller(account).addresses })
    const content = Buffer.from(bytes, 'base64')
    if (content.length > MOST_BYTES)
      throw new HearthError('FILE_DAMAGED', 'what describes this is larger than it may be')
    const parsed = schema.safeParse(jsonOf(content))
    if (!parsed.success) throw new HearthError('FILE_DAMAGED', 'what describes this cannot be read')
    if (this.#known.size >= MOST_KEPT) this.#known.clear()
    this.#known.set(digest, parsed.data)
    return parsed.data
  }
}

function jsonOf(content: Buffer): unknown {
  try {
    return JSON.parse(content.toString('utf8'))
  } catch {
    return null
  }
}
