import * as z from 'zod'
import type { MachineRow, OfferRow, OrderRow, OrdersPage } from '../../../../common/model/market.ts'
import { ROWS_A_PAGE } from '../../../../common/model/pages.ts'
import { stakeBucket } from '../../../../common/chain/contracts.ts'
import type { Db } from '../../../core/db/open.ts'

interface OrderSql {
  id: number
  offer: number
  machine: number
  buyer: string
  provider: string
  price: string
  start: number
  end: number
  work: string
  state: OrderRow['state']
  served: number
  paid: string
  refunded: string
  placed_tx: string
  closed_tx: string | null
  closed_time: number | null
}
interface MachineSql {
  id: number
  owner: string
  state: MachineRow['state']
  spec: string
  peer: string
  addresses: string | null
  done: number
  failed: number
  paying_buyers: number
  paid_seconds: number
}
interface OfferSql {
  id: number
  machine: number
  owner: string
  price: string
  max_seconds: number
  state: OfferRow['state']
}

/** An order that was paid for, as its provider counts it. */
export interface PaidOrder {
  readonly id: number
  readonly machine: number
  readonly served: number
  readonly paid: bigint
  readonly transaction: string
  /** Chain time of its end. */
  readonly time: number
}

const PAID = "from orders o where o.machine = m.id and o.paid <> '0'"
const MACHINE = `
  select m.*, (select count(distinct o.buyer) ${PAID}) as paying_buyers,
    (select coalesce(sum(o.served), 0) ${PAID}) as paid_seconds
  from machines m`

/** What screens and desks read of the market, from the index. */
export class MarketRepository {
  readonly #db: Db
  readonly #contract: string

  /** @param contract address of the Market */
  constructor(db: Db, contract: string) {
    this.#db = db
    this.#contract = contract.toLowerCase()
  }

  order(id: number): OrderRow | null {
    const row = this.#db.prepare<[number], OrderSql>('select * from orders where id = ?').get(id)
    return row ? toOrder(row) : null
  }

  /** The newest first. */
  ordersOf(role: 'buyer' | 'provider', account: string, { active, offset }: OrdersPage): OrderRow[] {
    const which = active ? "and state = 'active'" : ''
    return this.#db
      .prepare<unknown[], OrderSql>(`select * from orders where ${role} = ? ${which} order by id desc limit ? offset ?`)
      .all(account.toLowerCase(), ROWS_A_PAGE, offset)
      .map(toOrder)
  }

  /** What an account's machines were paid for, the newest first. */
  paidOrdersOf(provider: string): PaidOrder[] {
    return this.#db
      .prepare<[string], Omit<PaidOrder, 'paid'> & { paid: string }>(
        'select id, machine, served, paid, closed_tx as "transaction", closed_time as time from orders ' +
          "where provider = ? and closed_tx is not null and paid <> '0' order by id desc",
      )
      .all(provider.toLowerCase())
      .map((row) => ({ ...row, paid: BigInt(row.paid) }))
  }

  totalsOf(buyer: string): { orders: number; finished: number; paid: bigint } {
    const rows = this.#db
      .prepare<[string], { paid: string; finished: number }>(
        "select paid, state = 'completed' as finished from orders where buyer = ?",
      )
      .all(buyer.toLowerCase())
    return {
      orders: rows.length,
      finished: rows.reduce((sum, { finished }) => sum + finished, 0),
      paid: rows.reduce((sum, { paid }) => sum + BigInt(paid), 0n),
    }
  }

  activeOrdersOf(role: 'buyer' | 'provider', account: string): OrderRow[] {
    return this.#db
      .prepare<[string], OrderSql>(`select * from orders where ${role} = ? and state = 'active' order by id`)
      .all(account.toLowerCase())
      .map(toOrder)
  }

  machine(id: number): MachineRow | null {
    const row = this.#db.prepare<[number], MachineSql>(`${MACHINE} where m.id = ?`).get(id)
    return row ? toMachine(row) : null
  }

