import { useTranslation } from 'react-i18next'
import type { MachineRow } from '../../common/model/market.ts'

/** How many of its orders a machine has completed; a share would say of none, or of one, what nobody knows. */
export function Fulfilment({ machine: { done, failed } }: { readonly machine: MachineRow }) {
  const { t } = useTranslation()
  return done + failed === 0 ? t('market.untried') : t('market.fulfilled', { done, of: done + failed })
}
