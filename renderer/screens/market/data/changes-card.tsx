import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DatasetRow } from '../../../../common/model/dataset.ts'
import { untilBack } from '../../../state/live.ts'
import { query } from '../../../state/transport.ts'
import { Card } from '../../../ui/card.tsx'
import { Pager } from '../../../ui/pager.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Empty, Skeleton } from '../../../ui/state.tsx'
import styles from './data.module.css'

const PAGE = 50

/** Before and after, wherever something was hidden; what is alike stands there once. */
export function ChangesCard({ dataset: { id, cleaned, choices } }: { readonly dataset: DatasetRow }) {
  const { t } = useTranslation()
  const [offset, setOffset] = useState(0)
  const page = useQuery({
    ...query.data.changes.queryOptions({ input: { id, offset } }),
    ...untilBack,
    queryKey: [...query.data.changes.key({ input: { id, offset } }), choices, cleaned?.changed],
  }).data
  return (
    <Card title={t('data.changes')} aside={cleaned && <span>{t('data.hiddenIn', { count: cleaned.changed })}</span>}>
      {!page ? (
        <Skeleton label={t('common.loading')} />
      ) : page.rows.length === 0 ? (
        <Empty>{t('data.noChanges')}</Empty>
      ) : (
        <div className={layout.stack}>
          <ul className={styles.diff} translate="no">
            {page.rows.map(({ before, after, count }, i) => (
              <li key={offset + i}>
                <del>
                  {before}
                  {count > 1 && <span className={layout.tiny}> {t('data.timesOver', { count })}</span>}
                </del>
                <ins>{after}</ins>
              </li>
            ))}
          </ul>
          <Pager
            offset={offset}
            size={PAGE}
            more={page.more}
            onMove={setOffset}
            labels={{ earlier: t('data.earlier'), later: t('data.later') }}
          />
        </div>
      )}
    </Card>
  )
}
