import type { Addresses } from '../../../common/chain/contract-module.ts'
import type { ContractRegistry } from '../../../common/chain/contract-registry.ts'
import { bucketOf, interfaces, registry } from '../../../common/chain/contracts.ts'
import { argumentsOf, shownBucket, shownValue } from '../../../common/chain/meanings.ts'
import type { ThingList, TransactionView } from '../../../common/api/explorer.ts'
import { HearthError } from '../../../common/errors/index.ts'
import type { ShownValue } from '../../../common/model/chain-values.ts'
import { thingKinds, type ThingKind } from '../../../common/model/thing-kinds.ts'
import type { Db } from '../../core/db/open.ts'
import { thingSources } from './explorer-things.ts'
import { movedCoins } from './moved-coins.ts'

interface TransactionSql {
  hash: string
  block: number
  time: number
  sender: string
  recipient: string | null
  input: string
  value: string
  status: number
  gas_used: string
  fee: string
  created: string | null
}
interface BlockSql {
  number: number
  hash: string
  parent: string
  time: number
  transactions: number
}

/** Where there are none, all but the count are null. */
interface FoldSql {
  number: number
  oldest: number
  count: number
  time: number
  since: number
}
interface KeptEvent {
  readonly contract: string
  readonly name: string
  readonly args: Readonly<Record<string, string>>
}

const PAGE = 25
const MOST_LISTED = 50
const MOST_TRANSACTIONS = 100
const SELECT = 'select t.*, b.time from chain_transactions t join blocks b on b.number = t.block'

/** Blocks, transactions and addresses from the index, with calls and events decoded. */
export class ExplorerRepository {
  readonly #db: Db
  readonly #contracts: Addresses
  readonly #registry: ContractRegistry

  constructor(db: Db, contracts: Addresses, known: ContractRegistry = registry) {
    this.#db = db
    this.#contracts = contracts
    this.#registry = known
  }

  /** Blocks in which something happened, and between them how many in which nothing did; the newest first. */
  blocks(before: number | null): (BlockSql | FoldSql)[] {
    const top = before ?? Number.MAX_SAFE_INTEGER
    const full = this.#db
      .prepare<[number, number], BlockSql>(
        'select * from blocks where number < ? and transactions > 0 order by number desc limit ?',
      )
      .all(top, PAGE)
    const gaps = full.map((block, i) => [...this.#emptyBetween(block.number, full[i - 1]?.number ?? top), block])
    const rest = full.length < PAGE ? this.#emptyBetween(-1, full.at(-1)?.number ?? top) : []
    return [...gaps.flat(), ...rest]
  }

  /** One empty block is shown as it is: a line that stands for it would be no shorter. */
  #emptyBetween(below: number, above: number): (BlockSql | FoldSql)[] {
    const fold = this.#db
      .prepare<[number, number], FoldSql>(
        `select max(number) as number, min(number) as oldest, count(*) as count, max(time) as time, min(time) as since
         from blocks where number > ? and number < ?`,
      )
      .get(below, above)!
    if (fold.count === 0) return []
    return [fold.count === 1 ? this.block(fold.number).block : fold]
  }

  block(number: number): { block: BlockSql; transactions: TransactionView[] } {
    const block = this.#db.prepare<[number], BlockSql>('select * from blocks where number = ?').get(number)
    if (!block) throw new HearthError('NOT_FOUND', `block ${number} is not in the index`)
    return { block, transactions: this.#many(`${SELECT} where t.block = ? order by t.position`, number) }
  }

  #hashOf(number: number): string | undefined {
    return this.#db.prepare<[number], { hash: string }>('select hash from blocks where number = ?').get(number)?.hash
  }

  /** @throws HearthError NOT_FOUND */
  numberOf(hash: string): number {
    const row = this.#db
      .prepare<[string], { number: number }>('select number from blocks where hash = ?')
      .get(hash.toLowerCase())
    if (!row) throw new HearthError('NOT_FOUND', 'no block with this hash is in the index')
    return row.number
  }

  /** The transactions of a page of blocks, all of them: the next page begins below. */
  transactions(before: number | null): TransactionView[] {
    return this.#many(
      `${SELECT} where t.block in (
         select number from blocks where number < ? and transactions > 0 order by number desc limit ?
       ) order by t.block desc, t.position desc`,
      before ?? Number.MAX_SAFE_INTEGER,
      PAGE,
    )
  }

