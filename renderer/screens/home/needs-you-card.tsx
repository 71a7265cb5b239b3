import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useData } from '../../state/data.ts'
import { useErrorText } from '../../state/errors.ts'
import { useOverview } from '../../state/overview.ts'
import { Card } from '../../ui/card.tsx'
import { Empty } from '../../ui/state.tsx'
import { Tag } from '../../ui/tag.tsx'
import styles from './home.module.css'

const places = {
  wallet: '/wallet',
  unlock: '/wallet',
  keyring: '/wallet',
  backup: '/wallet',
  funds: '/wallet',
  lot: '/data',
  release: '/data/library',
  network: '/settings',
  setAside: '/settings',
} as const

export function NeedsYouCard({ className }: { readonly className: string | undefined }) {
  const { t } = useTranslation()
  const { wallet, network, balances, setAside } = useOverview()
  const data = useData()
  const errorText = useErrorText()
  const needs = [
    ...(wallet.state === 'none' ? (['wallet'] as const) : []),
    ...(wallet.state === 'locked' ? (['unlock'] as const) : []),
    ...(wallet.state === 'sealed' ? (['keyring'] as const) : []),
    ...(wallet.address !== null && !wallet.backedUp ? (['backup'] as const) : []),
    ...(wallet.backedUp && balances !== null && balances.wallet === 0n && balances.market === 0n
      ? (['funds'] as const)
      : []),
    ...(data?.releases.some(({ asset }) => asset?.state === 'draft') ? (['lot'] as const) : []),
    ...(data?.bought.some(({ sale, own }) => sale.state === 'delivered' && own?.state === 'owned')
      ? (['release'] as const)
      : []),
    ...(network.problem ? (['network'] as const) : []),
    ...(setAside.length > 0 ? (['setAside'] as const) : []),
  ]
  return (
    <Card
      title={t('needs.title')}
      className={className}
      aside={needs.length > 0 && <Tag tone="wait">{needs.length}</Tag>}
    >
      {needs.length === 0 ? (
        <Empty>{t('needs.none')}</Empty>
      ) : (
        <ul className={styles.list}>
          {needs.map((need) => (
            <li key={need}>
              <Tag tone={need === 'network' || need === 'setAside' ? 'bad' : 'wait'}>{t(`needs.${need}.tag`)}</Tag>
              <span>
                {need === 'network'
                  ? errorText(network.problem)
                  : t(`needs.${need}.text`, { files: setAside.join(', ') })}
              </span>
              <Link to={places[need]}>{t('needs.do')}</Link>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}
