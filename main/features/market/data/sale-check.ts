import { AbiCoder, computeAddress, keccak256, ZeroHash } from 'ethers'
import type { Recomputed } from '../../../../common/api/explorer.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { SaleRow } from '../../../../common/model/data-market.ts'
import { compared, type ChainEvidence } from '../../chain/index.ts'
import type { DataRepository } from './data-repository.ts'
import { versionRows, type VersionPorts } from './version-check.ts'

const abi = AbiCoder.defaultAbiCoder()

/** Computes anew what a sale's keys were committed to as, what was paid, and what proves the version that was sold. */
export const saleCheck =
  ({ reads, ...ports }: VersionPorts & { readonly reads: Pick<DataRepository, 'sale' | 'keys' | 'version'> }) =>
  async (id: number): Promise<Recomputed[]> => {
    const [sale, keys] = [reads.sale(id), reads.keys(id)]
    if (!sale || !keys) throw new HearthError('NOT_FOUND', `the index has no sale ${id}`)
    const { evidence } = ports
    const kept = (await evidence.read('dataMarket', 'getSale', [id]))?.[0] as
      | { readonly key: string; readonly delivery: string }
      | undefined
    const { buyer, delivery } = keys
    return [
      compared('buyerKey', addressOf(buyer), kept?.key.toLowerCase() ?? null, { means: 'account', why: 'block' }),
      compared(
        'delivery',
        delivery
          ? keccak256(
              abi.encode(['bytes32', 'uint8', 'bytes32'], [delivery.point.x, delivery.point.v, delivery.wrapped]),
            )
          : ZeroHash,
        kept?.delivery ?? null,
        { why: 'block' },
      ),
      ...paymentRows(evidence, sale),
      ...(await versionRows(ports, sale.asset, reads.version(sale.asset, sale.version)!)),
    ]
  }

/** Of a public key by its x and its y's parity, as the contract keeps it; nobody's where there is no such point. */
function addressOf({ x, v }: { readonly x: string; readonly v: 27 | 28 }): string {
  try {
    return computeAddress(`${v === 27 ? '0x02' : '0x03'}${x.slice(2)}`).toLowerCase()
  } catch {
    return `0x${'00'.repeat(20)}`
  }
}

function paymentRows(evidence: ChainEvidence, { id, state, price, paid, royalty }: SaleRow): Recomputed[] {
  const closed = evidence.events('dataMarket', ['SaleClosed'], id)[0]
  if (!closed) return []
  const market = evidence.network.contracts.dataMarket.toLowerCase()
  const ledger = evidence
    .eventsIn(closed.transaction)
    .find(
      ({ contract, name, args }) =>
        contract === 'ledger' && name === 'Closed' && args.id === String(id) && args.module?.toLowerCase() === market,
    )
  const here = String(state === 'final' ? price - royalty : 0n)
  return [
    compared('paid', here, String(paid), { means: 'coins' }),
    compared('ledgerPaid', here, ledger?.args.paid ?? null, { means: 'coins', why: 'unsaid' }),
  ]
}
