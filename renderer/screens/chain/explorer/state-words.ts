import type { NamedNumber } from '../../../../common/model/chain-values.ts'

/** Where the words for each kind of named number stand in the locales. */
export const wordsOf: Readonly<Record<NamedNumber, string>> = {
  machineState: 'explorer.machineStates',
  offerState: 'explorer.offerStates',
  orderState: 'orderStates',
  jobState: 'jobStates',
  disputeState: 'explorer.disputeStates',
  seatState: 'explorer.seatStates',
  assetState: 'data.assetStates',
  saleState: 'data.saleStates',
  requestState: 'data.requestStates',
  reportReason: 'data.reasons',
}
