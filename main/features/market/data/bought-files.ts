import { join } from 'node:path'
import type { BoughtUses } from '../../../../common/api/data.ts'
import type { BoughtWay } from '../../../../common/model/bought-names.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { pause, type Clock } from '../../../core/clock.ts'
import type { ShowFile } from '../../../core/ports.ts'
import type { Uploads } from '../../uploads/index.ts'
import { kindOf, limitOf, waysOf, type BoughtTerms } from './bought-uses.ts'
import type { DataBuyerWorkflow } from './buyer-workflow.ts'
import type { Catalogue } from './catalogue.ts'
import type { DataRepository } from './data-repository.ts'
import type { Library } from './library.ts'

/** A seller that is away must not keep a buyer from their files. */
const PATIENCE_MS = 5_000

interface Ports {
  readonly library: Library
  readonly purchasing: Pick<DataBuyerWorkflow, 'job'>
  readonly reads: Pick<DataRepository, 'sale'>
  readonly catalogue: Pick<Catalogue, 'promised'>
  readonly uploads: Pick<Uploads, 'take'>
  readonly clock: Clock
  readonly showFile: ShowFile | null
}

/**
 * What its buyer does with bought data. The files are a stranger's: they go on as uploads do, through the same readers.
 */
export class BoughtFiles {
  readonly #ports: Ports

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** @throws HearthError NOT_FOUND */
  async uses(sale: number): Promise<BoughtUses> {
    const { library, clock, showFile } = this.#ports
    const files = await library.files(sale)
    const terms = await this.#termsOf(sale)
    const kind = terms?.kind ?? kindOf(files)
    const bought = this.#boughtAt(sale)
    return {
      folder: library.folder(sale),
      shows: showFile !== null,
      files,
      kind,
      licence: terms?.licence ?? null,
      ways: waysOf(kind, files).map((it) => ({
        ...it,
        limit: terms && limitOf(terms.licence, it.way, bought, clock.now()),
      })),
    }
  }

  /** Gives one of the files to a reader of uploads. @throws HearthError LICENCE_FORBIDS, NOT_FOUND, MESSAGE_TOO_LARGE */
  async handOver(sale: number, path: string, wanted: BoughtWay): Promise<{ upload: string }> {
    const { folder, ways } = await this.uses(sale)
    const way = ways.find((it) => it.way === wanted)
    if (!way?.files.includes(path)) throw new HearthError('NOT_FOUND', `there is no ${path} to be read so`)
    if (way.limit)
      throw new HearthError(
        'LICENCE_FORBIDS',
        way.limit === 'term' ? 'the term of its licence is over' : 'its licence is for other uses',
      )
    return { upload: await this.#ports.uploads.take(join(folder, ...path.split('/'))) }
  }

  /** @throws HearthError NOT_FOUND, BAD_INPUT where no desktop is there to show it */
  async showFolder(sale: number): Promise<void> {
    const { library, showFile } = this.#ports
    const [first] = await library.files(sale)
    if (!showFile || !first) throw new HearthError('BAD_INPUT', 'there is no desktop here to show a folder')
    showFile(join(library.folder(sale), ...first.path.split('/')))
  }

  /** As they were kept with the purchase; else the seller is asked. */
  async #termsOf(sale: number): Promise<BoughtTerms | null> {
    const { purchasing, reads, catalogue } = this.#ports
    const row = reads.sale(sale)
    const kept = purchasing.job(sale)?.payload.terms
    if (kept || !row) return kept ?? null
    return Promise.race([catalogue.promised(row), pause(PATIENCE_MS).then(() => null)])
  }

  #boughtAt(sale: number): number {
    const row = this.#ports.reads.sale(sale)
    return row ? row.boughtTime * 1000 : (this.#ports.purchasing.job(sale)?.created ?? 0)
  }
}
