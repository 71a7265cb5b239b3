import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { MemorySource } from '../../../common/model/memory.ts'
import { untilBack } from '../../state/live.ts'
import { query } from '../../state/transport.ts'
import { Button } from '../../ui/button.tsx'
import { Card } from '../../ui/card.tsx'
import { SelectField, TextField } from '../../ui/field.tsx'
import { layout } from '../../ui/layout.tsx'
import { Empty, Skeleton } from '../../ui/state.tsx'
import { Messages } from './messages.tsx'

const MS_PER_DAY = 86_400_000

/** Messages, the newest first, of one source or all, up to a day. */
export function TimelineCard({ sources }: { readonly sources: readonly MemorySource[] }) {
  const { t } = useTranslation()
  const [source, setSource] = useState<number | null>(null)
  const [before, setBefore] = useState<number | null>(null)
  const page = useQuery({ ...query.avatar.items.queryOptions({ input: { source, before } }), ...untilBack, placeholderData: (old) => old }).data
  const last = page?.at(-1)?.ts ?? null
  return (
    <Card title={t('avatar.timeline')}>
      <div className={layout.stack}>
        <div className={layout.pair}>
          <SelectField label={t('avatar.source')} value={source ?? ''} onChange={(event) => (setSource(event.target.value === '' ? null : Number(event.target.value)), setBefore(null))}>
            <option value="">{t('avatar.allSources')}</option>
            {sources.map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </SelectField>
          <TextField label={t('avatar.upTo')} type="date" onChange={(event) => setBefore(event.target.valueAsNumber ? event.target.valueAsNumber + MS_PER_DAY : null)} />
        </div>
        {!page ? <Skeleton label={t('common.loading')} /> : page.length === 0 ? <Empty>{t('avatar.nothingThen')}</Empty> : <Messages items={page} />}
        <div className={layout.row}>
          {before !== null && <Button onClick={() => setBefore(null)}>{t('avatar.newest')}</Button>}
          {last !== null && page!.length >= 50 && <Button onClick={() => setBefore(last)}>{t('avatar.earlier')}</Button>}
        </div>
      </div>
    </Card>
  )
}
