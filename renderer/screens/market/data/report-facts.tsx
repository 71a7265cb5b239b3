import { useTranslation } from 'react-i18next'
import { personalFindings, type PersonalKind } from '../../../../common/model/personal-kinds.ts'
import type { QualityReport } from '../../../../common/model/quality.ts'
import { percent } from '../../../lib/format.ts'
import { Facts } from '../../../ui/layout.tsx'

/** A quality report in words. */
export function ReportFacts({ report }: { readonly report: QualityReport }) {
  const { t, i18n } = useTranslation()
  const { found, absent } = personalFindings(report.personal)
  const list = new Intl.ListFormat(i18n.language, { style: 'narrow' })
  const kindsOf = (kinds: readonly PersonalKind[]) => list.format(kinds.map((kind) => t(`data.kinds.${kind}`)))
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
          [
            found.map(({ kind, count }) => `${count} ${t(`data.kinds.${kind}`)}`).join(', '),
            absent.length > 0 &&
              t(found.length > 0 ? 'data.noneOfOthers' : 'data.noneOfKinds', { kinds: kindsOf(absent) }),
            t('data.notLookedFor'),
          ]
            .filter(Boolean)
            .join(' · '),
        ],
      ]}
    />
  )
}
