import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useAvatar } from '../../../state/avatar.ts'
import { Button } from '../../../ui/button.tsx'
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
  const [words, setWords] = useState('')
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
            <form className={layout.stack} onSubmit={(event) => (event.preventDefault(), setAsked(words.trim()))}>
              <TextField
                label={t('avatar.question')}
                hint={t('avatar.questionHint')}
                type="search"
                value={words}
                maxLength={2000}
                onChange={(event) => (setWords(event.target.value), event.target.value === '' && setAsked(''))}
              />
              <div className={layout.row}>
                <Button kind="primary" type="submit" disabled={words.trim() === ''}>
                  {t('avatar.find')}
                </Button>
              </div>
              <FoundBy />
            </form>
          </Card>
          {asked === '' ? <TimelineCard sources={avatar.sources} /> : <HitsCard key={asked} asked={asked} />}
        </>
      )}
    </div>
  )
}
