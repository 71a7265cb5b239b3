import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useOverview } from '../../state/overview.ts'
import { Card } from '../../ui/card.tsx'
import { Empty } from '../../ui/state.tsx'
import { Tag } from '../../ui/tag.tsx'
import styles from './home.module.css'

export function NeedsYouCard({ className }: { readonly className: string | undefined }) {
  const { t } = useTranslation()
  const { wallet, network, balances } = useOverview()
  const needs = [
    ...(wallet.state === 'none' ? (['wallet'] as const) : []),
    ...(wallet.state === 'locked' ? (['unlock'] as const) : []),
    ...(wallet.state !== 'none' && !wallet.backedUp ? (['backup'] as const) : []),
    ...(wallet.backedUp && balances !== null && balances.wallet === 0n && balances.market === 0n ? (['funds'] as const) : []),
    ...(network.problem ? (['network'] as const) : []),
  ]
  return (
    <Card title={t('needs.title')} className={className} aside={needs.length > 0 && <Tag tone="wait">{needs.length}</Tag>}>
      {needs.length === 0 ? (
        <Empty>{t('needs.none')}</Empty>
      ) : (
        <ul className={styles.list}>
          {needs.map((need) => (
            <li key={need}>
              <Tag tone={need === 'network' ? 'bad' : 'wait'}>{t(`needs.${need}.tag`)}</Tag>
              <span>{need === 'network' ? network.problem!.message : t(`needs.${need}.text`)}</span>
              <Link to={need === 'network' ? '/settings' : '/wallet'}>{t('needs.do')}</Link>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
