import { id, keccak256, Transaction } from 'ethers'
import * as z from 'zod'
import type { Recomputed } from '../../../common/api/explorer.ts'
import type { Addresses } from '../../../common/chain/contract-module.ts'
import type { ContractRegistry } from '../../../common/chain/contract-registry.ts'
import { HearthError, messageOf } from '../../../common/errors/index.ts'
import { Hash, Hex } from '../../../common/model/values.ts'
import { encodeReceipt, encodeTransaction } from './block-contents.ts'
import { compared } from './compared.ts'
import { headerHash } from './header-hash.ts'
import type { Rpc } from './rpc.ts'
import { listRoot } from './trie-root.ts'

const Log = z.looseObject({ address: Hex, topics: z.array(Hash), data: Hex })
const Receipt = z.looseObject({ transactionHash: Hash, logs: z.array(Log) })
const Block = z.looseObject({
  transactionsRoot: Hash,
  receiptsRoot: Hash,
  transactions: z.array(z.looseObject({ hash: Hash })),
})
type Block = z.infer<typeof Block>

interface Ports {
  readonly rpc: Rpc
  readonly registry: ContractRegistry
  readonly contracts: Addresses
}
/** A transaction as the index has it. */
interface Indexed {
  readonly hash: string
  readonly from: string
  readonly content: { readonly to: string | null; readonly input: string; readonly value: string }
  readonly block: { readonly number: number; readonly hash: string }
  readonly events: readonly unknown[]
}

/**
 * Computes anew what proves a transaction and its events. A block's hash is over its header, and the header over the
 * roots of all of its transactions and receipts: who trusts the hash need not trust the endpoint.
 * @throws HearthError NETWORK_DOWN, or CHAIN_LIES where the endpoint has no such block any more
 */
export async function recompute(
  { rpc, registry, contracts }: Ports,
  { hash, from, content, block, events }: Indexed,
): Promise<Recomputed[]> {
  const at = `0x${block.number.toString(16)}`
  const found = await rpc.send('eth_getBlockByNumber', [at, true], Block.nullable())
  const position = found?.transactions.findIndex((transaction) => transaction.hash === hash) ?? -1
  if (!found || position === -1)
    throw new HearthError('CHAIN_LIES', `the endpoint’s block ${block.number} has no transaction ${hash}`)
  const receipts = await receiptsOf(rpc, at, found)
  const encoded = found.transactions.map((transaction) => readable(encodeTransaction, transaction))
  // With what the index has of it, which is what the window shows.
  const shown = readable(encodeTransaction, { ...found.transactions[position], ...content })
  const logs = receipts[position]?.logs ?? []
  const form = { why: 'form' } as const
  return [
    compared('transaction', shown && keccak256(shown), hash, form),
    compared('sender', shown && senderOf(shown), from, { ...form, means: 'account' }),
    compared('transactions', rootOf(encoded), found.transactionsRoot, form),
    compared('events', id(JSON.stringify(readLogs({ registry, contracts }, logs))), id(JSON.stringify(events))),
    compared('receipts', rootOf(receipts.map((receipt) => readable(encodeReceipt, receipt))), found.receiptsRoot, form),
    compared('header', headerHash(found), block.hash),
  ]
}

/** All at once where the endpoint can, else one by one. */
function receiptsOf(rpc: Rpc, at: string, { transactions }: Block): Promise<z.infer<typeof Receipt>[]> {
  return rpc
    .send('eth_getBlockReceipts', [at], z.array(Receipt))
    .catch(() => Promise.all(transactions.map(({ hash }) => rpc.send('eth_getTransactionReceipt', [hash], Receipt))))
}

/** @throws HearthError CHAIN_LIES for what has not the fields of its type */
function readable<T>(encode: (of: T) => string | null, of: T): string | null {
  try {
    return encode(of)
  } catch (error) {
    throw new HearthError('CHAIN_LIES', `part of the block cannot be read: ${messageOf(error)}`, {}, { cause: error })
  }
}

/** Null for a signature that is nobody's. */
function senderOf(encoded: string): string | null {
  try {
    return Transaction.from(encoded).from?.toLowerCase() ?? null
  } catch {
    return null
  }
}

const rootOf = (encoded: readonly (string | null)[]): string | null =>
  encoded.every((item) => item !== null) ? listRoot(encoded) : null

/** What our contracts said in a receipt, as the index keeps it. */
const readLogs = (
  { registry, contracts }: Pick<Ports, 'registry' | 'contracts'>,
  logs: readonly z.infer<typeof Log>[],
) =>
  logs.flatMap((log) => {
    const contract = registry.at(contracts, log.address)
    const read = contract && registry.readLog(contract, log)
    return read ? [{ contract, name: read.name, args: read.args }] : []
  })
