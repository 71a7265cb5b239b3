import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CurationChoices } from '../../../../common/model/dataset.ts'
import { untilBack } from '../../../state/live.ts'
import { query } from '../../../state/transport.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Empty, Skeleton } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'

const SHOWN = 12

interface Props {
  readonly id: string
  readonly choices: CurationChoices
  readonly busy: boolean
  readonly onChoose: (choices: CurationChoices) => void
}

/** Everything that will be hidden, one line each, and a way to keep it or to hide more. */
export function PersonalCard({ id, choices, busy, onChoose }: Props) {
  const { t } = useTranslation()
  const [all, setAll] = useState(false)
  const [word, setWord] = useState('')
  const found = useQuery({
    ...query.data.entities.queryOptions({ input: { id } }),
    ...untilBack,
    queryKey: [...query.data.entities.key({ input: { id } }), choices.hide],
  }).data
  const kept = new Set(choices.keep)
  const toggle = (entity: string): void =>
    onChoose({
      ...choices,
      keep: kept.has(entity) ? choices.keep.filter((item) => item !== entity) : [...choices.keep, entity],
    })
  const rows = found?.entities.slice(0, all ? undefined : SHOWN) ?? []
  return (
    <Card title={t('data.personalTitle')}>
      <div className={layout.stack}>
        <p className={layout.muted}>{t('data.personalText')}</p>
        {!found ? (
          <Skeleton label={t('data.working')} />
        ) : found.entities.length === 0 ? (
          <Empty>{t('data.noneFound')}</Empty>
        ) : (
          <Table
            caption={t('data.personalTitle')}
            columns={[t('data.hide'), t('data.kind'), t('data.found'), t('data.times'), t('data.where')]}
            rows={rows}
            keyOf={(entity) => entity.id}
            cells={(entity) => [
              <input
                key="hide"
                type="checkbox"
                aria-label={t('data.hideIt', { text: entity.text })}
                checked={!kept.has(entity.id)}
                disabled={busy}
                onChange={() => toggle(entity.id)}
              />,
              t(`data.kinds.${entity.kind}`),
              entity.text,
              entity.count,
              <span key="where" className={layout.tiny}>
                {entity.example}
              </span>,
            ]}
          />
        )}
        {found && found.total > rows.length && (
          <div>
            <Button kind="link" onClick={() => setAll(true)}>
              {t('data.showAll', { count: found.total })}
            </Button>
          </div>
        )}
        <form
          className={layout.row}
          onSubmit={(event) => {
            event.preventDefault()
            onChoose({ ...choices, hide: [...new Set([...choices.hide, word.trim()])] })
            setWord('')
          }}
        >
          <TextField
            label={t('data.hideMore')}
            hint={
              choices.hide.length > 0
                ? t('data.alsoHidden', { words: choices.hide.join(', ') })
                : t('data.hideMoreHint')
            }
            value={word}
            maxLength={100}
            onChange={(event) => setWord(event.target.value)}
          />
          <Button type="submit" disabled={word.trim().length < 2 || busy}>
            {t('data.hide')}
          </Button>
          {choices.hide.length > 0 && (
            <Button
              kind="link"
              disabled={busy}
              onClick={() => onChoose({ ...choices, hide: choices.hide.slice(0, -1) })}
            >
              {t('data.showLast')}
            </Button>
          )}
        </form>
        <p className={layout.tiny}>{t('data.misses')}</p>
      </div>
    </Card>
  )
}
