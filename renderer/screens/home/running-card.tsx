import { useTranslation } from 'react-i18next'
import { useModules } from '../../app/screen-module.ts'
import { Card } from '../../ui/card.tsx'
import { layout } from '../../ui/layout.tsx'
import { Empty } from '../../ui/state.tsx'
import styles from './home.module.css'

/** Work under way, on either side of the market, as each module tells it. */
export function RunningCard({ className }: { readonly className: string | undefined }) {
  const { t } = useTranslation()
  const modules = useModules()
  return (
    <Card title={t('running.title')} className={className}>
      <div className={`${layout.stack} ${styles.running}`}>
        {modules.map(({ routes, Running }) => Running && <Running key={routes[0]?.path} />)}
      </div>
      <div className={styles.noneRunning}>
        <Empty>{t('running.none')}</Empty>
      </div>
    </Card>
  )
}
