import { BaseBlockstore } from 'blockstore-core'
import { NotFoundError } from 'interface-store'
import type { CID } from 'multiformats/cid'
import type { BlockSource } from './block-source.ts'
import { PackStore } from './pack-store.ts'

/** Blocks that nobody keeps: what the gateway and previews fetched. The oldest go when there is no more room. */
export class PassingBlocks extends BaseBlockstore implements BlockSource {
  readonly #store: PackStore
  readonly #most: () => number
  #trimming: Promise<unknown> | null = null

  private constructor(store: PackStore, most: () => number) {
    super()
    this.#store = store
    this.#most = most
  }

  /** @param most bytes that there is room for, asked at each block. @throws HearthError DATA_IN_USE */
  static async open(folder: string, most: () => number): Promise<PassingBlocks> {
    return new PassingBlocks(await PackStore.open(folder), most)
  }

  get bytes(): number {
    return this.#store.bytes
  }

  override has(cid: CID): boolean {
    return this.#store.has(cid)
  }

  /** @throws NotFoundError also where it goes at this moment */
  async read(cid: CID): Promise<Uint8Array> {
    try {
      return await this.#store.read(cid)
    } catch (error) {
      throw this.#trimming ? new NotFoundError(`${cid.toString()} has just gone`) : error
    }
  }

  override async *get(cid: CID): AsyncGenerator<Uint8Array> {
    yield await this.read(cid)
  }

  override async put(cid: CID, block: Parameters<PackStore['put']>[1]): Promise<CID> {
    const most = this.#most()
    if (this.#store.bytes >= most) await this.#trim(most)
    // Where the owner has left no room, a block only passes.
    return most > 0 ? this.#store.put(cid, block) : cid
  }

  async #trim(most: number): Promise<void> {
    this.#trimming ??= this.#store.keepNewest(most / 2).finally(() => (this.#trimming = null))
    await this.#trimming
  }

  close(): Promise<void> {
    return this.#store.close()
  }
}
