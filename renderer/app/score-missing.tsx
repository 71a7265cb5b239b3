import { useTranslation } from 'react-i18next'
import type { Score } from '../../common/model/score.ts'
import { layout } from '../ui/layout.tsx'

/** What a score does not know: the rest stands for it. */
export function ScoreMissing({ score: { missing } }: { readonly score: Score }) {
  const { t } = useTranslation()
  if (missing.length === 0) return null
  const parts = missing.map((part) => t(`machine.scoreParts.${part}`)).join(', ')
  return <span className={layout.muted}>{t('machine.scoreMissing', { parts })}</span>
}
