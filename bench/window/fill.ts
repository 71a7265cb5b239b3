import { createHash, randomBytes } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { toBeHex } from 'ethers'
import { registry, type ContractName } from '../../common/chain/contracts.ts'
import type { AssetMetadata } from '../../common/model/data-market.ts'
import { systemClock } from '../../main/core/clock.ts'
import { openDatabase, type Db } from '../../main/core/db/open.ts'
import { JobStore } from '../../main/core/jobs.ts'
import { Log } from '../../main/core/log/log.ts'
import { dataPaths, type DataPaths } from '../../main/core/paths.ts'
import { ProjectedRows } from '../../main/features/chain/projected-rows.ts'
import { machineTables } from '../../main/features/machine/hardware/index.ts'
import type { ComputeCustomerPayload } from '../../main/features/market/compute/customer-workflow.ts'
import type { ComputeProviderPayload } from '../../main/features/market/compute/provider-workflow.ts'
import { importSource } from '../../main/processes/memory/store/import-source.ts'
import { openMemory } from '../../main/processes/memory/store/open.ts'
import { conversation } from '../avatar/conversations.ts'

export const ORDERS = 10_000
export const MEMORIES = 100_000
export const ASSETS = 1_000
/** Above what the practice chain gives out itself. */
const FIRST = 1_000
const SELLERS = 25
const UNIT = 10n ** 18n
const SECONDS_AN_ORDER = 240

const address = (seed: string): string => `0x${createHash('sha256').update(seed).digest('hex').slice(0, 40)}`
const hash = (): string => `0x${randomBytes(32).toString('hex')}`

export interface Shelf {
  /** Keeps a block where buyers find it. @returns its SHA-256 as the chain has it */
  readonly put: (bytes: Buffer, name: string) => Promise<string>
  readonly addresses: readonly string[]
}

/** What the index makes of an event, by the contracts' own handlers, at the newest block that it has. */
class Chain {
  readonly #db: Db
  readonly #block: { readonly number: number; readonly time: number }
  #logIndex = 100_000

  constructor(db: Db) {
    this.#db = db
    this.#block = db
      .prepare<[], { number: number; time: number }>('select number, time from blocks order by number desc limit 1')
      .get()!
  }

  /** Chain time, seconds. */
  get now(): number {
    return this.#block.time
  }

