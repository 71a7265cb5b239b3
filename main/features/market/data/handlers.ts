import { setImmediate } from 'node:timers/promises'
import { implement } from '@orpc/server'
import { dataContract, type BoughtSale, type DataOverview, type OfferedAsset } from '../../../../common/api/data.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { AssetRow, SaleRow, SellerRow } from '../../../../common/model/data-market.ts'
import { RequestBrief } from '../../../../common/model/data-market.ts'
import type { PurchaseState } from '../../../../common/model/purchase-state.ts'
import type { CallContext } from '../../../core/call-context.ts'
import { base64Of } from '../../../core/file-pieces.ts'
import type { JobStore } from '../../../core/jobs.ts'
import { watch } from '../../../core/watch.ts'
import type { ModelService } from '../../avatar/models/index.ts'
import type { Indexer } from '../../chain/index.ts'
import type { CollectionService, CurationTasks, DatasetService } from '../../curation/index.ts'
import { digestOf, type DataNodeService } from '../../storage/index.ts'
import type { TrainingService } from '../../training/runs/index.ts'
import type { WalletService } from '../../wallet/index.ts'
import type { BoughtFiles } from './bought-files.ts'
import type { DataBuyerWorkflow } from './buyer-workflow.ts'
import type { Catalogue } from './catalogue.ts'
import type { DataRepository } from './data-repository.ts'
import type { Library } from './library.ts'
import type { PackageFetching } from './package-fetching.ts'
import { blockOf, digestOfBlock, type ReleaseService } from './release-service.ts'
import type { ReleaseSealing } from './release-sealing.ts'
import type { DataSellerWorkflow } from './seller-workflow.ts'

const FILE_CHUNK = 256 * 1024
const LOG_LINES = 50
/** How long a list waits for what sellers say. */
const LIST_PATIENCE_MS = 1_000
/** Between which the host does something else. */
const ROWS_A_TURN = 50

