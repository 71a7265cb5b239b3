import type { ContractName } from '../../../common/chain/contracts.ts'
import type { Db } from '../../core/db/open.ts'
import { projectData } from './data-projection.ts'
import { projectTraining } from './training-projection.ts'

export interface ProjectedEvent {
  readonly contract: ContractName
  readonly name: string
  /** Arguments by name as decimal or hexadecimal text, as `chain_events` keeps them. */
  readonly args: Readonly<Record<string, string>>
  readonly transactionHash: string
  /** Chain time of the block. */
  readonly time: number
}

const tables = [
  'machines',
  'offers',
  'orders',
  'ledger_balances',
  'ledger_buckets',
  'training_jobs',
  'training_jurors',
  'data_assets',
  'data_versions',
  'data_reports',
  'data_sellers',
  'data_sales',
  'data_requests',
] as const

export function resetProjections(db: Db): void {
  for (const table of tables) db.exec(`delete from ${table}`)
}

/** Applies one event of the contracts to the tables that screens read. Events come in chain order, each once. */
export function project(db: Db, market: string, event: ProjectedEvent): void {
  if (event.contract === 'training') return projectTraining(db, event)
  if (event.contract === 'dataMarket') return projectData(db, event)
  const { args } = event
  const id = Number(args.id)
  const account = (name: string): string => args[name]!.toLowerCase()
  switch (`${event.contract}.${event.name}`) {
    case 'ledger.Deposited':
      return addFree(db, account('account'), BigInt(args.amount!))
    case 'ledger.Withdrawn':
      return addFree(db, account('account'), -BigInt(args.amount!))
    case 'ledger.Held':
      addFree(db, account('account'), -BigInt(args.amount!))
      return addBucket(db, account('module'), args.id!, BigInt(args.amount!))
    case 'ledger.Released':
      addFree(db, account('account'), BigInt(args.amount!))
      return addBucket(db, account('module'), args.id!, -BigInt(args.amount!))
    case 'ledger.Closed':
      addFree(db, account('payee'), BigInt(args.paid!))
      addFree(db, account('payer'), BigInt(args.refunded!))
      return addBucket(db, account('module'), args.id!, -(BigInt(args.paid!) + BigInt(args.refunded!)))
    case 'market.MachineAdded':
      run(
        db,
        "insert into machines (id, owner, state, spec, peer) values (?, ?, 'live', ?, ?)",
        id,
        account('owner'),
        args.spec,
        args.peer,
      )
      return
    case 'market.MachineAnnounced':
      run(
        db,
        'update machines set addresses = ? where id = ?',
        Buffer.from(args.addresses!.slice(2), 'hex').toString('utf8'),
        id,
      )
      return
    case 'market.MachineRemoved':
      run(db, "update machines set state = 'removed' where id = ?", id)
      return
    case 'market.OfferMade':
      run(
        db,
        "insert into offers (id, machine, owner, price, max_seconds, state) values (?, ?, ?, ?, ?, 'open')",
        id,
        Number(args.machine),
        account('owner'),
        args.price,
        Number(args.maxSeconds),
      )
      return
    case 'market.OfferCancelled':
      run(db, "update offers set state = 'cancelled' where id = ?", id)
      return
    case 'market.OrderPlaced': {
      const offer = db
        .prepare<[number], { machine: number; owner: string; price: string }>(
          'select machine, owner, price from offers where id = ?',
        )
        .get(Number(args.offer))!
      run(db, "update offers set state = 'taken' where id = ?", Number(args.offer))
      run(
        db,
        "insert into orders (id, offer, machine, buyer, provider, price, start, end, work, state, placed_tx) values (?, ?, ?, ?, ?, ?, ?, ?, ?, 'active', ?)",
        id,
        Number(args.offer),
        offer.machine,
        account('buyer'),
        offer.owner,
        offer.price,
        Number(args.start),
        Number(args.end),
        args.work,
        event.transactionHash,
      )
      return
    }
    case 'market.OrderRenewed':
      run(db, 'update orders set end = ? where id = ?', Number(args.end), id)
      return
    case 'market.OrderClosed': {
      const completed = args.state === '2'
      run(
        db,
        'update orders set state = ?, served = ?, paid = ?, refunded = ?, closed_tx = ?, closed_time = ? where id = ?',
        completed ? 'completed' : 'failed',
        Number(args.served),
        args.paid,
        args.refunded,
        event.transactionHash,
        event.time,
        id,
      )
      run(
        db,
        `update machines set ${completed ? 'done = done + 1' : 'failed = failed + 1'} where id = (select machine from orders where id = ?)`,
        id,
      )
      return
    }
    default:
      // Transfers and module additions concern no projection.
      return
  }

  function addFree(into: Db, owner: string, delta: bigint): void {
    const free =
      into.prepare<[string], { free: string }>('select free from ledger_balances where account = ?').get(owner)?.free ??
      '0'
    run(
      into,
      'insert into ledger_balances (account, free) values (?, ?) on conflict (account) do update set free = excluded.free',
      owner,
      String(BigInt(free) + delta),
    )
  }

  function addBucket(into: Db, module: string, bucket: string, delta: bigint): void {
    if (module !== market) return
    const amount =
      into
        .prepare<[string, string], { amount: string }>('select amount from ledger_buckets where module = ? and id = ?')
        .get(module, bucket)?.amount ?? '0'
    run(
      into,
      'insert into ledger_buckets (module, id, amount) values (?, ?, ?) on conflict (module, id) do update set amount = excluded.amount',
      module,
      bucket,
      String(BigInt(amount) + delta),
    )
  }
}

const run = (db: Db, sql: string, ...values: unknown[]): void => void db.prepare(sql).run(...values)
