import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useAvatar, useTopics } from '../../../state/avatar.ts'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Empty, Problem, Skeleton } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'
import styles from './avatar.module.css'
import { RoomNav } from '../../../app/room-nav.tsx'
import { TopicRow } from './topic-row.tsx'

/** What is remembered by what it is about, and month by month. */
export function Topics() {
  const { t, i18n } = useTranslation()
  const avatar = useAvatar()
  const found = useTopics()
  const sorting = avatar?.tasks.find(({ step }) => step === 'sorting')
  const month = new Intl.DateTimeFormat(i18n.language, { month: 'long', year: 'numeric', timeZone: 'UTC' })
  return (
    <div className={layout.stack}>
      <RoomNav to="/avatar" />
      {!avatar || !found ? (
        <Skeleton label={t('common.loading')} />
      ) : avatar.problem !== null ? (
        <Problem>{t('avatar.unreadable', { why: avatar.problem })}</Problem>
      ) : (
        <>
          <Card title={t('topics.title')}>
            <div className={layout.stack}>
              <p className={layout.muted}>{t('topics.text')}</p>
              {sorting && (
                <p role="status" className={layout.muted}>
                  {t('topics.sorting', { count: sorting.items })}
                </p>
              )}
              {found.topics.length > 0 ? (
                <ul className={styles.hits}>
                  {found.topics.map((topic) => (
                    <TopicRow key={`${topic.id} ${topic.words.join(' ')}`} topic={topic} />
                  ))}
                </ul>
              ) : (
                found.current && (
                  <Empty>
                    {t('topics.none')} <Link to="/avatar/sources">{t('avatar.bringTitle')}</Link>
                  </Empty>
                )
              )}
            </div>
          </Card>
          {found.months.length > 0 && (
            <Card title={t('topics.months')}>
              <Table
                caption={t('topics.months')}
                columns={[t('topics.month'), t('topics.messages'), t('topics.about')]}
                rows={found.months}
                keyOf={(it) => it.month}
                cells={(it) => [
                  month.format(new Date(`${it.month}-01T00:00:00Z`)),
                  it.items.toLocaleString(i18n.language),
                  <span key="words" translate="no">
                    {it.words.join(', ')}
                  </span>,
                ]}
              />
            </Card>
          )}
        </>
      )}
    </div>
  )
}