/** Data: from the contract to the services. */
export function dataHandlers({
  boughtFiles,
  dataRepository,
  curation,
  datasets,
  collections,
  dataNode,
  releases,
  sealing,
  catalogue,
  packages,
  selling,
  purchasing,
  library,
  models,
  training,
  wallet,
  indexer,
  jobs,
}: {
  readonly boughtFiles: BoughtFiles
  readonly dataRepository: DataRepository
  readonly curation: CurationTasks
  readonly datasets: DatasetService
  readonly collections: CollectionService
  readonly dataNode: DataNodeService
  readonly releases: ReleaseService
  readonly sealing: ReleaseSealing
  readonly catalogue: Catalogue
  readonly packages: PackageFetching
  readonly selling: DataSellerWorkflow
  readonly purchasing: DataBuyerWorkflow
  readonly library: Library
  readonly models: ModelService
  readonly training: TrainingService
  readonly wallet: WalletService
  readonly indexer: Indexer
  readonly jobs: JobStore
}) {
  const os = implement(dataContract).$context<CallContext>()

  /** What it is built on is on the chain, or it could never be published. */
  const seal: ReleaseSealing['seal'] = async (source, terms, asset) => {
    if (terms.parent !== null && !dataRepository.asset(terms.parent))
      throw new HearthError('BAD_INPUT', `there is no asset ${terms.parent} to build on`)
    return sealing.seal(source, terms, asset)
  }
  const nameOf = ({ asset, version }: SaleRow): string => {
    const made = releases.of(dataRepository.version(asset, version)!.content)
    return made?.terms.name ?? `#${asset}`
  }
  const toBought = (sale: SaleRow): BoughtSale => {
    const job = purchasing.job(sale.id)
    if (!job) return { sale, own: null }
    const { name, path } = job.payload
    const coming = packages.active.find(({ asset, version }) => asset === sale.asset && version === sale.version)
    return {
      sale,
      own: {
        state: job.state as PurchaseState,
        reason: job.reason,
        name,
        bytes: coming?.bytes ?? 0,
        of: coming?.of ?? 0,
        path,
        log: jobs.logEnd(job.id, LOG_LINES),
      },
    }
  }
  const overview = (): DataOverview => {
    const account = wallet.addressOrNull()
    const published = (content: string): AssetRow | null => {
      const found = dataRepository.publishedAs(content)
      const asset = found && dataRepository.asset(found.asset)
      return asset?.current.content === content ? asset : null
    }
    return {
      datasets: datasets.list(),
      collections: collections.list(),
      tasks: [...curation.all],
      failed: datasets.failed ?? collections.failed,
      sealing: sealing.progress,
      coming: packages.active,
      releases: releases.list().map((release) => ({ release, asset: published(release.version.content) })),
      sold: account
        ? dataRepository
            .sales('seller', account)
            .map((sale) => ({ sale, name: nameOf(sale), obstacle: selling.obstacle(sale.id) }))
        : [],
      bought: account ? dataRepository.sales('buyer', account).map(toBought) : [],
      kept: purchasing
        .list()
        .flatMap(({ subjectId, created, payload: { name, path } }) =>
          subjectId < 0 && path !== null ? [{ sale: subjectId, name, path, created }] : [],
        ),
      node: dataNode.status && { status: dataNode.status, roots: [...dataNode.roots], resting: dataNode.resting },
    }
  }
  const subscribe = (changed: () => void): (() => void) => {
    const stops = [
      curation.events.on('changed', changed),
      releases.events.on('changed', changed),
      packages.events.on('changed', changed),
      dataNode.events.on('changed', changed),
      indexer.events.on('indexed', changed),
      jobs.events.on('changed', ({ kind }) => (kind === 'purchase' || kind === 'sell') && changed()),
    ]
    return () => stops.forEach((stop) => stop())
  }
  const offered = (asset: AssetRow, seller = dataRepository.seller(asset.owner)): OfferedAsset => ({
    asset,
    seller,
    metadata: releases.of(asset.current.content)?.metadata ?? catalogue.knownOf(asset.current),
    sold: dataRepository.soldOf(asset.id),
    here: packages.has(asset.current.content),
    mine: asset.owner === wallet.addressOrNull()?.toLowerCase(),
  })
  /** A market of many sellers is not held up by those that are slow or away: what they say comes with the next time. */
  const offers = async (): Promise<OfferedAsset[]> => {
    const assets = dataRepository.listed()
    await catalogue.describe(
      assets.filter(({ current }) => !releases.of(current.content)),
      LIST_PATIENCE_MS,
    )
    const rows: OfferedAsset[] = []
    const sellers = new Map<string, SellerRow>()
    for (const asset of assets) {
      const seller = sellers.get(asset.owner) ?? dataRepository.seller(asset.owner)
      sellers.set(asset.owner, seller)
      rows.push(offered(asset, seller))
      if (rows.length % ROWS_A_TURN === 0) await setImmediate()
    }
    return rows
  }
  const known = (id: number): AssetRow => {
    const asset = dataRepository.asset(id)
    if (!asset) throw new HearthError('NOT_FOUND', `there is no asset ${id}`)
    return asset
  }

  return {
    overview: os.overview.handler(overview),
    watch: os.watch.handler(({ signal }) => watch(subscribe, overview, signal)),
    create: os.create.handler(({ input }) => datasets.create(input)),
    choose: os.choose.handler(({ input }) => datasets.choose(input.id, input.choices)),
    remove: os.remove.handler(async ({ input }) => (await datasets.remove(input.id), {})),
    entities: os.entities.handler(({ input }) => datasets.entities(input.id)),
    items: os.items.handler(({ input }) => datasets.items(input.id, input.cleaned, input.offset, input.query)),
    changes: os.changes.handler(({ input }) => datasets.changes(input.id, input.offset)),
    export: os.export.handler(({ input }) => datasets.export(input.id, input.request)),
    exportedFile: os.exportedFile.handler(async ({ input }) =>
      base64Of(await datasets.exportedPiece(input.id, input.path, input.offset, FILE_CHUNK)),
    ),
    seal: os.seal.handler(({ input }) => seal({ kind: 'text', dataset: input.dataset }, input.terms, input.asset)),
    collect: os.collect.handler(({ input }) => collections.create(input)),
    chooseMedia: os.chooseMedia.handler(({ input }) => collections.choose(input.id, input.choices)),
    removeCollection: os.removeCollection.handler(async ({ input }) => (await collections.remove(input.id), {})),
    gallery: os.gallery.handler(({ input }) => collections.gallery(input.id, input.order, input.offset, input.limit)),
    collectionFile: os.collectionFile.handler(async ({ input }) =>
      base64Of(await collections.read(input.id, input.item, input.offset, FILE_CHUNK)),
    ),
    sealCollection: os.sealCollection.handler(({ input }) =>
      seal({ kind: 'media', dataset: input.collection }, input.terms, input.asset),
    ),
    sealAdapter: os.sealAdapter.handler(({ input }) =>
      seal({ kind: 'adapter', ...training.finishedAdapter(input.run) }, input.terms, input.asset),
    ),
    sealModel: os.sealModel.handler(async ({ input }) => {
      const { file, name, hash } = await models.get(input.model)
      return seal({ kind: 'model', path: file, base: { name, hash } }, input.terms, input.asset)
    }),
    sealAgain: os.sealAgain.handler(({ input }) => sealing.again(input.id)),
    removeRelease: os.removeRelease.handler(async ({ input }) => (await releases.remove(input.id), {})),
    draw: os.draw.handler(({ input }) => releases.drawnRows(input.asset)),
    offers: os.offers.handler(offers),
    asset: os.asset.handler(async ({ input }) => {
      const asset = known(input.asset)
      if (!releases.of(asset.current.content)) await catalogue.described(asset.owner, asset.current).catch(() => null)
      return offered(asset)
    }),
    preview: os.preview.handler(({ input }) => {
      const { owner, current } = known(input.asset)
      return catalogue.rows(owner, current)
    }),
    obtain: os.obtain.handler(async ({ input }) => (await packages.obtainOffered(input), {})),
    requests: os.requests.handler(() =>
      Promise.all(
        dataRepository.requests().map(async (request) => ({
          request,
          brief: await catalogue.brief(request.brief, request.account).catch(() => null),
          mine: request.account === wallet.addressOrNull()?.toLowerCase(),
        })),
      ),
    ),
    prepareRequest: os.prepareRequest.handler(async ({ input }) => {
      const brief = RequestBrief.parse({ format: 'HEARTH-REQUEST-1', ...input })
      await dataNode.putBlock(blockOf(brief), `request: ${brief.title}`)
      return { brief: digestOfBlock(brief) }
    }),
    files: os.files.handler(({ input }) => library.files(input.sale)),
    readFile: os.readFile.handler(async ({ input }) =>
      base64Of(await library.read(input.sale, input.path, input.offset, FILE_CHUNK)),
    ),
    uses: os.uses.handler(({ input }) => boughtFiles.uses(input.sale)),
    handOver: os.handOver.handler(({ input }) => boughtFiles.handOver(input.sale, input.path, input.way)),
    showFolder: os.showFolder.handler(async ({ input }) => (await boughtFiles.showFolder(input.sale), {})),
    unseed: os.unseed.handler(async ({ input }) => {
      await dataNode.remove(input.cid)
      await packages.forget(digestOf(input.cid))
      return {}
    }),
  }
}
