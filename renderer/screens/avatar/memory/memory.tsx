import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import * as z from 'zod'
import { text } from '../../../forms/fields.ts'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { useAvatar } from '../../../state/avatar.ts'
import { Card } from '../../../ui/card.tsx'
import { TextField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Empty, Problem, Skeleton } from '../../../ui/state.tsx'
import { RoomNav } from '../../../app/room-nav.tsx'
import { FoundBy } from './found-by.tsx'
import { HitsCard } from './hits-card.tsx'
import { TimelineCard } from './timeline-card.tsx'

/** What is remembered: by asking for it, or day by day. */
export function Memory() {
  const { t, i18n } = useTranslation()
  const avatar = useAvatar()
  const [asked, setAsked] = useState('')
  const total = avatar?.sources.reduce((sum, { items }) => sum + items, 0) ?? 0
  return (
    <div className={layout.stack}>
      <RoomNav to="/avatar" />
      {!avatar ? (
        <Skeleton label={t('common.loading')} />
      ) : avatar.problem !== null ? (
        <Problem>{t('avatar.unreadable', { why: avatar.problem })}</Problem>
      ) : total === 0 ? (
        <Card title={t('avatar.memory')}>
          <Empty>
            {t('avatar.nothingYet')} <Link to="/avatar/sources">{t('avatar.bring')}</Link>
          </Empty>
        </Card>
      ) : (
        <>
          <Card
            title={t('avatar.ask')}
            aside={
              <span className={layout.tiny}>
                {t('avatar.remembered', { count: total, shown: total.toLocaleString(i18n.language) })}
              </span>
            }
          >
            <AskForm onAsk={setAsked} />
          </Card>
          {asked === '' ? <TimelineCard sources={avatar.sources} /> : <HitsCard key={asked} asked={asked} />}
        </>
      )}
    </div>
  )
}

const Question = z.object({ question: text(2000) })

function AskForm({ onAsk }: { readonly onAsk: (question: string) => void }) {
  const { t } = useTranslation()
  const form = useSchemaForm({
    schema: Question,
    values: { question: '' },
    save: async ({ question }) => onAsk(question),
  })
  const { onChange, ...field } = form.field('question')
  return (
    <Form form={form} submit={t('avatar.find')}>
      <TextField
        label={t('avatar.question')}
        hint={t('avatar.questionHint')}
        type="search"
        maxLength={2000}
        {...field}
        onChange={(event) => {
          void onChange(event)
          if (event.target.value === '') onAsk('')
        }}
      />
      <FoundBy />
    </Form>
  )
}
