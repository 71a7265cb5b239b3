import { HearthError } from '../../../common/errors/index.ts'
import { requestStates, saleStates, SellerProfile } from '../../../common/model/data-market.ts'
import type { Db } from '../../core/db/open.ts'
import { ProjectedRows } from './projected-rows.ts'
import type { ProjectedEvent } from './projections.ts'

/** Applies one event of the DataMarket contract to the tables of assets, sales, requests and sellers. */
export function projectData(db: Db, event: ProjectedEvent): void {
  const { name, args, time } = event
  const id = Number(args.id)
  const rows = new ProjectedRows(db, event)
  const account = (argument: string): string => args[argument]!.toLowerCase()
  switch (name) {
    case 'AssetCreated':
      rows.insert('data_assets', {
        id,
        owner: account('owner'),
        creator: account('owner'),
        parent: Number(args.parent) || null,
        royalty: Number(args.royalty),
        state: 'draft',
        price: '0',
        version: 0,
      })
      return rows.trail('data_assets')
    case 'VersionPublished': {
      const drawBlock = Number(args.lotBlock) || null
      rows.insert('data_versions', {
        asset: id,
        version: Number(args.version),
        content: args.content!,
        metadata: args.metadata!,
        key_commit: args.keyCommit!,
        salt: args.salt!,
        rows: args.rows!,
        count: Number(args.count),
        draw_block: drawBlock,
        time,
      })
      rows.change('data_assets', { version: Number(args.version), state: 'draft' })
      return rows.trail('data_assets')
    }
    case 'PreviewShown':
      return rows.change(
        'data_versions',
        { preview: args.preview!, draw: args.lot! },
        { asset: id, version: Number(args.version) },
      )
    case 'AssetListed':
      rows.change('data_assets', { state: 'listed', price: args.price! })
      return rows.trail('data_assets')
    case 'AssetUnlisted':
      rows.change('data_assets', { state: 'unlisted' })
      return rows.trail('data_assets')
    case 'AssetReported':
      return void db
        .prepare('insert or ignore into data_reports (asset, account) values (?, ?)')
        .run(id, account('account'))
    case 'Transfer':
      // A mint follows the asset's own event.
      return rows.change('data_assets', { owner: account('to') }, { id: Number(args.tokenId) })
    case 'SellerAnnounced': {
      const profile = profileOf(args.profile!)
      return void db
        .prepare(
          'insert into data_sellers (account, profile) values (?, ?) on conflict (account) do update set profile = excluded.profile',
        )
        .run(account('seller'), JSON.stringify(profile))
    }
    case 'SalePaid':
      rows.insert('data_sales', {
        id,
        asset: Number(args.asset),
        version: Number(args.version),
        buyer: account('buyer'),
        seller: account('seller'),
        price: args.price!,
        key_x: args.keyX!,
        key_v: Number(args.keyV),
        state: 'paid',
        until: Number(args.until),
        bought_time: time,
      })
      return rows.trail('data_sales')
    case 'SaleDelivered':
      rows.change('data_sales', {
        state: 'delivered',
        point_x: args.pointX!,
        point_v: Number(args.pointV),
        wrapped: args.wrapped!,
        until: Number(args.until),
      })
      return rows.trail('data_sales')
    case 'SaleClosed':
      rows.change('data_sales', {
        state: saleStates[Number(args.state) - 1]!,
        paid: args.paid!,
        royalty: args.royalty!,
        wrong_key: args.wrongKey === 'true' ? 1 : 0,
        until: null,
        closed_time: time,
      })
      return rows.trail('data_sales')
    case 'SaleRated':
      rows.change('data_sales', { stars: Number(args.stars) })
      return rows.trail('data_sales')
    case 'RequestOpened':
      rows.insert('data_requests', {
        id,
        account: account('account'),
        bounty: args.bounty!,
        brief: args.brief!,
        state: 'open',
      })
      return rows.trail('data_requests')
    case 'RequestAnswered':
      db.prepare(
        "update data_requests set answers = json_insert(answers, '$[#]', ?) where id = ? and not exists (select 1 from json_each(answers) where value = ?)",
      ).run(Number(args.asset), id, Number(args.asset))
      return rows.trail('data_requests')
    case 'RequestClosed':
      rows.change('data_requests', { state: requestStates[Number(args.state) - 1]!, sale: Number(args.sale) || null })
      return rows.trail('data_requests')
    default:
      throw new HearthError('CHAIN_LIES', `the data market has no event ${name}`)
  }
}

/** Anybody may announce anything; what is no profile is an empty one. */
function profileOf(hex: string): SellerProfile {
  try {
    return SellerProfile.parse(JSON.parse(Buffer.from(hex.slice(2), 'hex').toString('utf8')))
  } catch {
    return { name: null, addresses: [] }
  }
}
