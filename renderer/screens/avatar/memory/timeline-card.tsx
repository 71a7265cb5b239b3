import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MemorySource } from '../../../../common/model/memory.ts'
import { untilBack } from '../../../state/live.ts'
import { query } from '../../../state/transport.ts'
import { Card } from '../../../ui/card.tsx'
import { SelectField, TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Pager } from '../../../ui/pager.tsx'
import { Empty, Skeleton } from '../../../ui/state.tsx'
import { Messages } from './messages.tsx'

/** As many as the host gives at once. */
const PAGE = 50
const MS_PER_DAY = 86_400_000

/** Messages, the newest first, of one source or all, up to a day. */
export function TimelineCard({ sources }: { readonly sources: readonly MemorySource[] }) {
  const { t } = useTranslation()
  const [source, setSource] = useState<number | null>(null)
  const [before, setBefore] = useState<number | null>(null)
  const [offset, setOffset] = useState(0)
  const page = useQuery({
    ...query.avatar.items.queryOptions({ input: { source, before, offset } }),
    ...untilBack,
    placeholderData: (old) => old,
  }).data
  return (
    <Card title={t('avatar.timeline')}>
      <div className={layout.stack}>
        <div className={layout.pair}>
          <SelectField
            label={t('avatar.source')}
            value={source ?? ''}
            onChange={(event) => (
              setSource(event.target.value === '' ? null : Number(event.target.value)),
              setOffset(0)
            )}
          >
            <option value="">{t('avatar.allSources')}</option>
            {sources.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </SelectField>
          <TextField
            label={t('avatar.upTo')}
            type="date"
            onChange={(event) => (
              setBefore(event.target.value === '' ? null : event.target.valueAsNumber + MS_PER_DAY),
              setOffset(0)
            )}
          />
        </div>
        {!page ? (
          <Skeleton label={t('common.loading')} />
        ) : page.length === 0 ? (
          <Empty>{t('avatar.nothingThen')}</Empty>
        ) : (
          <Messages items={page} />
        )}
        {page && (
          <Pager
            offset={offset}
            size={PAGE}
            more={page.length === PAGE}
            onMove={setOffset}
            labels={{ earlier: t('avatar.newer'), later: t('avatar.older') }}
          />
        )}
      </div>
    </Card>
  )
}
