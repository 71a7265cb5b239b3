import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Fact } from '../../../../common/model/memory.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { TextArea, TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'

const dayOf = (time: number | null): string => (time === null ? '' : new Date(time).toISOString().slice(0, 10))
/** A day that was left as it was keeps its time. */
const timeOf = (day: string, before: number | null): number | null =>
  day === '' ? null : day === dayOf(before) ? before : Date.parse(day)

/** Changes a fact's words, and the days from which and until which it holds. */
export function FactForm({ fact, onDone }: { readonly fact: Fact; readonly onDone: () => void }) {
  const { t } = useTranslation()
  const [text, setText] = useState(fact.text)
  const [from, setFrom] = useState(dayOf(fact.from))
  const [to, setTo] = useState(dayOf(fact.to))
  const save = useApiMutation(async () => {
    await api.avatar.editFact({ fact: fact.id, text, from: timeOf(from, fact.from), to: timeOf(to, fact.to) })
    onDone()
  })
  return (
    <form className={layout.stack} onSubmit={(event) => (event.preventDefault(), save.mutate())}>
      <TextArea
        label={t('avatar.factWords')}
        value={text}
        maxLength={1000}
        onChange={(event) => setText(event.target.value)}
      />
      <div className={layout.pair}>
        <TextField
          label={t('avatar.holdsFrom')}
          type="date"
          value={from}
          onChange={(event) => setFrom(event.target.value)}
        />
        <TextField label={t('avatar.holdsTo')} type="date" value={to} onChange={(event) => setTo(event.target.value)} />
      </div>
      {save.errorText && <Problem>{save.errorText}</Problem>}
      <div className={layout.row}>
        <Button kind="primary" type="submit" disabled={text.trim() === '' || save.isPending}>
          {t('common.save')}
        </Button>
        <Button onClick={onDone}>{t('common.cancel')}</Button>
      </div>
    </form>
  )
}
