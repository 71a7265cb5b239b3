import { keepPreviousData, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { ROWS_A_PAGE } from '../../../../common/model/pages.ts'
import { rate, shortCoins } from '../../../lib/format.ts'
import { act } from '../../../state/act.ts'
import { query } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { Pager } from '../../../ui/pager.tsx'
import { Empty, Problem } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'
import { Tag } from '../../../ui/tag.tsx'

export function ServedOrdersCard({ className }: { readonly className: string | undefined }) {
  const { t } = useTranslation()
  const [offset, setOffset] = useState(0)
  const orders =
    useQuery(query.earn.orders.queryOptions({ input: { offset }, placeholderData: keepPreviousData })).data ?? []
  const leave = useApiMutation((order: number) => act({ kind: 'fail', order }))
  return (
    <Card title={t('served.title')} className={className}>
      {leave.errorText && <Problem>{leave.errorText}</Problem>}
      {orders.length + offset === 0 ? (
        <Empty>{t('served.none')}</Empty>
      ) : (
        <Table
          caption={t('served.title')}
          columns={[t('served.order'), t('served.state'), t('served.done'), t('served.speed'), t('served.paid'), '']}
          rows={orders}
          keyOf={(it) => it.order.id}
          cells={(it) => [
            it.order.closedTx ? (
              <Link to={`/explorer/tx/${it.order.closedTx}`}>#{it.order.id}</Link>
            ) : (
              `#${it.order.id}`
            ),
            <Tag
              key="state"
              tone={it.order.state === 'completed' ? 'ok' : it.order.state === 'failed' ? 'bad' : 'wait'}
            >
              {it.order.state === 'active'
                ? t(`serving.${it.state}` as 'serving.running')
                : t(`orderStates.${it.order.state}`)}
            </Tag>,
            `${it.unitsDone} / ${it.work?.units ?? '–'}`,
            it.operationsPerSecond > 0 ? rate(it.operationsPerSecond, 'OP/s') : '–',
            shortCoins(it.order.paid, 6),
            it.order.state === 'active' ? (
              <Button key="leave" kind="link" onClick={() => leave.mutate(it.order.id)}>
                {t('served.leave')}
              </Button>
            ) : (
              ''
            ),
          ]}
        />
      )}
      <Pager
        offset={offset}
        size={ROWS_A_PAGE}
        more={orders.length === ROWS_A_PAGE}
        onMove={setOffset}
        labels={{ earlier: t('common.newer'), later: t('common.older') }}
      />
    </Card>
  )
}
