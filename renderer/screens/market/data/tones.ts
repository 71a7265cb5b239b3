import type { AssetRow, SaleRow } from '../../../../common/model/data-market.ts'
import type { PurchaseState } from '../../../../common/model/purchase-state.ts'
import type { Tone } from '../../../ui/tag.tsx'

export const assetTone: Readonly<Record<AssetRow['state'], Tone>> = { draft: 'wait', listed: 'ok', unlisted: 'plain' }
export const saleTone: Readonly<Record<SaleRow['state'], Tone>> = {
  paid: 'wait',
  delivered: 'wait',
  final: 'ok',
  refunded: 'bad',
}
export const purchaseTone: Readonly<Record<PurchaseState, Tone>> = {
  waiting: 'wait',
  opened: 'wait',
  fetched: 'wait',
  owned: 'ok',
  cheated: 'bad',
  damaged: 'bad',
  ended: 'plain',
}
