import { useTranslation } from 'react-i18next'
import { Subnav } from '../../ui/subnav.tsx'

export function DataNav() {
  const { t } = useTranslation()
  return (
    <Subnav
      label={t('nav.data')}
      places={[
        { to: '/data', name: t('data.places.mine') },
        { to: '/data/browse', name: t('data.places.browse') },
        { to: '/data/library', name: t('data.places.library') },
        { to: '/data/sharing', name: t('data.places.sharing') },
      ]}
    />
  )
}