  transaction(hash: string): TransactionView {
    const [found] = this.#many(`${SELECT} where t.hash = ?`, hash.toLowerCase())
    if (!found) throw new HearthError('NOT_FOUND', 'this transaction is not in the index')
    return found
  }

  /** A transaction with its events as they are kept, to be held against the chain. @throws HearthError NOT_FOUND */
  indexed(hash: string) {
    const row = this.#rows(`${SELECT} where t.hash = ?`, hash.toLowerCase())[0]
    if (!row) throw new HearthError('NOT_FOUND', 'this transaction is not in the index')
    const { sender: from, recipient: to, input, value } = row
    return {
      hash: row.hash,
      from,
      content: { to, input, value },
      block: this.block(row.block).block,
      events: this.#events(row.hash),
    }
  }

  /** What the contracts said in a transaction, in their order. */
  #events(hash: string): KeptEvent[] {
    return this.#db
      .prepare<[string], { contract: string; name: string; args: string }>(
        'select contract, name, args from chain_events where transaction_hash = ? order by log_index',
      )
      .all(hash)
      .map(({ contract, name, args }) => ({ contract, name, args: JSON.parse(args) as Record<string, string> }))
  }

  /** Transactions that an address sent, received, or is named by in an event; and what is its own. */
  ofAddress(address: string): { contract: string | null; lists: ThingList[]; transactions: TransactionView[] } {
    const account = address.toLowerCase()
    const transactions = this.#many(
      `${SELECT} where t.hash in (
         select hash from chain_transactions where sender = @account
         union select hash from chain_transactions where recipient = @account
         union select e.transaction_hash from event_accounts a join chain_events e on e.block = a.block
           and e.log_index = a.log_index where a.account = @account
       ) order by t.block desc, t.position desc limit ${MOST_TRANSACTIONS}`,
      { account },
    )
    const lists = thingKinds.flatMap((kind) => {
      const { table, parties } = thingSources[kind]
      const isParty = parties.map((column) => `${column} = @account`).join(' or ')
      return this.#list(kind, `select id from ${table} where ${isParty}`, { account })
    })
    return { contract: this.#registry.at(this.#contracts, account), lists, transactions }
  }

  /** Where the chain has a thing: its state, and the blocks of all that happened to it. @throws HearthError NOT_FOUND */
  seen(kind: ThingKind, id: number): string {
    const { facts, transactions } = this.thing(kind, id)
    const blocks = transactions.map(({ block, hash }) => [hash, this.#hashOf(block)])
    return JSON.stringify([facts, blocks])
  }

  /** What a contract has given a number to. @throws HearthError NOT_FOUND */
  thing(kind: ThingKind, id: number): { facts: ShownValue[]; lists: ThingList[]; transactions: TransactionView[] } {
    const { table, facts, lists } = thingSources[kind]
    const columns = Object.entries(facts).map(([name, [column]]) => `${column} as ${name}`)
    const row = this.#db
      .prepare<[number], Record<string, string | number | null>>(
        `select ${columns.join(', ')} from ${table} where id = ?`,
      )
      .get(id)
    if (!row) throw new HearthError('NOT_FOUND', `the index has no ${kind} ${id}`)
    return {
      facts: Object.entries(facts).flatMap(([name, [, means]]) => {
        const value = row[name] ?? null
        if (value === null) return []
        return [{ name, means, text: means === 'flag' ? String(value === 1) : String(value) }]
      }),
      lists: Object.entries(lists).flatMap(([listed, sql]) => this.#list(listed as ThingKind, sql, id)),
      transactions: this.#transactionsAbout(kind, id),
    }
  }

  /** Transactions with an event that names it. */
  #transactionsAbout(kind: ThingKind, id: number): TransactionView[] {
    const about = this.#registry.modules.flatMap(({ name: contract, abi, events }) =>
      Object.keys(events).flatMap((event) =>
        (argumentsOf(contract, abi, 'event', event) ?? []).flatMap(({ name, means }) =>
          means === kind ? [[contract, event, `$.${name}`] as const] : [],
        ),
      ),
    )
    const isAbout = about.map(() => '(contract = ? and name = ? and json_extract(args, ?) = ?)').join(' or ')
    return this.#many(
      `${SELECT} where t.hash in (select transaction_hash from chain_events where ${isAbout})
       order by t.block desc, t.position desc limit ${MOST_TRANSACTIONS}`,
      ...about.flatMap((event) => [...event, String(id)]),
    )
  }

  #list(kind: ThingKind, sql: string, ...values: unknown[]): ThingList[] {
    const ids = this.#db
      .prepare<unknown[], { id: number }>(`${sql} order by id desc limit ${MOST_LISTED}`)
      .all(...values)
      .map((row) => row.id)
    return ids.length > 0 ? [{ kind, ids }] : []
  }

  #many(sql: string, ...values: unknown[]): TransactionView[] {
    return this.#rows(sql, ...values).map((row) => this.#view(row))
  }

  #rows(sql: string, ...values: unknown[]): TransactionSql[] {
    return this.#db.prepare<unknown[], TransactionSql>(sql).all(...values)
  }

  #view(row: TransactionSql): TransactionView {
    const events = this.#events(row.hash)
    return {
      hash: row.hash,
      block: row.block,
      time: row.time,
      from: row.sender,
      to: row.recipient,
      created: row.created,
      contract: this.#registry.at(this.#contracts, row.recipient ?? row.created),
      call: this.#call(row),
      selector: row.input.slice(0, 10),
      value: BigInt(row.value),
      amount: movedCoins(events),
      succeeded: row.status === 1,
      gasUsed: BigInt(row.gas_used),
      fee: BigInt(row.fee),
      events: events.map((event) => ({ contract: event.contract, name: event.name, values: this.#said(event) })),
    }
  }

  #call({ recipient, input }: TransactionSql): TransactionView['call'] {
    const call = this.#registry.describe(this.#contracts, recipient, input)
    if (!call) return null
    const { contract, verb } = call
    return {
      ...call,
      action: this.#registry.actionOf(this.#contracts, recipient, input),
      values: this.#shown(contract, 'function', verb, call.arguments),
    }
  }

  /** An event's values; whose coins the ledger moved is said instead of the number of their bucket. */
  #said({ contract, name, args }: KeptEvent): ShownValue[] {
    const values = this.#shown(contract, 'event', name, args)
    const { module: holder, id } = args
    if (contract !== 'ledger' || holder === undefined || id === undefined) return values
    const bucket = shownBucket(bucketOf(this.#contracts, holder, BigInt(id)), id)
    return values.map((value) => (value.name === 'id' ? bucket : value))
  }

  #shown(
    contract: string,
    type: 'event' | 'function',
    entry: string,
    args: Readonly<Record<string, string>>,
  ): ShownValue[] {
    const { abi } = this.#registry.module(contract) ?? {}
    const inputs = abi && argumentsOf(contract, abi, type, entry, Object.keys(args))
    const means = new Map(inputs?.map((input) => [input.name, input.means]))
    return Object.entries(args).map(([name, text]) => shownValue(name, means.get(name) ?? 'raw', text))
  }
}

/** Call data that reads an account's coins. */
export const balanceOfCall = (account: string): string => interfaces.coin.encodeFunctionData('balanceOf', [account])
export const readBalance = (answer: string): bigint =>
  interfaces.coin.decodeFunctionResult('balanceOf', answer)[0] as bigint
