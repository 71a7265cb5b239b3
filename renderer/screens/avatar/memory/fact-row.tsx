import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Fact } from '../../../../common/model/memory.ts'
import { dateOnly } from '../../../lib/format.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Choice } from '../../../ui/choice.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'
import { FactForm } from './fact-form.tsx'
import { Messages } from './messages.tsx'

/** One fact, what may be done with it, and the messages that say so. @param others those that it may be joined with */
export function FactRow({ fact, others }: { readonly fact: Fact; readonly others: readonly Fact[] }) {
  const { t, i18n } = useTranslation()
  const [open, setOpen] = useState<'sources' | 'form' | null>(null)
  const act = useApiMutation((work: () => Promise<unknown>) => work())
  const { id, text, state, from, to, items } = fact
  return (
    <li>
      <p dir="auto">{text}</p>
      <span className={layout.tiny}>
        {from !== null && t('avatar.since', { day: dateOnly(from, i18n.language) })}{' '}
        {to !== null && t('avatar.until', { day: dateOnly(to, i18n.language) })}
      </span>
      {act.errorText && <Problem>{act.errorText}</Problem>}
      <div className={layout.row}>
        {state !== 'kept' && (
          <Button
            disabled={act.isPending}
            onClick={() => act.mutate(() => api.avatar.decideFact({ fact: id, event: 'keep' }))}
          >
            {t('avatar.keep')}
          </Button>
        )}
        {state !== 'rejected' && (
          <Button
            disabled={act.isPending}
            onClick={() => act.mutate(() => api.avatar.decideFact({ fact: id, event: 'reject' }))}
          >
            {t('avatar.reject')}
          </Button>
        )}
        <Button kind="link" aria-expanded={open === 'form'} onClick={() => setOpen(open === 'form' ? null : 'form')}>
          {t('avatar.edit')}
        </Button>
        <Button
          kind="link"
          aria-expanded={open === 'sources'}
          onClick={() => setOpen(open === 'sources' ? null : 'sources')}
        >
          {t('avatar.whereItStands', { count: items.length })}
        </Button>
        {others.length > 1 && (
          <Choice
            label={t('avatar.joinWith')}
            value=""
            options={['', ...others.filter((other) => other.id !== id).map((other) => String(other.id))]}
            nameOf={(other) =>
              others.find((item) => String(item.id) === other)?.text.slice(0, 60) ?? t('avatar.joinWith')
            }
            onChoose={(other) =>
              other !== '' && act.mutate(() => api.avatar.mergeFacts({ into: id, other: Number(other) }))
            }
          />
        )}
      </div>
      {open === 'form' && <FactForm fact={fact} onDone={() => setOpen(null)} />}
      {open === 'sources' && <Messages items={items} />}
    </li>
  )
}
