import { randomUUID } from 'node:crypto'
import { Action } from '../../../common/model/action.ts'
import { nextTransaction, type TransactionState } from '../../../common/model/transaction-state.ts'
import type { Clock } from '../../core/clock.ts'
import type { Db } from '../../core/db/open.ts'
import { Emitter } from '../../core/events.ts'

/** A signed form of a transaction. A fee bump adds another with the same nonce; any of them may be mined. */
export interface Attempt {
  readonly hash: string
  readonly raw: string
  readonly maxFeePerGas: string
  readonly at: number
}

export interface OwnTransaction {
  readonly id: string
  readonly account: string
  readonly chainId: number
  readonly action: Action
  /** The transaction that was agreed to with it and is sent before it. */
  readonly precededBy: string | null
  readonly state: TransactionState
  readonly nonce: number | null
  readonly attempts: readonly Attempt[]
  /** The highest fee that the person agreed to, in units of the chain's own coin. */
  readonly maxFee: bigint
  readonly gasUsed: bigint | null
  readonly fee: bigint | null
  readonly block: number | null
  readonly hash: string | null
  readonly error: string | null
  readonly created: number
  readonly updated: number
}

interface Row extends Record<string, unknown> {
  action: string
  attempts: string
  max_fee: string
  gas_used: string | null
  fee: string | null
  chain_id: number
  preceded_by: string | null
}

type Change = Partial<Pick<OwnTransaction, 'nonce' | 'attempts' | 'gasUsed' | 'fee' | 'block' | 'hash' | 'error'>>

const encode = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? { $big: item.toString() } : item))
const decode = (text: string): unknown =>
  JSON.parse(text, (_, item: unknown) =>
    typeof item === 'object' && item !== null && '$big' in item ? BigInt(String(item.$big)) : item,
  )

/** Our own transactions in SQLite. Every change of state goes through the table in transaction-state.ts. */
export class TransactionStore {
  readonly #db: Db
  readonly #clock: Clock
  readonly events = new Emitter<{ changed: OwnTransaction }>()

  constructor(db: Db, clock: Clock) {
    this.#db = db
    this.#clock = clock
  }

  add(
    account: string,
    chainId: number,
    action: Action,
    maxFee: bigint,
    precededBy: string | null = null,
  ): OwnTransaction {
    const id = randomUUID()
    const now = this.#clock.now()
    this.#db
      .prepare(
        'insert into transactions (id, account, chain_id, action, state, max_fee, preceded_by, created, updated) ' +
          "values (?, ?, ?, ?, 'queued', ?, ?, ?, ?)",
      )
      .run(id, account.toLowerCase(), chainId, encode(action), String(maxFee), precededBy, now, now)
    return this.#emit(this.get(id)!)
  }

  /** One after the other; all of them, or none where the app ends in between. */
  addAll(
    account: string,
    chainId: number,
    steps: readonly { readonly action: Action; readonly maxFee: bigint }[],
  ): OwnTransaction[] {
    return this.#db.transaction(() => {
      const stored: OwnTransaction[] = []
      for (const { action, maxFee } of steps)
        stored.push(this.add(account, chainId, action, maxFee, stored.at(-1)?.id ?? null))
      return stored
    })()
  }

  get(id: string): OwnTransaction | null {
    const row = this.#db.prepare<[string], Row>('select * from transactions where id = ?').get(id)
    return row ? toTransaction(row) : null
  }

  inState(account: string, chainId: number, ...states: readonly TransactionState[]): OwnTransaction[] {
    const marks = states.map(() => '?').join(', ')
    return this.#db
      .prepare<unknown[], Row>(
        `select * from transactions where account = ? and chain_id = ? and state in (${marks}) order by created, rowid`,
      )
      .all(account.toLowerCase(), chainId, ...states)
      .map(toTransaction)
  }

  recent(account: string, chainId: number, limit: number): OwnTransaction[] {
    return this.#db
      .prepare<unknown[], Row>(
        'select * from transactions where account = ? and chain_id = ? order by created desc, rowid desc limit ?',
      )
      .all(account.toLowerCase(), chainId, limit)
      .map(toTransaction)
  }

  /** @throws IllegalMove; nothing is written then. */
  move(transaction: OwnTransaction, event: Parameters<typeof nextTransaction>[1], change: Change = {}): OwnTransaction {
    return this.#write(transaction, nextTransaction(transaction.state, event), change)
  }

  amend(transaction: OwnTransaction, change: Change): OwnTransaction {
    return this.#write(transaction, transaction.state, change)
  }

  #write(transaction: OwnTransaction, state: TransactionState, change: Change): OwnTransaction {
    const next = { ...transaction, ...change, state, updated: this.#clock.now() }
    this.#db
      .prepare(
        'update transactions set state = ?, nonce = ?, attempts = ?, gas_used = ?, fee = ?, block = ?, hash = ?, ' +
          'error = ?, updated = ? where id = ?',
      )
      .run(
        state,
        next.nonce,
        JSON.stringify(next.attempts),
        next.gasUsed?.toString() ?? null,
        next.fee?.toString() ?? null,
        next.block,
        next.hash,
        next.error,
        next.updated,
        next.id,
      )
    return this.#emit(next)
  }

  #emit(transaction: OwnTransaction): OwnTransaction {
    this.events.emit('changed', transaction)
    return transaction
  }
}

function toTransaction(row: Row): OwnTransaction {
  const { chain_id, max_fee, preceded_by, gas_used, fee, action, attempts, ...rest } = row
  return {
    ...(rest as unknown as OwnTransaction),
    chainId: chain_id,
    precededBy: preceded_by,
    maxFee: BigInt(max_fee),
    gasUsed: gas_used === null ? null : BigInt(gas_used),
    fee: fee === null ? null : BigInt(fee),
    action: Action.parse(decode(action)),
    attempts: JSON.parse(attempts) as Attempt[],
  }
}
