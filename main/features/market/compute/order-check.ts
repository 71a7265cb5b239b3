import { AbiCoder, concat, id as hashOfText, keccak256, recoverAddress, TypedDataEncoder } from 'ethers'
import type { Recomputed } from '../../../../common/api/explorer.ts'
import { interfaces } from '../../../../common/chain/contracts.ts'
import { marketDomain, receiptTypes } from '../../../../common/chain/typed-data.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { OrderRow } from '../../../../common/model/market.ts'
import { compared, type ChainEvidence } from '../../chain/index.ts'
import type { WorkRegistry } from '../../../work/index.ts'
import type { MarketRepository } from './market-repository.ts'
import { knownWork } from './ordered-work.ts'
import { receipted } from './receipt.ts'
import type { WorkStore } from './work-store.ts'

interface Ports {
  readonly evidence: ChainEvidence
  readonly reads: Pick<MarketRepository, 'order'>
  readonly work: Pick<WorkStore, 'specOf'>
  readonly kinds: WorkRegistry
}
interface Receipt {
  readonly served: bigint
  readonly finished: boolean
  readonly signature: string
}

const abi = AbiCoder.defaultAbiCoder()
/** What an order costs at least that its buyer ends, as `Market.LEAST_TERM`. */
const LEAST_TERM = 60
const inCoins = { means: 'coins' } as const

/** Computes anew what an order was paid, from the receipt or the clock that ended it, and what it was placed for. */
export const orderCheck =
  ({ evidence, reads, work, kinds }: Ports) =>
  async (id: number): Promise<Recomputed[]> => {
    const order = reads.order(id)
    if (!order) throw new HearthError('NOT_FOUND', `the index has no order ${id}`)
    const spec = await work.specOf(id)
    const known = knownWork(kinds, spec)
    const why = spec === null ? 'bytes' : 'form'
    const placed = compared('work', known && known.kind.hash(known.spec), order.work, { why })
    if (order.closedTx === null) return [await heldFor(evidence, order), placed]
    return [...(await closing(evidence, order, order.closedTx)), placed]
  }

/** What a running order holds: all that it may cost. */
async function heldFor(evidence: ChainEvidence, order: OrderRow): Promise<Recomputed> {
  const held = await evidence.read('ledger', 'held', [evidence.network.contracts.market, order.id])
  return compared('held', String(escrowOf(order)), held && String(held[0]), { ...inCoins, why: 'block' })
}

const escrowOf = ({ start, end, price }: OrderRow): bigint => BigInt(end - start) * price

async function closing(evidence: ChainEvidence, order: OrderRow, transaction: string): Promise<Recomputed[]> {
  const call = evidence.callIn(transaction)
  const isDirect = call?.to?.toLowerCase() === evidence.network.contracts.market.toLowerCase()
  const parsed = call && isDirect ? interfaces.market.parseTransaction({ data: call.input }) : null
  const receipt: Receipt | null =
    parsed?.name === 'settle'
      ? { served: BigInt(parsed.args[1]), finished: Boolean(parsed.args[2]), signature: String(parsed.args[3]) }
      : null
  const served =
    call && parsed ? (receipt?.served ?? (parsed.name === 'complete' ? passed(order, call.time) : 0n)) : null
  const paid = served === null ? null : served * order.price
  const closed = evidence
    .eventsIn(transaction)
    .find(
      ({ contract, name, args }) =>
        contract === 'ledger' &&
        name === 'Closed' &&
        args.id === String(order.id) &&
        args.module?.toLowerCase() === evidence.network.contracts.market.toLowerCase(),
    )
  const form = { why: 'form' } as const
  return [
    ...(receipt ? await receiptRows(evidence, order, receipt) : []),
    compared('served', textOf(served), String(order.served), { ...form, means: 'duration' }),
    compared('paid', textOf(paid), String(order.paid), { ...form, ...inCoins }),
    compared('refunded', paid === null ? null : String(escrowOf(order) - paid), String(order.refunded), {
      ...form,
      ...inCoins,
    }),
    compared('ledgerPaid', textOf(paid), closed?.args.paid ?? null, {
      why: paid === null ? 'form' : 'unsaid',
      ...inCoins,
    }),
  ]
}

const textOf = (amount: bigint | null): string | null => (amount === null ? null : String(amount))

/** The seconds that a content buyer pays for. */
function passed({ start, end }: OrderRow, time: number): bigint {
  return BigInt(Math.max(Math.min(time, end) - start, LEAST_TERM))
}

/** The digest as EIP-712 has it, beside what it is with the domain and the type that the contract itself names. */
async function receiptRows(
  evidence: ChainEvidence,
  order: OrderRow,
  { served, finished, signature }: Receipt,
): Promise<Recomputed[]> {
  const { chainId, contracts } = evidence.network
  const content = { ...receipted(order), served, finished }
  const digest = TypedDataEncoder.hash(marketDomain(chainId, contracts), receiptTypes, content)
  const [domain, type] = [
    await evidence.read('market', 'eip712Domain'),
    await evidence.read('market', 'RECEIPT_TYPEHASH'),
  ]
  let said: string | null = null
  if (domain && type) {
    const [, name, version, chain, contract] = domain.toArray() as [string, string, string, bigint, string]
    const separator = keccak256(
      abi.encode(
        ['bytes32', 'bytes32', 'bytes32', 'uint256', 'address'],
        [hashOfText(DOMAIN_TYPE), hashOfText(name), hashOfText(version), chain, contract],
      ),
    )
    const body = keccak256(
      abi.encode(
        ['bytes32', 'uint256', 'address', 'uint96', 'uint40', 'bool'],
        [type[0], content.order, content.provider, content.price, served, finished],
      ),
    )
    said = keccak256(concat(['0x1901', separator, body]))
  }
  return [
    compared('receiptDigest', digest, said, { why: 'block' }),
    compared('receiptSigner', signerOf(digest, signature), order.buyer.toLowerCase(), { means: 'account' }),
  ]
}

const DOMAIN_TYPE = 'EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)'

/** Nobody, where the signature is none: that is not the buyer. */
function signerOf(digest: string, signature: string): string {
  try {
    return recoverAddress(digest, signature).toLowerCase()
  } catch {
    return `0x${'00'.repeat(20)}`
  }
}
