import { useTranslation } from 'react-i18next'
import type { MachineRow } from '../../common/model/market.ts'
import { duration } from '../lib/format.ts'

/** What stands behind a fulfilment rate: for how long the machine was paid to work, and by how many. */
export function PaidWork({ machine }: { readonly machine: MachineRow }) {
  const { t, i18n } = useTranslation()
  return t('market.paidBy', { count: machine.payingBuyers, time: duration(machine.paidSeconds, i18n.language) })
}