  says(
    contract: ContractName,
    name: string,
    args: Readonly<Record<string, string>>,
    { accounts, time = this.now }: { readonly accounts: readonly string[]; readonly time?: number },
  ): void {
    const handler = registry.handlerOf(contract, name)
    if (handler === 'ignored') throw new Error(`${contract} keeps nothing of ${name}`)
    const transactionHash = hash()
    const at = this.#logIndex++
    this.#db
      .prepare(
        'insert into chain_events (block, log_index, transaction_hash, contract, name, args) values (?, ?, ?, ?, ?, ?)',
      )
      .run(this.#block.number, at, transactionHash, contract, name, JSON.stringify(args))
    for (const account of new Set(accounts))
      this.#db
        .prepare('insert into event_accounts (account, block, log_index) values (?, ?, ?)')
        .run(account, this.#block.number, at)
    handler(
      { args: registry.typedArguments(contract, { name, args }), transactionHash, time, contracts: {} },
      new ProjectedRows(this.#db, { name, transactionHash }),
    )
  }
}

/**
 * Fills the data folder of a host that is not running: orders bought and served in turn, assets of many sellers,
 * and months of talk in the memory.
 * @param me the wallet's address, in small letters
 */
export async function fill(root: string, me: string, spec: unknown, shelf: Shelf): Promise<void> {
  const paths = dataPaths(root)
  const blocks = await describeAssets(shelf)
  const db = await openDatabase(paths.database, paths.backup, new Log(() => {}), [machineTables])
  db.transaction(() => {
    const chain = new Chain(db)
    addOrders(chain, new JobStore(db, systemClock), me, spec)
    addAssets(chain, blocks, shelf.addresses)
  })()
  db.close()
  await addMemories(paths)
}

function addOrders(chain: Chain, jobs: JobStore, me: string, spec: unknown): void {
  const other = address('other')
  for (const [machine, owner] of [[FIRST, me] as const, [FIRST + 1, other] as const])
    chain.says(
      'market',
      'MachineAdded',
      { id: String(machine), owner, spec: hash(), peer: hash() },
      { accounts: [owner] },
    )
  for (let i = 0; i < ORDERS; i++) {
    const [id, serves] = [String(FIRST + i), i % 2 === 0]
    const [owner, buyer] = serves ? [me, other] : [other, me]
    const time = chain.now - (ORDERS - i) * (SECONDS_AN_ORDER + 20)
    const price = UNIT / 1_000n + BigInt(i % 97) * 10n ** 13n
    const happens = { accounts: [owner, buyer], time }
    chain.says(
      'market',
      'OfferMade',
      { id, machine: String(serves ? FIRST : FIRST + 1), owner, price: String(price), maxSeconds: '600' },
      happens,
    )
    chain.says(
      'market',
      'OrderPlaced',
      { id, offer: id, buyer, start: String(time), end: String(time + 600), work: hash() },
      happens,
    )
    const paid = price * BigInt(SECONDS_AN_ORDER)
    const refunded = price * BigInt(600 - SECONDS_AN_ORDER)
    chain.says(
      'market',
      'OrderClosed',
      {
        id,
        buyer,
        provider: owner,
        state: '2',
        served: String(SECONDS_AN_ORDER),
        paid: String(paid),
        refunded: String(refunded),
      },
      { ...happens, time: time + SECONDS_AN_ORDER },
    )
    if (serves)
      jobs.ensure<ComputeProviderPayload>('serve', Number(id), 'closed', {
        spec,
        rowsDone: 1_000,
        operationsPerSecond: 2e9,
        receipt: null,
        sent: null,
      })
    else
      jobs.ensure<ComputeCustomerPayload>('buy', Number(id), 'closed', {
        spec,
        rowsSent: 1_000,
        rowsFetched: 1_000,
        rowsVerified: 1_000,
        rowsChecked: 20,
        operationsPerSecond: 2e9,
        providerLog: 0,
        receipt: null,
        delivered: true,
        sent: null,
      })
  }
}

/** What each asset's seller says of it, where buyers find it. */
async function describeAssets(shelf: Shelf): Promise<string[]> {
  const hashes: string[] = []
  for (let i = 0; i < ASSETS; i++) {
    const metadata: AssetMetadata = {
      format: 'HEARTH-DATA-1',
      kind: 'text',
      name: `Letters of a village, year ${1000 + i}`,
      description: 'Letters that neighbours wrote to each other, without their names.',
      licence: { use: 'train', redistribution: false, term: null },
      bytes: 40_000 + 700 * i,
      rows: 300 + i,
      files: [{ path: 'letters.jsonl', bytes: 40_000 + 700 * i }],
      report: null,
      base: null,
    }
    hashes.push(await shelf.put(Buffer.from(JSON.stringify(metadata)), metadata.name))
  }
  return hashes
}

function addAssets(chain: Chain, blocks: readonly string[], addresses: readonly string[]): void {
  for (let seller = 0; seller < SELLERS; seller++) {
    const profile = `0x${Buffer.from(JSON.stringify({ name: `Seller ${seller}`, addresses })).toString('hex')}`
    const account = address(`seller ${seller}`)
    chain.says('dataMarket', 'SellerAnnounced', { seller: account, profile }, { accounts: [account] })
  }
  for (const [i, metadata] of blocks.entries()) {
    const id = String(FIRST + i)
    const owner = address(`seller ${i % SELLERS}`)
    const happens = { accounts: [owner] }
    chain.says('dataMarket', 'AssetCreated', { id, owner, parent: '0', royalty: '500' }, happens)
    chain.says(
      'dataMarket',
      'VersionPublished',
      {
        id,
        version: '1',
        content: hash(),
        metadata,
        keyCommit: hash(),
        salt: hash(),
        segments: hash(),
        count: '12',
        lotBlock: '0',
      },
      happens,
    )
    chain.says('dataMarket', 'AssetListed', { id, version: '1', price: String(UNIT * BigInt(1 + (i % 40))) }, happens)
  }
}

async function addMemories(paths: DataPaths): Promise<void> {
  const lines: string[] = []
  for (let i = 0; lines.length < MEMORIES; i++)
    for (const item of conversation(`window ${i}`).items)
      lines.push(JSON.stringify({ ...item, id: `${i}/${item.id}`, session: `${i}/${item.session}` }))
  const file = join(paths.root, 'talks.jsonl')
  await writeFile(file, lines.slice(0, MEMORIES).join('\n'))
  const memory = openMemory(paths.memory)
  const wish = { name: 'talks', file, format: 'jsonl', dateOrder: null, label: 'private' } as const
  await importSource(memory, wish, systemClock.now(), () => {})
  memory.close()
}

/** What orders are about, as their kind wrote it. */
export const specOf = async (root: string, work: string): Promise<unknown> =>
  JSON.parse(await readFile(join(dataPaths(root).work, work, 'spec.json'), 'utf8'))
export const onChain = (sha256: string): string => toBeHex(BigInt(`0x${sha256}`), 32)
