import type { Addresses } from '../../../common/chain/contract-module.ts'
import type { ContractRegistry } from '../../../common/chain/contract-registry.ts'
import { interfaces, registry } from '../../../common/chain/contracts.ts'
import type { TransactionView } from '../../../common/api/explorer.ts'
import { HearthError } from '../../../common/errors/index.ts'
import type { Db } from '../../core/db/open.ts'

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

const PAGE = 25
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

  blocks(before: number | null): BlockSql[] {
    return this.#db
      .prepare<[number, number], BlockSql>('select * from blocks where number < ? order by number desc limit ?')
      .all(before ?? Number.MAX_SAFE_INTEGER, PAGE)
  }

  block(number: number): { block: BlockSql; transactions: TransactionView[] } {
    const block = this.#db.prepare<[number], BlockSql>('select * from blocks where number = ?').get(number)
    if (!block) throw new HearthError('NOT_FOUND', `block ${number} is not in the index`)
    return { block, transactions: this.#many(`${SELECT} where t.block = ? order by t.position`, number) }
  }

  transactions(before: number | null): TransactionView[] {
    return this.#many(
      `${SELECT} where t.block < ? order by t.block desc, t.position desc limit ?`,
      before ?? Number.MAX_SAFE_INTEGER,
      PAGE,
    )
  }

  transaction(hash: string): TransactionView {
    const [found] = this.#many(`${SELECT} where t.hash = ?`, hash.toLowerCase())
    if (!found) throw new HearthError('NOT_FOUND', 'this transaction is not in the index')
    return found
  }

  /** Transactions that an address sent, received, or is named by in an event. */
  ofAddress(address: string): { contract: string | null; machines: number[]; transactions: TransactionView[] } {
    const account = address.toLowerCase()
    const transactions = this.#many(
      `${SELECT} where t.hash in (
         select hash from chain_transactions where sender = @account
         union select hash from chain_transactions where recipient = @account
         union select e.transaction_hash from event_accounts a join chain_events e on e.block = a.block
           and e.log_index = a.log_index where a.account = @account
       ) order by t.block desc, t.position desc limit 100`,
      { account },
    )
    const machines = this.#db
      .prepare<[string], { id: number }>('select id from machines where owner = ? order by id')
      .all(account)
      .map((row) => row.id)
    return { contract: this.#registry.at(this.#contracts, account), machines, transactions }
  }

  #many(sql: string, ...values: unknown[]): TransactionView[] {
    return this.#db
      .prepare<unknown[], TransactionSql>(sql)
      .all(...values)
      .map((row) => this.#view(row))
  }

  #view(row: TransactionSql): TransactionView {
    const events = this.#db
      .prepare<[string], { contract: string; name: string; args: string }>(
        'select contract, name, args from chain_events where transaction_hash = ? order by log_index',
      )
      .all(row.hash)
    return {
      hash: row.hash,
      block: row.block,
      time: row.time,
      from: row.sender,
      to: row.recipient,
      created: row.created,
      contract: this.#registry.at(this.#contracts, row.recipient ?? row.created),
      call: this.#registry.describe(this.#contracts, row.recipient, row.input),
      selector: row.input.slice(0, 10),
      value: BigInt(row.value),
      succeeded: row.status === 1,
      gasUsed: BigInt(row.gas_used),
      fee: BigInt(row.fee),
      events: events.map(({ contract, name, args }) => ({
        contract,
        name,
        args: JSON.parse(args) as Record<string, string>,
      })),
    }
  }
}

/** Call data that reads an account's coins. */
export const balanceOfCall = (account: string): string => interfaces.coin.encodeFunctionData('balanceOf', [account])
export const readBalance = (answer: string): bigint =>
  interfaces.coin.decodeFunctionResult('balanceOf', answer)[0] as bigint
