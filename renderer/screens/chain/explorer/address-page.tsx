import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { useParams } from 'react-router'
import { useErrorText } from '../../../state/errors.ts'
import { useOverview } from '../../../state/overview.ts'
import { query } from '../../../state/transport.ts'
import { Card } from '../../../ui/card.tsx'
import { Coins } from '../../../ui/coins.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { Problem, Skeleton } from '../../../ui/state.tsx'
import { Absent } from './absent.tsx'
import { contractWords } from './account.tsx'
import { ADDRESS } from './search.ts'
import { ThingLists } from './thing-lists.tsx'
import { TransactionsCard } from './transactions-card.tsx'

/** An account or a contract. One that was never seen is an account with nothing in it. */
export function AddressPage() {
  const { t } = useTranslation()
  const errorText = useErrorText()
  const { wallet } = useOverview()
  const { address = '' } = useParams()
  const isAddress = ADDRESS.test(address)
  const { data, error } = useQuery(query.explorer.address.queryOptions({ input: { address }, enabled: isAddress }))
  if (!isAddress)
    return <Absent title={t('explorer.noAddress')} text={t('explorer.noAddressText', { text: address })} />
  if (error) return <Problem>{errorText(error)}</Problem>
  if (!data) return <Skeleton label={t('common.loading')} />
  const isOwn = wallet.address?.toLowerCase() === address.toLowerCase()
  const title = data.contract
    ? t('explorer.contract', { name: contractWords(t, data.contract) })
    : t(isOwn ? 'explorer.ownAccount' : 'explorer.account')
  return (
    <div className={layout.stack}>
      <Card title={title}>
        <Facts
          items={[
            [t('explorer.address'), <code key="address">{data.address}</code>],
            [t('balances.wallet'), data.wallet === null ? '–' : <Coins key="wallet" units={data.wallet} />],
            [t('balances.market'), <Coins key="market" units={data.market} />],
          ]}
        />
      </Card>
      <ThingLists lists={data.lists} />
      <TransactionsCard rows={data.transactions} none={t('explorer.unseen')} />
    </div>
  )
}