  /** The live machine that runs behind a peer key, newest first. */
  machineOf(owner: string, peer: string): MachineRow | null {
    const row = this.#db
      .prepare<[string, string], MachineSql>(
        `${MACHINE} where m.owner = ? and m.peer = ? and m.state = 'live' order by m.id desc limit 1`,
      )
      .get(owner.toLowerCase(), peer.toLowerCase())
    return row ? toMachine(row) : null
  }

  /** Whether a live machine of this owner's stands with its stake. */
  hasMachine(owner: string): boolean {
    return (
      this.#db
        .prepare<[string], { id: number }>("select id from machines where owner = ? and state = 'live' limit 1")
        .get(owner.toLowerCase()) !== undefined
    )
  }

  liveMachines(): MachineRow[] {
    return this.#db
      .prepare<[], MachineSql>(`${MACHINE} where m.state = 'live' order by m.id desc limit 200`)
      .all()
      .map(toMachine)
  }

  /** An open offer or a running order binds a machine. */
  openOffer(machine: number): OfferRow | null {
    const row = this.#db
      .prepare<[number], OfferSql>("select * from offers where machine = ? and state = 'open'")
      .get(machine)
    return row ? this.#toOffer(row) : null
  }

  openOffers(): OfferRow[] {
    return this.#db
      .prepare<[], OfferSql>("select * from offers where state = 'open' order by length(price), price, id")
      .all()
      .map((row) => this.#toOffer(row))
  }

  activeOrderOn(machine: number): OrderRow | null {
    const row = this.#db
      .prepare<[number], OrderSql>("select * from orders where machine = ? and state = 'active'")
      .get(machine)
    return row ? toOrder(row) : null
  }

  free(account: string): bigint {
    return BigInt(
      this.#db
        .prepare<[string], { free: string }>('select free from ledger_balances where account = ?')
        .get(account.toLowerCase())?.free ?? '0',
    )
  }

  stakeOf(machine: number): bigint {
    return BigInt(
      this.#db
        .prepare<[string, string], { amount: string }>('select amount from ledger_buckets where module = ? and id = ?')
        .get(this.#contract, String(stakeBucket(BigInt(machine))))?.amount ?? '0',
    )
  }

  /** Prices of orders placed since a chain time. */
  pricesPlacedSince(time: number): bigint[] {
    return this.#db
      .prepare<[number], { price: string }>('select price from orders where start >= ? order by id desc limit 1000')
      .all(time)
      .map(({ price }) => BigInt(price))
  }

  ordersPlacedSince(time: number): number {
    return this.#db.prepare<[number], { n: number }>('select count(*) as n from orders where start >= ?').get(time)!.n
  }

  #toOffer(row: OfferSql): OfferRow {
    return {
      id: row.id,
      machine: this.machine(row.machine)!,
      owner: row.owner,
      price: BigInt(row.price),
      maxSeconds: row.max_seconds,
      state: row.state,
    }
  }
}

const Addresses = z.array(z.string().max(200)).max(8)

/** Announcements are whatever their owner wrote; what cannot be read counts as no address. */
function parseAddresses(text: string | null): string[] {
  try {
    return Addresses.parse(JSON.parse(text ?? '[]'))
  } catch {
    return []
  }
}

const toMachine = ({ paying_buyers, paid_seconds, ...row }: MachineSql): MachineRow => ({
  ...row,
  addresses: parseAddresses(row.addresses),
  fulfilment: (row.done + 1) / (row.done + row.failed + 2),
  payingBuyers: paying_buyers,
  paidSeconds: paid_seconds,
})
const toOrder = ({ placed_tx, closed_tx, closed_time, ...row }: OrderSql): OrderRow => ({
  ...row,
  price: BigInt(row.price),
  paid: BigInt(row.paid),
  refunded: BigInt(row.refunded),
  placedTx: placed_tx,
  closedTx: closed_tx,
  closedTime: closed_time,
})
