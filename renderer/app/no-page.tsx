import { useTranslation } from 'react-i18next'
import { Link, useLocation } from 'react-router'
import { Card } from '../ui/card.tsx'
import { layout } from '../ui/layout.tsx'

/** An address in the window that leads nowhere: said, rather than another page shown in its place. */
export function NoPage() {
  const { t } = useTranslation()
  const { pathname } = useLocation()
  return (
    <Card title={t('layout.noPage')}>
      <div className={layout.stack}>
        <p role="status" className={layout.breaks}>
          {t('layout.noPageText', { path: pathname })}
        </p>
        <Link to="/">{t('nav.home')}</Link>
      </div>
    </Card>
  )
}
