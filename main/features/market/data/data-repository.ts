import type { AssetRow, RequestRow, SaleRow, SellerRow, VersionRow } from '../../../../common/model/data-market.ts'
import { SellerProfile } from '../../../../common/model/data-market.ts'
import type { Db } from '../../../core/db/open.ts'

interface AssetSql {
  id: number
  owner: string
  creator: string
  parent: number | null
  royalty: number
  state: AssetRow['state']
  price: string
  version: number
  transactions: string
  reports: number
  buyer_reports: number
  stars: number | null
  ratings: number
}
interface SaleSql extends Omit<SaleRow, 'price' | 'paid' | 'royalty' | 'wrongKey' | 'transactions'> {
  price: string
  paid: string
  royalty: string
  wrongKey: number
  transactions: string
}
interface KeysSql {
  key_x: string
  key_v: 27 | 28
  point_x: string | null
  point_v: 27 | 28 | null
  wrapped: string | null
}

/** The keys that a sale was made and delivered with. */
interface SaleKeys {
  readonly buyer: { readonly x: string; readonly v: 27 | 28 }
  readonly delivery: { readonly point: { readonly x: string; readonly v: 27 | 28 }; readonly wrapped: string } | null
}

const ASSET = `select a.*,
  (select count(*) from data_reports r where r.asset = a.id) as reports,
  (select count(*) from data_reports r where r.asset = a.id and exists (select 1 from data_sales s
    where s.asset = a.id and s.buyer = r.account and s.state = 'final')) as buyer_reports,
  (select avg(stars) from data_sales s where s.asset = a.id and s.stars is not null) as stars,
  (select count(*) from data_sales s where s.asset = a.id and s.stars is not null) as ratings
  from data_assets a`
const SALE =
  'select id, asset, version, buyer, seller, price, state, until, paid, royalty, wrong_key as wrongKey, stars, ' +
  'bought_time as boughtTime, closed_time as closedTime, transactions from data_sales'
const VERSION =
  'select version, content, metadata, preview, key_commit as keyCommit, salt, segments, count, draw_block as ' +
  'drawBlock, draw, time from data_versions'
const MOST_ROWS = 500
const MOST_OF_SELLER = 50

/** What screens and desks read of the data market, from the index. */
export class DataRepository {
  readonly #db: Db
  readonly #contract: string

  /** @param contract address of the DataMarket */
  constructor(db: Db, contract: string) {
    this.#db = db
    this.#contract = contract.toLowerCase()
  }

  asset(id: number): AssetRow | null {
    return this.#assets('where a.id = ?', id)[0] ?? null
  }

