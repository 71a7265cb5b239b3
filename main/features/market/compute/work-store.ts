import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { cp, mkdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { exactInferenceContract } from '../../../../common/children/exact-inference.ts'
import { MAX_ROW_BYTES, NET_PRESETS, workHash, WorkSpec, type NetPreset } from '../../../../common/model/work.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { asDiskError, writeFileAtomic } from '../../../core/files.ts'
import type { DataPaths } from '../../../core/paths.ts'
import type { SupervisedProcess } from '../../../core/processes/supervised.ts'
import { rowsFromCsv } from './rows-csv.ts'

export interface PreparedWork {
  readonly hash: string
  readonly spec: WorkSpec
}

export type RowSource =
  | { readonly kind: 'generated'; readonly count: number }
  | { readonly kind: 'csv'; readonly text: string }

const SPARE_BYTES = 64 * 1024 * 1024

/**
 * Work folders: prepared ones by hash, and those of orders by id. Rows are written and hashed by the engine process.
 */
export class WorkStore {
  readonly #paths: DataPaths
  readonly #engine: SupervisedProcess<typeof exactInferenceContract>

  constructor(paths: DataPaths, engine: SupervisedProcess<typeof exactInferenceContract>) {
    this.#paths = paths
    this.#engine = engine
  }

  /** Writes rows and specification, so that an order can name their hash. */
  async prepare(preset: NetPreset, source: RowSource): Promise<PreparedWork> {
    const net = {
      seed: `0x${randomBytes(32).toString('hex')}`,
      widths: [...NET_PRESETS[preset].widths],
      shifts: [...NET_PRESETS[preset].shifts],
    }
    const width = net.widths[0]!
    const temporary = join(this.#paths.work, `preparing-${randomBytes(6).toString('hex')}`)
    await mkdir(temporary, { recursive: true, mode: 0o700 })
    try {
      const file = join(temporary, 'rows.bin')
      let count: number
      let sha256: string
      if (source.kind === 'csv') {
        const rows = rowsFromCsv(source.text, width)
        count = rows.length / width
        await writeFile(file, rows)
        sha256 = (await this.#engine.client.hash({ file })).sha256
      } else {
        count = source.count
        if (count * width > MAX_ROW_BYTES)
          throw new HearthError('BAD_INPUT', `at most ${Math.floor(MAX_ROW_BYTES / width)} rows of ${width}`)
        await this.requireSpace(count * width)
        sha256 = (
          await this.#engine.client.generateRows({ file, seed: randomBytes(32).toString('hex'), bytes: count * width })
        ).sha256
      }
      const spec = WorkSpec.parse({ version: 1, kind: 'exact-inference', net, rows: { count, sha256 } })
      const hash = workHash(spec)
      await writeFileAtomic(join(temporary, 'spec.json'), JSON.stringify(spec))
      await rename(temporary, join(this.#paths.work, hash))
      return { hash, spec }
    } catch (error) {
      await rm(temporary, { recursive: true, force: true })
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
