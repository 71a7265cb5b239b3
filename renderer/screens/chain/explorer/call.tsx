import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { TransactionView } from '../../../../common/api/explorer.ts'
import { formatCoins } from '../../../../common/model/money.ts'
import { Coins } from '../../../ui/coins.tsx'
import { contractWords } from './account.tsx'

/** A call as the contracts name it. */
export const codeOf = ({ call, created, contract, selector }: TransactionView): string =>
  call ? `${call.contract}.${call.verb}` : created ? `create ${contract ?? ''}`.trim() : selector

/** What a call does, in words; where there are none, as the contracts name it. */
export function callWords(t: TFunction, row: TransactionView): string {
  const { call, created, contract, selector } = row
  if (call?.action) return t(`actions.${call.action}` as 'actions.deposit')
  if (call) return t(`explorer.calls.${call.contract}.${call.verb}` as 'explorer.calls.ledger.deposit', codeOf(row))
  if (created)
    return contract ? t('explorer.created', { name: contractWords(t, contract) }) : t('explorer.createdUnknown')
  return selector === '0x' ? t('explorer.native') : selector
}

export function CallName({ row }: { readonly row: TransactionView }) {
  const { t } = useTranslation()
  return <span title={codeOf(row)}>{callWords(t, row)}</span>
}

/** What a transaction moved: coins, else the chain's native coin. */
export function Amount({ row: { amount, value } }: { readonly row: TransactionView }) {
  if (amount !== null) return <Coins units={amount} />
  return value > 0n ? `${formatCoins(value)} ETH` : '–'
}