  /** What is offered, the newest of each seller: listing costs next to nothing, so nobody fills all places alone. */
  listed(): AssetRow[] {
    return this.#assets(
      `where a.id in (
         select id from (
           select id, row_number() over (partition by owner order by id desc) as place
           from data_assets where state = 'listed'
         ) where place <= ${MOST_OF_SELLER})`,
    )
  }

  /** An account's assets, its own before what it was sent: anybody may send it tokens. */
  ownedBy(account: string): AssetRow[] {
    return this.#assets('where a.owner = ?', account.toLowerCase())
  }

  version(asset: number, version: number): VersionRow | null {
    return (
      this.#db
        .prepare<[number, number], VersionRow>(`${VERSION} where asset = ? and version = ?`)
        .get(asset, version) ?? null
    )
  }

  /** The asset and version that a sealed package was published as. */
  publishedAs(content: string): { asset: number; version: number } | null {
    return (
      this.#db
        .prepare<[string], { asset: number; version: number }>(
          'select asset, version from data_versions where content = ?',
        )
        .get(content) ?? null
    )
  }

  sale(id: number): SaleRow | null {
    const row = this.#db.prepare<[number], SaleSql>(`${SALE} where id = ?`).get(id)
    return row ? toSale(row) : null
  }

  sales(side: 'buyer' | 'seller', account: string): SaleRow[] {
    return this.#db
      .prepare<[string, number], SaleSql>(`${SALE} where ${side} = ? order by id desc limit ?`)
      .all(account.toLowerCase(), MOST_ROWS)
      .map(toSale)
  }

  /** What a seller still has to deliver or may end, the oldest first. */
  openSales(seller: string): SaleRow[] {
    return this.#db
      .prepare<[string], SaleSql>(`${SALE} where seller = ? and state in ('paid', 'delivered') order by id`)
      .all(seller.toLowerCase())
      .map(toSale)
  }

  keys(sale: number): SaleKeys | null {
    const row = this.#db
      .prepare<[number], KeysSql>('select key_x, key_v, point_x, point_v, wrapped from data_sales where id = ?')
      .get(sale)
    return row
      ? {
          buyer: { x: row.key_x, v: row.key_v },
          delivery: row.point_x === null ? null : { point: { x: row.point_x, v: row.point_v! }, wrapped: row.wrapped! },
        }
      : null
  }

  /** How many others have paid for an asset in the end. */
  soldOf(asset: number): number {
    return this.#db
      .prepare<[number], { count: number }>(
        "select count(distinct buyer) as count from data_sales where asset = ? and state = 'final' and buyer <> seller",
      )
      .get(asset)!.count
  }

  /** How often an account bought a version before. */
  purchases(account: string, asset: number, version: number): number {
    return this.#db
      .prepare<[string, number, number], { count: number }>(
        'select count(*) as count from data_sales where buyer = ? and asset = ? and version = ?',
      )
      .get(account.toLowerCase(), asset, version)!.count
  }

  /** Whether a purchase was made with a key, or is on its way to the chain. */
  isKeyUsed(x: string): boolean {
    const found = this.#db
      .prepare<[string, string], { used: 1 }>(
        `select 1 as used from data_sales where key_x = ?
         union all select 1 from transactions where instr(lower(action), ?) > 0 limit 1`,
      )
      .get(x.toLowerCase(), x.toLowerCase())
    return found !== undefined
  }

  seller(account: string): SellerRow {
    const key = account.toLowerCase()
    const profile = this.#db
      .prepare<[string], { profile: string }>('select profile from data_sellers where account = ?')
      .get(key)?.profile
    const { name, addresses } = profile ? SellerProfile.parse(JSON.parse(profile)) : { name: null, addresses: [] }
    const kept = this.#db
      .prepare<[string], Omit<SellerRow, 'account' | 'name' | 'addresses'>>(
        "select count(*) filter (where state = 'final') as sold, count(*) filter (where state = 'refunded') as " +
          'refunded, count(*) filter (where wrong_key = 1) as wrongKeys, avg(stars) as stars from data_sales where ' +
          'seller = ?',
      )
      .get(key)!
    return { account: key, name, addresses, ...kept }
  }

  /** What an account was paid for its sales, and as royalty of sales of works that are built on its own. */
  payments(
    account: string,
  ): { kind: 'sale' | 'royalty'; id: number; machine: null; time: number; paid: bigint; transaction: string }[] {
    const rows = this.#db
      .prepare<unknown[], { kind: 'sale' | 'royalty'; id: number; time: number; paid: string; transaction: string }>(
        `select iif(e.name = 'Closed', 'sale', 'royalty') as kind,
           cast(json_extract(e.args, '$.id') as integer) as id,
           b.time,
           json_extract(e.args, iif(e.name = 'Closed', '$.paid', '$.amount')) as paid,
           e.transaction_hash as "transaction"
         from event_accounts a join chain_events e on e.block = a.block and e.log_index = a.log_index
           join blocks b on b.number = e.block
         where a.account = ? and e.contract = 'ledger' and lower(json_extract(e.args, '$.module')) = ?
           and length(json_extract(e.args, '$.id')) < 20
           and (e.name = 'Released'
             or (e.name = 'Closed' and lower(json_extract(e.args, '$.payee')) = a.account
               and json_extract(e.args, '$.paid') <> '0'))`,
      )
      .all(account.toLowerCase(), this.#contract)
    return rows.map((row) => ({ ...row, machine: null, paid: BigInt(row.paid) }))
  }

  requests(): RequestRow[] {
    return this.#db
      .prepare<
        [number],
        Omit<RequestRow, 'bounty' | 'answers' | 'transactions'> & {
          bounty: string
          answers: string
          transactions: string
        }
      >("select * from data_requests order by state = 'open' desc, id desc limit ?")
      .all(MOST_ROWS)
      .map(({ bounty, answers, transactions, ...row }) => ({
        ...row,
        bounty: BigInt(bounty),
        answers: JSON.parse(answers) as number[],
        transactions: JSON.parse(transactions) as RequestRow['transactions'],
      }))
  }

  hasOpenRequest(account: string): boolean {
    return (
      this.#db
        .prepare("select 1 from data_requests where account = ? and state = 'open' limit 1")
        .get(account.toLowerCase()) !== undefined
    )
  }

  #assets(where: string, ...values: readonly (string | number)[]): AssetRow[] {
    return this.#db
      .prepare<unknown[], AssetSql>(`${ASSET} ${where} order by a.creator = a.owner desc, a.id desc limit ${MOST_ROWS}`)
      .all(...values)
      .map(({ version, price, transactions, reports, buyer_reports, stars, ratings, ...row }) => ({
        ...row,
        price: BigInt(price),
        current: this.version(row.id, version)!,
        reports: { all: reports, buyers: buyer_reports },
        rating: stars === null ? null : { stars, count: ratings },
        transactions: JSON.parse(transactions) as AssetRow['transactions'],
      }))
  }
}

const toSale = ({ price, paid, royalty, wrongKey, transactions, ...row }: SaleSql): SaleRow => ({
  ...row,
  price: BigInt(price),
  paid: BigInt(paid),
  royalty: BigInt(royalty),
  wrongKey: wrongKey === 1,
  transactions: JSON.parse(transactions) as SaleRow['transactions'],
})
