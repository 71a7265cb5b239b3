import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import * as z from 'zod'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { TextField } from '../../../ui/field.tsx'
import { lookUp } from './look-up.ts'

/** Goes to what is typed, and says while it is typed what it is understood as. */
export function SearchForm() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const form = useSchemaForm({
    schema: z.object({
      place: z
        .string()
        .transform((term) => lookUp(term, t))
        .refine((place) => place !== null, { params: { words: 'term' } }),
    }),
    values: { place: '' },
    save: async ({ place }) => place && navigate(place.to),
  })
  const understood = lookUp(form.value('place'), t)
  return (
    <search>
      <Form form={form} submit={t('explorer.go')}>
        <TextField
          label={t('explorer.search')}
          hint={understood ? t('explorer.understood', { place: understood.name }) : t('explorer.searchHint')}
          spellCheck={false}
          autoComplete="off"
          {...form.field('place')}
        />
      </Form>
    </search>
  )
}
