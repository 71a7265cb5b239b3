import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DatasetRow } from '../../../../common/model/dataset.ts'
import { untilBack } from '../../../state/live.ts'
import { query } from '../../../state/transport.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Skeleton } from '../../../ui/state.tsx'
import styles from './data.module.css'

/** One letter is in every text. */
const LEAST = 2
const SHOWN = 5

interface Props {
  readonly dataset: DatasetRow
  readonly busy: boolean
  readonly onHide: (word: string) => void
}

/** Looks for anything that its owner knows of themselves in what would leave. */
export function FindYourselfCard({ dataset: { id, choices, cleaned }, busy, onHide }: Props) {
  const { t } = useTranslation()
  const [words, setWords] = useState('')
  const wanted = useDeferredValue(words.trim())
  const input = { id, cleaned: true, offset: 0, query: wanted }
  const asks = wanted.length >= LEAST
  const found = useQuery({
    ...query.data.items.queryOptions({ input }),
    ...untilBack,
    queryKey: [...query.data.items.key({ input }), choices, cleaned !== null],
    enabled: asks && cleaned !== null,
  }).data
  return (
    <Card title={t('data.findYourself.title')}>
      <div className={layout.stack}>
        <p className={layout.muted}>{t('data.findYourself.text')}</p>
        <TextField
          label={t('data.findYourself.what')}
          hint={t('data.findYourself.hint')}
          type="search"
          value={words}
          maxLength={100}
          onChange={(event) => setWords(event.target.value)}
        />
        <div aria-live="polite">
          {!asks ? null : !found ? (
            <Skeleton label={t('data.working')} />
          ) : found.rows.length === 0 ? (
            <p>{t('data.findYourself.nowhere', { words: wanted })}</p>
          ) : (
            <div className={layout.stack}>
              <div className={layout.between}>
                <b>
                  {found.more
                    ? t('data.findYourself.often', { count: found.rows.length })
                    : t('data.findYourself.found', { count: found.rows.length })}
                </b>
                <Button disabled={busy} onClick={() => onHide(wanted)}>
                  {t('data.findYourself.hide', { words: wanted })}
                </Button>
              </div>
              <ul className={styles.rows} translate="no">
                {found.rows.slice(0, SHOWN).map((item) => (
                  <li key={item.id}>{item.text.length > 300 ? `${item.text.slice(0, 300)}…` : item.text}</li>
                ))}
              </ul>
            </div>
          )}
        </div>
      </div>
    </Card>
  )
}
