import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { usePartner } from '../state/partner.ts'

/** Where somebody to trade with can be had, while there is nobody. */
export function AloneHint() {
  const { t } = useTranslation()
  return usePartner()?.state === 'off' ? <Link to="/">{t('network.alone')}</Link> : null
}
