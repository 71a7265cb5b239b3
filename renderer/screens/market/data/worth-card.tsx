import { useTranslation } from 'react-i18next'
import type { DatasetRow } from '../../../../common/model/dataset.ts'
import { drawbacksOf } from '../../../../common/model/worth.ts'
import { shortCoins } from '../../../lib/format.ts'
import { Card } from '../../../ui/card.tsx'
import { Facts, layout } from '../../../ui/layout.tsx'
import { Skeleton } from '../../../ui/state.tsx'
import { useWorth } from './use-worth.ts'

/** What others ask or were paid for data like this, and what makes this worth less. */
export function WorthCard({ dataset: { cleaned, report: brought } }: { readonly dataset: DatasetRow }) {
  const { t, i18n } = useTranslation()
  const report = cleaned?.report ?? brought
  const worth = useWorth(report)
  const lowered = drawbacksOf(report)
  const items = report.items.toLocaleString(i18n.language)
  return (
    <Card title={t('data.worth.title')}>
      <div className={layout.stack}>
        {worth === undefined ? (
          <Skeleton label={t('common.loading')} />
        ) : worth === null ? (
          <p className={layout.muted}>{t('data.worth.nothingLikeIt')}</p>
        ) : (
          <>
            <div>
              <div className={layout.big}>{shortCoins(worth.suggestion)}</div>
              <span className={layout.tiny}>{t('data.worth.about', { items })}</span>
            </div>
            <Facts
              items={[
                [
                  t(worth.paid ? 'data.worth.paid' : 'data.worth.asked'),
                  `${shortCoins(worth.low)} · ${shortCoins(worth.median)} · ${shortCoins(worth.high)}`,
                ],
              ]}
            />
            <p className={layout.tiny}>
              {t('data.worth.from', { count: worth.sellers })} {t('data.worth.oneVoice')}
            </p>
          </>
        )}
        {lowered.length > 0 && (
          <div className={layout.tight}>
            <h3 className={layout.muted}>{t('data.worth.lowers')}</h3>
            <ul>
              {lowered.map((drawback) => (
                <li key={drawback}>{t(`data.worth.drawbacks.${drawback}`)}</li>
              ))}
            </ul>
          </div>
        )}
      </div>
    </Card>
  )
}
