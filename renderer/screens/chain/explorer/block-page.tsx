import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { Link, useParams } from 'react-router'
import { dateTime } from '../../../lib/format.ts'
import { query } from '../../../state/transport.ts'
import { Card } from '../../../ui/card.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { Skeleton } from '../../../ui/state.tsx'
import { Absent, NotFound } from './absent.tsx'
import { NUMBER } from './search.ts'
import { TransactionsCard } from './transactions-card.tsx'

export function BlockPage() {
  const { t, i18n } = useTranslation()
  const { number = '' } = useParams()
  const isNumber = NUMBER.test(number)
  const { data, error } = useQuery(
    query.explorer.block.queryOptions({ input: { number: Number(number) }, enabled: isNumber }),
  )
  if (!isNumber) return <Absent title={t('explorer.noNumber')} text={t('explorer.noNumberText', { text: number })} />
  if (error)
    return <NotFound error={error} title={t('explorer.noBlock', { number })} text={t('explorer.noBlockText')} />
  if (!data) return <Skeleton label={t('common.loading')} />
  const { block, transactions } = data
  return (
    <div className={layout.stack}>
      <Card title={t('explorer.block', { number: block.number })}>
        <Facts
          items={[
            [t('transactions.hash'), <code key="hash">{block.hash}</code>],
            [
              t('explorer.parent'),
              block.number === 0 ? (
                <code key="parent">{block.parent}</code>
              ) : (
                <Link key="parent" to={`/explorer/block/${block.number - 1}`}>
                  <code>{block.parent}</code>
                </Link>
              ),
            ],
            [t('transactions.when'), dateTime(block.time * 1000, i18n.language)],
          ]}
        />
      </Card>
      <TransactionsCard rows={transactions} none={t('explorer.emptyBlock')} />
    </div>
  )
}
