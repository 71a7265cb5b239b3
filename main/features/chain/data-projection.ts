import { HearthError } from '../../../common/errors/index.ts'
import { requestStates, saleStates, SellerProfile } from '../../../common/model/data-market.ts'
import type { Db } from '../../core/db/open.ts'
import type { ProjectedEvent } from './projections.ts'

type Fields = Readonly<Record<string, string | number | null>>

/** Applies one event of the DataMarket contract to the tables of assets, sales, requests and sellers. */
export function projectData(db: Db, { name, args, time, transactionHash }: ProjectedEvent): void {
  const id = Number(args.id)
  const account = (argument: string): string => args[argument]!.toLowerCase()
  const insert = (table: string, fields: Fields): void => {
    const columns = Object.keys(fields)
    db.prepare(`insert into ${table} (${columns.join(', ')}) values (${columns.map(() => '?').join(', ')})`).run(...Object.values(fields))
  }
  const change = (table: string, fields: Fields, where: Fields = { id }): void => {
    const set = (entries: Fields, between: string): string => Object.keys(entries).map((column) => `${column} = ?`).join(between)
    db.prepare(`update ${table} set ${set(fields, ', ')} where ${set(where, ' and ')}`).run(...Object.values(fields), ...Object.values(where))
  }
  const trail = (table: string): void => void db.prepare(`update ${table} set transactions = json_insert(transactions, '$[#]', json_object('event', ?, 'hash', ?)) where id = ?`).run(name, transactionHash, id)
  switch (name) {
    case 'AssetCreated':
      insert('data_assets', { id, owner: account('owner'), creator: account('owner'), parent: Number(args.parent) || null, royalty: Number(args.royalty), state: 'draft', price: '0', version: 0 })
      return trail('data_assets')
    case 'VersionPublished': {
      const lotBlock = Number(args.lotBlock) || null
      insert('data_versions', { asset: id, version: Number(args.version), content: args.content!, metadata: args.metadata!, key_commit: args.keyCommit!, salt: args.salt!, rows: args.rows!, count: Number(args.count), lot_block: lotBlock, time })
      change('data_assets', { version: Number(args.version), state: 'draft' })
      return trail('data_assets')
    }
    case 'PreviewShown':
      return change('data_versions', { preview: args.preview!, lot: args.lot! }, { asset: id, version: Number(args.version) })
    case 'AssetListed':
      change('data_assets', { state: 'listed', price: args.price! })
      return trail('data_assets')
    case 'AssetUnlisted':
      change('data_assets', { state: 'unlisted' })
      return trail('data_assets')
    case 'AssetReported':
      return void db.prepare('insert or ignore into data_reports (asset, account) values (?, ?)').run(id, account('account'))
    case 'Transfer':
      // A mint follows the asset's own event.
      return change('data_assets', { owner: account('to') }, { id: Number(args.tokenId) })
    case 'SellerAnnounced': {
      const profile = profileOf(args.profile!)
      return void db.prepare('insert into data_sellers (account, profile) values (?, ?) on conflict (account) do update set profile = excluded.profile').run(account('seller'), JSON.stringify(profile))
    }
    case 'SalePaid':
      insert('data_sales', { id, asset: Number(args.asset), version: Number(args.version), buyer: account('buyer'), seller: account('seller'), price: args.price!, key_x: args.keyX!, key_v: Number(args.keyV), state: 'paid', until: Number(args.until), bought_time: time })
      return trail('data_sales')
    case 'SaleDelivered':
      change('data_sales', { state: 'delivered', point_x: args.pointX!, point_v: Number(args.pointV), wrapped: args.wrapped!, until: Number(args.until) })
      return trail('data_sales')
    case 'SaleClosed':
      change('data_sales', { state: saleStates[Number(args.state) - 1]!, paid: args.paid!, royalty: args.royalty!, wrong_key: args.wrongKey === 'true' ? 1 : 0, until: null, closed_time: time })
      return trail('data_sales')
    case 'SaleRated':
      change('data_sales', { stars: Number(args.stars) })
      return trail('data_sales')
    case 'RequestOpened':
      insert('data_requests', { id, account: account('account'), bounty: args.bounty!, brief: args.brief!, state: 'open' })
      return trail('data_requests')
    case 'RequestAnswered':
      db.prepare("update data_requests set answers = json_insert(answers, '$[#]', ?) where id = ? and not exists (select 1 from json_each(answers) where value = ?)").run(Number(args.asset), id, Number(args.asset))
      return trail('data_requests')
    case 'RequestClosed':
      change('data_requests', { state: requestStates[Number(args.state) - 1]!, sale: Number(args.sale) || null })
      return trail('data_requests')
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
