import type { Result } from 'ethers'
import * as z from 'zod'
import type { Recomputed } from '../../../common/api/explorer.ts'
import { interfaces, type ContractName } from '../../../common/chain/contracts.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { Hash } from '../../../common/model/values.ts'
import type { Db } from '../../core/db/open.ts'
import { compared } from './compared.ts'
import { headerHash } from './header-hash.ts'
import type { Network } from './network.ts'

const Header = z.looseObject({ hash: Hash, parentHash: Hash })

/** An event that the index has kept, with its place. */
export interface KeptEvent {
  readonly name: string
  readonly block: number
  readonly transaction: string
  readonly args: Readonly<Record<string, string>>
}
interface EventSql extends Omit<KeptEvent, 'args'> {
  readonly args: string
}
interface CallSql {
  readonly recipient: string | null
  readonly input: string
  readonly time: number
}

/** What checks are made from: what the index has kept of the chain, and what the endpoint says now. */
export class ChainEvidence {
  readonly #db: Db
  readonly network: Network

  constructor({ db, network }: { readonly db: Db; readonly network: Network }) {
    this.#db = db
    this.network = network
  }

  /** What a contract said, the first first. @param of the number of the thing that it was said of */
  events(contract: ContractName, names: readonly string[], of: number | null = null): KeptEvent[] {
    return this.#db
      .prepare<unknown[], EventSql>(
        `select name, block, transaction_hash as "transaction", args from chain_events
         where contract = ? and name in (select value from json_each(?))
         ${of === null ? '' : "and json_extract(args, '$.id') = ?"} order by block, log_index`,
      )
      .all(contract, JSON.stringify(names), ...(of === null ? [] : [String(of)]))
      .map(toEvent)
  }

  /** What all contracts said in a transaction. */
  eventsIn(transaction: string): (KeptEvent & { readonly contract: string })[] {
    return this.#db
      .prepare<[string], EventSql & { readonly contract: string }>(
        `select contract, name, block, transaction_hash as "transaction", args from chain_events
         where transaction_hash = ? order by log_index`,
      )
      .all(transaction)
      .map((row) => ({ ...toEvent(row), contract: row.contract }))
  }

  /** What a transaction called a contract of ours with, and the chain time at which it did. */
  callIn(transaction: string): { to: string | null; input: string; time: number } | null {
    const row = this.#db
      .prepare<[string], CallSql>(
        `select t.recipient, t.input, b.time from chain_transactions t join blocks b on b.number = t.block
         where t.hash = ?`,
      )
      .get(transaction)
    return row ? { to: row.recipient, input: row.input, time: row.time } : null
  }

  /** What a contract answers at the newest block of the index; null where the endpoint does not keep that. */
  async read(contract: ContractName, verb: string, args: readonly unknown[] = []): Promise<Result | null> {
    const at = this.#db.prepare<[], { number: number | null }>('select max(number) as number from blocks').get()?.number
    const { contracts, rpc } = this.network
    const data = interfaces[contract].encodeFunctionData(verb, args)
    const answer = await unlessRefused(rpc.call(contracts[contract], data, at ?? 'latest'))
    if (answer === null) return null
    try {
      return interfaces[contract].decodeFunctionResult(verb, answer)
    } catch (error) {
      throw new HearthError('CHAIN_LIES', `${contract}.${verb}: not an answer`, {}, { cause: error })
    }
  }

  /**
   * The hash of a block that draws, computed over its header.
   * @returns the hash, null where the endpoint does not keep the block; and the row that says what it was held against
   */
  async drawBlock(number: number, of: Recomputed['of']): Promise<{ hash: string | null; row: Recomputed }> {
    const [header, kept] = [await this.#header(number), this.#hashOf(number)]
    const hash = header && headerHash(header)
    // A block that the index does not keep is named by the one behind it.
    const said = kept ?? (await this.#header(number + 1))?.parentHash.toLowerCase() ?? null
    return { hash, row: compared('drawBlock', hash, said, { of, why: 'block' }) }
  }

  #hashOf(number: number): string | null {
    return (
      this.#db.prepare<[number], { hash: string }>('select hash from blocks where number = ?').get(number)?.hash ?? null
    )
  }

  #header(number: number): Promise<z.infer<typeof Header> | null> {
    const asked = [`0x${number.toString(16)}`, false]
    return unlessRefused(this.network.rpc.send('eth_getBlockByNumber', asked, Header.nullable()))
  }
}

const toEvent = ({ name, block, transaction, args }: EventSql): KeptEvent => ({
  name,
  block,
  transaction,
  args: JSON.parse(args) as Record<string, string>,
})

/** Endpoints answer with an error where they have thrown away what is old. */
const unlessRefused = <T>(asked: Promise<T>): Promise<T | null> =>
  asked.catch((error: unknown) => {
    if (error instanceof HearthError && error.code === 'NETWORK_DOWN' && 'rpcCode' in error.details) return null
    throw error
  })
