import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, readdir, readFile, rename, rm, statfs } from 'node:fs/promises'
import { join } from 'node:path'
import { HearthError } from '../../../../common/errors/index.ts'
import { asDiskError, writeFileAtomic } from '../../../core/files.ts'
import type { DataPaths } from '../../../core/paths.ts'
import type { SecondsKind } from '../../../work/index.ts'

export interface PreparedWork {
  readonly hash: string
  readonly spec: unknown
}

const SPARE_BYTES = 64 * 1024 * 1024

/** Work folders: prepared ones by hash, and those of orders by id. */
export class WorkStore {
  readonly #paths: DataPaths

  constructor(paths: DataPaths) {
    this.#paths = paths
  }

  /** Writes inputs and specification, so that an order can name their hash. */
  async prepare(kind: SecondsKind, request: unknown): Promise<PreparedWork> {
    const path = join(this.#paths.work, `preparing-${randomBytes(6).toString('hex')}`)
    await mkdir(path, { recursive: true, mode: 0o700 })
    try {
      const spec = await kind.order(request, { path, requireSpace: (bytes) => this.requireSpace(bytes) })
      const hash = kind.hash(spec)
      await writeFileAtomic(join(path, 'spec.json'), JSON.stringify(spec))
      // The same work, asked for again, is there already.
      if (await this.prepared(hash)) await rm(path, { recursive: true, force: true })
      else await rename(path, join(this.#paths.work, hash))
      return { hash, spec }
    } catch (error) {
      await rm(path, { recursive: true, force: true })
      throw asDiskError(error)
    }
  }

  async prepared(hash: string): Promise<unknown> {
    return readSpec(join(this.#paths.work, hash))
  }

  buyingFolder(order: number): string {
    return join(this.#paths.buying, String(order))
  }

  servingFolder(order: number): string {
    return join(this.#paths.serving, String(order))
  }

  /** Gives an order its own copy of prepared work; the prepared one can be ordered again. */
  async adopt(hash: string, order: number): Promise<unknown> {
    const folder = this.buyingFolder(order)
    const existing = await readSpec(folder)
    if (existing) return existing
    const from = join(this.#paths.work, hash)
    if (!(await readSpec(from))) return null
    await mkdir(this.#paths.buying, { recursive: true, mode: 0o700 })
    // Copied beside and renamed, so that a crash never leaves half a folder under the order's name.
    await rm(`${folder}.partial`, { recursive: true, force: true })
    await cp(from, `${folder}.partial`, { recursive: true })
    await rename(`${folder}.partial`, folder)
    return readSpec(folder)
  }

  /** What an order of this machine's asks for, on either side; null where it is not here. */
  async specOf(order: number): Promise<unknown> {
    return (await readSpec(this.buyingFolder(order))) ?? readSpec(this.servingFolder(order))
  }

  /**
   * Makes a serving folder for a customer's specification.
   * @throws HearthError NOT_ENOUGH_DISK before anything is written
   */
  async openServing(order: number, spec: unknown, bytes: number): Promise<string> {
    const folder = this.servingFolder(order)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    if (!existsSync(join(folder, 'spec.json'))) {
      await this.requireSpace(bytes)
      await writeFileAtomic(join(folder, 'spec.json'), JSON.stringify(spec))
    }
    return folder
  }

  /** Keeps an order's folder under a name that no order has. @returns where */
  async keep(order: number, name: string): Promise<string> {
    const kept = join(this.#paths.buying, name)
    if (!existsSync(kept)) await rename(this.buyingFolder(order), kept)
    return kept
  }

  /** Removes what is named by orders' numbers. */
  async forgetOrders(): Promise<void> {
    await rm(this.#paths.serving, { recursive: true, force: true })
    for (const name of await readdir(this.#paths.buying).catch((): string[] => []))
      if (/^\d+(\.partial)?$/.test(name)) await rm(join(this.#paths.buying, name), { recursive: true, force: true })
  }

  async requireSpace(bytes: number): Promise<void> {
    await mkdir(this.#paths.work, { recursive: true, mode: 0o700 })
    const { bavail, bsize } = await statfs(this.#paths.work)
    if (bavail * bsize < bytes + SPARE_BYTES)
      throw new HearthError('NOT_ENOUGH_DISK', 'there is not enough free disk for this work; nothing was written', {
        needed: bytes,
        free: bavail * bsize,
      })
  }
}

/** Whatever an order's folder names; its kind checks it. */
async function readSpec(folder: string): Promise<unknown> {
  const file = join(folder, 'spec.json')
  return existsSync(file) ? JSON.parse(await readFile(file, 'utf8')) : null
}
