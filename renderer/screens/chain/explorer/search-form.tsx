import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import * as z from 'zod'
import { thingKinds } from '../../../../common/model/thing-kinds.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { shortHash } from '../../../lib/format.ts'
import { TextField } from '../../../ui/field.tsx'
import { placeOf, type Place } from './search.ts'

/** Goes to what is typed, and says while it is typed what it is understood as. */
export function SearchForm() {
  const { t } = useTranslation()
  const navigate = useNavigate()
  // As it is asked for, and as the pages call it.
  const words = {
    block: [t('explorer.kind.block')],
    ...Object.fromEntries(
      thingKinds.map((kind) => [kind, [t(`explorer.kind.${kind}`), t(`explorer.things.${kind}`, { id: '' }).trim()]]),
    ),
  }
  const form = useSchemaForm({
    schema: z.object({
      place: z
        .string()
        .transform((term) => placeOf(term, words))
        .refine((place) => place !== null, { params: { words: 'term' } }),
    }),
    values: { place: '' },
    save: async ({ place }) => place && navigate(place.to),
  })
  const understood = placeOf(form.value('place'), words)
  const wordsFor = ({ kind, id }: Place): string => {
    if (kind === 'transaction' || kind === 'address') return `${t(`explorer.kind.${kind}`)} ${shortHash(id)}`
    return kind === 'block' ? t('explorer.block', { number: id }) : t(`explorer.things.${kind}`, { id })
  }
  return (
    <search>
      <Form form={form} submit={t('explorer.go')}>
        <TextField
          label={t('explorer.search')}
          hint={understood ? t('explorer.understood', { place: wordsFor(understood) }) : t('explorer.searchHint')}
          spellCheck={false}
          autoComplete="off"
          {...form.field('place')}
        />
      </Form>
    </search>
  )
}
