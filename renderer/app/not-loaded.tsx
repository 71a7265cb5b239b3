import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { Card } from '../ui/card.tsx'
import { layout } from '../ui/layout.tsx'

/** A page whose file is not had: the host was gone for a moment, or is another version than this window. */
export function NotLoaded() {
  const { t } = useTranslation()
  return (
    <Card title={t('layout.notLoaded')}>
      <div className={layout.stack}>
        <p role="alert">{t('layout.notLoadedText')}</p>
        <div className={layout.row}>
          <Button kind="primary" onClick={() => location.reload()}>
            {t('layout.loadAgain')}
          </Button>
        </div>
      </div>
    </Card>
  )
}
