import { useTranslation } from 'react-i18next'
import * as z from 'zod'
import { CollectionChoices, type CollectionRow } from '../../../../common/model/collection.ts'
import { number } from '../../../forms/fields.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { Card } from '../../../ui/card.tsx'
import { CheckField, TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import styles from './data.module.css'

interface Props {
  readonly collection: CollectionRow
  readonly busy: boolean
  readonly onChoose: (choices: CollectionChoices) => void
}

const { sharpness, side, seconds, duplicates, voices } = CollectionChoices.shape.filters.shape
const Filters = z.object({
  sharpness: number(sharpness),
  side: number(side),
  seconds: number(seconds),
  duplicates,
  voices,
})

/** What is left out altogether, by its figures. */
export function MediaFiltersCard({ collection: { choices, report, hidden }, busy, onChoose }: Props) {
  const { t } = useTranslation()
  const { filters } = choices
  const form = useSchemaForm({
    schema: Filters,
    values: {
      ...filters,
      sharpness: String(filters.sharpness),
      side: String(filters.side),
      seconds: String(filters.seconds),
    },
    save: async (next) => onChoose({ ...choices, filters: next }),
  })
  const chosen = form.value('voices')
  const pictures = report.pictures.items > 0
  return (
    <Card title={t('data.filters')}>
      <Form form={form} kind="secondary" submit={t('data.apply')} disabled={busy || !form.changed}>
        <div className={layout.pair}>
          {pictures && (
            <TextField
              label={t('data.media.leastSharpness')}
              hint={t('data.media.leastSharpnessHint')}
              inputMode="decimal"
              {...form.field('sharpness')}
            />
          )}
          {pictures && <TextField label={t('data.media.leastSide')} inputMode="numeric" {...form.field('side')} />}
          {report.recordings.items > 0 && (
            <TextField label={t('data.media.leastSeconds')} inputMode="decimal" {...form.field('seconds')} />
          )}
        </div>
        {pictures && <CheckField label={t('data.media.dropAlike')} {...form.field('duplicates')} />}
        {hidden.voices > 1 && (
          <fieldset className={styles.voices}>
            <legend>{t('data.media.onlyVoices')}</legend>
            <div className={layout.row}>
              {Array.from({ length: hidden.voices }, (_, i) => i + 1).map((voice) => (
                <CheckField
                  key={voice}
                  label={t('data.media.voice', { number: voice })}
                  checked={chosen.includes(voice)}
                  onChange={(event) =>
                    form.set('voices', event.target.checked ? [...chosen, voice] : chosen.filter((it) => it !== voice))
                  }
                />
              ))}
            </div>
          </fieldset>
        )}
      </Form>
    </Card>
  )
}
