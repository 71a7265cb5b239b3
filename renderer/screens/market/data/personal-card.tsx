import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import * as z from 'zod'
import type { CurationChoices } from '../../../../common/model/dataset.ts'
import { personalKinds } from '../../../../common/model/personal-kinds.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
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
  const { t, i18n } = useTranslation()
  const [all, setAll] = useState(false)
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
          <Empty>
            {t('data.noneOfKinds', {
              kinds: new Intl.ListFormat(i18n.language, { style: 'narrow' }).format(
                personalKinds.map((kind) => t(`data.kinds.${kind}`)),
              ),
            })}
          </Empty>
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
              <span key="text" translate="no">
                {entity.text}
              </span>,
              entity.count,
              <span key="where" className={layout.tiny} translate="no">
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
        <HideForm choices={choices} busy={busy} onChoose={onChoose} />
        <p className={layout.tiny}>{t('data.misses')}</p>
      </div>
    </Card>
  )
}

const Word = z.object({ word: z.string().trim().min(2).max(100) })

function HideForm({ choices, busy, onChoose }: Omit<Props, 'id'>) {
  const { t } = useTranslation()
  const form = useSchemaForm({
    schema: Word,
    values: { word: '' },
    save: async ({ word }) => {
      onChoose({ ...choices, hide: [...new Set([...choices.hide, word])] })
      form.reset()
    },
  })
  return (
    <Form
      form={form}
      kind="secondary"
      inRow
      submit={t('data.hide')}
      disabled={busy}
      beside={
        choices.hide.length > 0 && (
          <Button kind="link" disabled={busy} onClick={() => onChoose({ ...choices, hide: choices.hide.slice(0, -1) })}>
            {t('data.showLast')}
          </Button>
        )
      }
    >
      <TextField
        label={t('data.hideMore')}
        hint={
          choices.hide.length > 0 ? t('data.alsoHidden', { words: choices.hide.join(', ') }) : t('data.hideMoreHint')
        }
        maxLength={100}
        {...form.field('word')}
      />
    </Form>
  )
}
