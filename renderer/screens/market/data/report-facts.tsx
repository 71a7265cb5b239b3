import { useTranslation } from 'react-i18next'
import type { QualityReport } from '../../../../common/model/quality.ts'
import { percent } from '../../../lib/format.ts'
import { Facts } from '../../../ui/layout.tsx'

/** A quality report in words. */
export function ReportFacts({ report }: { readonly report: QualityReport }) {
  const { t, i18n } = useTranslation()
  const personal = Object.entries(report.personal.counts).filter(([, count]) => count > 0)
  const languages = Object.entries(report.languages).slice(0, 4)
  return (
    <Facts
      items={[
        [t('data.items'), report.items.toLocaleString(i18n.language)],
        [
          t('data.letters'),
          `${report.characters.toLocaleString(i18n.language)} (${t('data.median', { count: report.length.median })})`,
        ],
        [
          t('data.languages'),
          languages
            .map(([code, share]) => `${code === 'und' ? t('data.unclear') : code} ${percent(share, i18n.language)}`)
            .join(', '),
        ],
        [t('data.duplicates'), percent(report.duplicates.share, i18n.language)],
        [t('data.entropy'), t('data.bits', { bits: report.entropy.toFixed(2) })],
        [t('data.span'), report.span.from ? `${report.span.from.slice(0, 10)} – ${report.span.to!.slice(0, 10)}` : '–'],
        [t('data.authors'), report.turns.authors],
        [
          t('data.personal'),
          personal.map(([kind, count]) => `${count} ${t(`data.kinds.${kind as 'email'}`)}`).join(', ') ||
            t('data.noneFound'),
        ],
      ]}
    />
  )
}
