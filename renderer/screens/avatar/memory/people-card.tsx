import { useTranslation } from 'react-i18next'
import type { Participant } from '../../../../common/model/memory.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'
import { Tag } from '../../../ui/tag.tsx'

const SHOWN = 20

/** Who wrote what is remembered; the person says which of them they are. */
export function PeopleCard({ people }: { readonly people: readonly Participant[] }) {
  const { t, i18n } = useTranslation()
  const choose = useApiMutation((choice: { author: string; me: boolean }) => api.avatar.setMe(choice))
  if (people.length === 0) return null
  return (
    <Card title={t('avatar.people')}>
      <div className={layout.stack}>
        <p className={layout.muted}>{t('avatar.peopleText')}</p>
        {choose.errorText && <Problem>{choose.errorText}</Problem>}
        <Table
          caption={t('avatar.people')}
          columns={[t('data.name'), t('data.items'), '']}
          rows={people.slice(0, SHOWN)}
          keyOf={({ author }) => author}
          cells={({ author, items, me }) => [
            <span key="name" className={layout.row}>
              {author}
              {me && <Tag tone="ok">{t('avatar.you')}</Tag>}
            </span>,
            items.toLocaleString(i18n.language),
            <Button
              key="me"
              aria-label={t(me ? 'avatar.notMeName' : 'avatar.meName', { name: author })}
              disabled={choose.isPending}
              onClick={() => choose.mutate({ author, me: !me })}
            >
              {t(me ? 'avatar.notMe' : 'avatar.me')}
            </Button>,
          ]}
        />
      </div>
    </Card>
  )
}
