import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DatasetRow } from '../../../../common/model/dataset.ts'
import { dateTime } from '../../../lib/format.ts'
import { untilBack } from '../../../state/live.ts'
import { query } from '../../../state/transport.ts'
import { Card } from '../../../ui/card.tsx'
import { SelectField, TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Pager } from '../../../ui/pager.tsx'
import { Empty, Skeleton } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'

const PAGE = 50

/** The items themselves, as they were brought or as they would leave. */
export function ItemsCard({ dataset: { id, choices } }: { readonly dataset: DatasetRow }) {
  const { t, i18n } = useTranslation()
  const [cleaned, setCleaned] = useState(true)
  const [words, setWords] = useState('')
  const [offset, setOffset] = useState(0)
  const wanted = useDeferredValue(words)
  const input = { id, cleaned, offset, query: wanted }
  const page = useQuery({
    ...query.data.items.queryOptions({ input }),
    ...untilBack,
    queryKey: [...query.data.items.key({ input }), cleaned ? choices : null],
    placeholderData: (old) => old,
  }).data
  return (
    <Card title={t('data.itemsTitle')}>
      <div className={layout.stack}>
        <div className={layout.pair}>
          <SelectField
            label={t('data.show')}
            value={cleaned ? 'after' : 'before'}
            onChange={(event) => (setCleaned(event.target.value === 'after'), setOffset(0))}
          >
            <option value="after">{t('data.asLeaving')}</option>
            <option value="before">{t('data.asBrought')}</option>
          </SelectField>
          <TextField
            label={t('data.search')}
            type="search"
            value={words}
            maxLength={200}
            onChange={(event) => (setWords(event.target.value), setOffset(0))}
          />
        </div>
        {!page ? (
          <Skeleton label={t('common.loading')} />
        ) : page.rows.length === 0 ? (
          <Empty>{t('data.noItems')}</Empty>
        ) : (
          <Table
            caption={t('data.itemsTitle')}
            columns={[t('transactions.when'), t('data.author'), t('data.text')]}
            rows={page.rows}
            keyOf={(item) => item.id}
            cells={({ ts, author, text }) => [
              ts === null ? '–' : dateTime(ts, i18n.language),
              author ?? '–',
              <span key="text" translate="no">
                {text.length > 300 ? `${text.slice(0, 300)}…` : text}
              </span>,
            ]}
          />
        )}
        {page && (
          <Pager
            offset={offset}
            size={PAGE}
            more={page.more}
            onMove={setOffset}
            labels={{ earlier: t('data.earlier'), later: t('data.later') }}
          />
        )}
      </div>
    </Card>
  )
}
