import { useTranslation } from 'react-i18next'
import { Subnav } from '../../ui/subnav.tsx'

export function AvatarNav() {
  const { t } = useTranslation()
  return (
    <Subnav
      label={t('nav.avatar')}
      places={[
        { to: '/avatar', name: t('chat.chats'), within: ['/avatar/chat/', '/avatar/who/'] },
        { to: '/avatar/memory', name: t('avatar.places.memory') },
        { to: '/avatar/topics', name: t('topics.title') },
        { to: '/avatar/facts', name: t('avatar.facts') },
        { to: '/avatar/sources', name: t('avatar.places.sources') },
        { to: '/avatar/style', name: t('style.title') },
        { to: '/avatar/models', name: t('models.title') },
      ]}
    />
  )
}
