import { useTranslation } from 'react-i18next'
import * as z from 'zod'
import { CurationChoices, type DatasetRow } from '../../../../common/model/dataset.ts'
import { number } from '../../../forms/fields.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { Card } from '../../../ui/card.tsx'
import { CheckField, TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'

const DAY_MS = 86_400_000
const dayOf = (time: number | null): string => (time === null ? '' : new Date(time).toISOString().slice(0, 10))
const { shortest, authors, duplicates } = CurationChoices.shape.filters.shape
/** The last day counts to its end. */
const Filters = z.object({
  from: z.string().transform((day) => (day === '' ? null : Date.parse(day))),
  to: z.string().transform((day) => (day === '' ? null : Date.parse(day) + DAY_MS - 1)),
  shortest: number(shortest),
  authors: z
    .string()
    .transform((names) => names.split(/,\s*/).filter(Boolean))
    .pipe(authors),
  duplicates,
})

/** What is left out altogether. */
export function FiltersCard({
  dataset: { choices },
  busy,
  onChoose,
}: {
  readonly dataset: DatasetRow
  readonly busy: boolean
  readonly onChoose: (choices: CurationChoices) => void
}) {
  const { t } = useTranslation()
  const { filters } = choices
  const form = useSchemaForm({
    schema: Filters,
    values: {
      from: dayOf(filters.from),
      to: dayOf(filters.to),
      shortest: String(filters.shortest),
      authors: filters.authors.join(', '),
      duplicates: filters.duplicates,
    },
    save: async (next) => onChoose({ ...choices, filters: next }),
  })
  return (
    <Card title={t('data.filters')}>
      <Form form={form} kind="secondary" submit={t('data.apply')} disabled={busy || !form.changed}>
        <div className={layout.pair}>
          <TextField label={t('data.from')} type="date" {...form.field('from')} />
          <TextField label={t('data.to')} type="date" {...form.field('to')} />
          <TextField label={t('data.shortest')} inputMode="numeric" {...form.field('shortest')} />
          <TextField label={t('data.withoutAuthors')} hint={t('data.withoutAuthorsHint')} {...form.field('authors')} />
        </div>
        <CheckField label={t('data.dropDuplicates')} {...form.field('duplicates')} />
      </Form>
    </Card>
  )
}
