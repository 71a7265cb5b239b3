import { useTranslation } from 'react-i18next'
import * as z from 'zod'
import { FactText, type Fact } from '../../../../common/model/memory.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { api } from '../../../state/transport.ts'
import { Button } from '../../../ui/button.tsx'
import { TextArea, TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'

const dayOf = (time: number | null): string => (time === null ? '' : new Date(time).toISOString().slice(0, 10))
/** A day that was left as it was keeps its time. */
const timeOf = (day: string, before: number | null): number | null =>
  day === '' ? null : day === dayOf(before) ? before : Date.parse(day)
const Changed = z.object({ text: FactText, from: z.string(), to: z.string() })

/** Changes a fact's words, and the days from which and until which it holds. */
export function FactForm({ fact, onDone }: { readonly fact: Fact; readonly onDone: () => void }) {
  const { t } = useTranslation()
  const form = useSchemaForm({
    schema: Changed,
    values: { text: fact.text, from: dayOf(fact.from), to: dayOf(fact.to) },
    save: async ({ text, from, to }) => {
      await api.avatar.editFact({ fact: fact.id, text, from: timeOf(from, fact.from), to: timeOf(to, fact.to) })
      onDone()
    },
  })
  return (
    <Form form={form} submit={t('common.save')} beside={<Button onClick={onDone}>{t('common.cancel')}</Button>}>
      <TextArea label={t('avatar.factWords')} maxLength={1000} {...form.field('text')} />
      <div className={layout.pair}>
        <TextField label={t('avatar.holdsFrom')} type="date" {...form.field('from')} />
        <TextField label={t('avatar.holdsTo')} type="date" {...form.field('to')} />
      </div>
    </Form>
  )
}
