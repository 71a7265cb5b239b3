import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CollectionChoices, CollectionRow } from '../../../../common/model/collection.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { CheckField, TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import styles from './data.module.css'

interface Props {
  readonly collection: CollectionRow
  readonly busy: boolean
  readonly onChoose: (choices: CollectionChoices) => void
}

/** What is left out altogether, by its figures. */
export function MediaFiltersCard({ collection: { choices, report, hidden }, busy, onChoose }: Props) {
  const { t } = useTranslation()
  const [filters, setFilters] = useState(choices.filters)
  const change = (part: Partial<CollectionChoices['filters']>): void => setFilters((old) => ({ ...old, ...part }))
  const number = (name: 'sharpness' | 'side' | 'seconds', most: number, step: number) => ({
    type: 'number',
    min: 0,
    max: most,
    step,
    value: filters[name],
    onChange: (event: { readonly target: HTMLInputElement }) =>
      change({ [name]: Math.max(0, Math.min(most, event.target.valueAsNumber || 0)) }),
  })
  return (
    <Card title={t('data.filters')}>
      <form
        className={layout.stack}
        onSubmit={(event) => {
          event.preventDefault()
          onChoose({ ...choices, filters })
        }}
      >
        <div className={layout.pair}>
          {report.pictures.items > 0 && (
            <TextField
              label={t('data.media.leastSharpness')}
              hint={t('data.media.leastSharpnessHint')}
              {...number('sharpness', 1e6, 0.1)}
            />
          )}
          {report.pictures.items > 0 && <TextField label={t('data.media.leastSide')} {...number('side', 100_000, 1)} />}
          {report.recordings.items > 0 && (
            <TextField label={t('data.media.leastSeconds')} {...number('seconds', 100_000, 0.1)} />
          )}
        </div>
        {report.pictures.items > 0 && (
          <CheckField
            label={t('data.media.dropAlike')}
            checked={filters.duplicates}
            onChange={(event) => change({ duplicates: event.target.checked })}
          />
        )}
        {hidden.voices > 1 && (
          <fieldset className={styles.voices}>
            <legend>{t('data.media.onlyVoices')}</legend>
            <div className={layout.row}>
              {Array.from({ length: hidden.voices }, (_, i) => i + 1).map((voice) => (
                <CheckField
                  key={voice}
                  label={t('data.media.voice', { number: voice })}
                  checked={filters.voices.includes(voice)}
                  onChange={(event) =>
                    change({
                      voices: event.target.checked
                        ? [...filters.voices, voice]
                        : filters.voices.filter((item) => item !== voice),
                    })
                  }
                />
              ))}
            </div>
          </fieldset>
        )}
        <div>
          <Button type="submit" disabled={busy || JSON.stringify(filters) === JSON.stringify(choices.filters)}>
            {t('data.apply')}
          </Button>
        </div>
      </form>
    </Card>
  )
}
