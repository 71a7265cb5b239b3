import { verifyTypedData } from 'ethers'
import { marketDomain, receiptTypes } from '../../../../common/chain/typed-data.ts'
import type { OrderRow } from '../../../../common/model/market.ts'
import type { VaultNetwork } from '../../../../common/children/vault.ts'

/** A customer's signed word for the seconds served (EIP-712 `Receipt`), which the Market contract pays on. */
export interface Receipt {
  readonly served: number
  readonly finished: boolean
  readonly signature: string
}

/** What a receipt names beside the seconds: a number alone may be another order's after a reorganisation. */
export const receipted = ({ id, provider, price }: OrderRow) => ({ order: BigInt(id), provider, price })

/** Whether the receipt is the buyer's for this order; the contract makes the same check. */
export function isReceiptOf(network: VaultNetwork, order: OrderRow, receipt: Receipt): boolean {
  try {
    const signer = verifyTypedData(
      marketDomain(network.chainId, network.contracts),
      receiptTypes,
      { ...receipted(order), served: receipt.served, finished: receipt.finished },
      receipt.signature,
    )
    return signer.toLowerCase() === order.buyer.toLowerCase()
  } catch {
    return false
  }
}
