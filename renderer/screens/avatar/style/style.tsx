import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useAvatars, useModels, usePulse, useStyles } from '../../../state/chat.ts'
import { Card } from '../../../ui/card.tsx'
import { SelectField } from '../../../ui/field.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Skeleton } from '../../../ui/state.tsx'
import { RoomNav } from '../../../app/room-nav.tsx'
import { LearnCard } from './learn-card.tsx'
import { SpeakCard } from './speak-card.tsx'
import { StylesCard } from './styles-card.tsx'

/** How avatars write: learnt from what their person wrote. */
export function StylePage() {
  const { t } = useTranslation()
  const overview = useStyles()
  const avatars = useAvatars(usePulse(null)?.changes)
  const models = useModels()
  const [chosen, setChosen] = useState<number | null>(null)
  const avatar = avatars?.find(({ id }) => id === chosen) ?? avatars?.[0]
  const model = models?.models.find(({ id }) => id === (avatar?.model ?? models.chosen))
  return (
    <div className={layout.stack}>
      <RoomNav to="/avatar" />
      {!overview || !avatars || !models ? (
        <Skeleton label={t('common.loading')} />
      ) : !avatar ? (
        <Card title={t('style.title')}>
          <p className={layout.muted}>{t('style.noAvatar')}</p>
          <Link to="/avatar">{t('chat.chats')}</Link>
        </Card>
      ) : (
        <>
          {avatars.length > 1 && (
            <SelectField
              label={t('style.whose')}
              value={avatar.id}
              onChange={(event) => setChosen(Number(event.target.value))}
            >
              {avatars.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </SelectField>
          )}
          <SpeakCard
            key={`${avatar.id} ${avatar.style} ${avatar.styleScale}`}
            avatar={avatar}
            styles={overview.styles}
            modelHash={model?.hash ?? ''}
            modelName={model?.name ?? ''}
          />
          <LearnCard avatar={avatar} jobs={overview.jobs} />
          <StylesCard styles={overview.styles} />
        </>
      )}
    </div>
  )
}
