import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { shortCoins } from '../../../lib/format.ts'
import { query } from '../../../state/transport.ts'
import { Facts, layout } from '../../../ui/layout.tsx'

/** What of one's own the contracts hold, and for what; nothing while nothing is held. */
export function HeldCoins() {
  const { t } = useTranslation()
  const held = useQuery(query.wallet.held.queryOptions()).data ?? []
  if (held.length === 0) return null
  const sum = held.reduce((all, { amount }) => all + amount, 0n)
  return (
    <section aria-label={t('balances.held')}>
      <div className={layout.muted}>{t('balances.held')}</div>
      <div className={layout.big}>{shortCoins(sum)}</div>
      <p className={layout.muted}>{t('balances.heldText')}</p>
      <Facts items={held.map(({ what, id, amount }) => [t(`balances.heldFor.${what}`, { id }), shortCoins(amount)])} />
    </section>
  )
}
