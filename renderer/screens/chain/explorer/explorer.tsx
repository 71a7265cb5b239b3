import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useErrorText } from '../../../state/errors.ts'
import { query } from '../../../state/transport.ts'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem, Skeleton } from '../../../ui/state.tsx'
import { BlocksCard } from './blocks-card.tsx'
import { SearchForm } from './search-form.tsx'
import { TransactionsCard } from './transactions-card.tsx'

export function Explorer() {
  const { t } = useTranslation()
  const errorText = useErrorText()
  const [before, setBefore] = useState<number | null>(null)
  const blocks = useQuery(query.explorer.blocks.queryOptions({ input: { before } }))
  const transactions = useQuery(query.explorer.transactions.queryOptions({ input: { before } }))
  const error = blocks.error ?? transactions.error
  return (
    <div className={layout.stack}>
      <Card>
        <SearchForm />
      </Card>
      {error ? (
        <Problem>{errorText(error)}</Problem>
      ) : !blocks.data || !transactions.data ? (
        <Skeleton label={t('common.loading')} />
      ) : (
        <>
          <TransactionsCard rows={transactions.data} none={t('explorer.none')} />
          <BlocksCard blocks={blocks.data} isNewest={before === null} onMove={setBefore} />
        </>
      )}
    </div>
  )
}
