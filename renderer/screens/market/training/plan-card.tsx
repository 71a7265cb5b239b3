import { useTranslation } from 'react-i18next'
import type { RunDetail } from '../../../../common/api/training.ts'
import { bytes, duration, rate } from '../../../lib/format.ts'
import { Card } from '../../../ui/card.tsx'
import { Facts } from '../../../ui/layout.tsx'

/** What a run will take, as it was measured. */
export function PlanCard({ detail: { recipe, report, estimate } }: { readonly detail: RunDetail }) {
  const { t, i18n } = useTranslation()
  if (!recipe || !report || !estimate) return null
  const time = duration(Math.round(estimate.seconds), i18n.language)
  const speed = rate(estimate.tokensPerStep / estimate.secondsPerStep, 'tokens/s')
  return (
    <Card title={t('train.plan')}>
      <Facts
        items={[
          [t('train.base'), `${recipe.base.name} (${recipe.base.format})`],
          [
            t('train.data'),
            t('train.dataText', {
              samples: report.samples,
              rows: report.rows,
              tokens: report.learntTokens,
              empty: report.empty,
              cut: report.cut,
            }),
          ],
          [
            t('train.sequences'),
            t('train.sequencesText', {
              sequences: recipe.data.sequences - recipe.data.heldOut,
              length: recipe.data.sequenceLength,
              heldOut: recipe.data.heldOut,
            }),
          ],
          [t('train.method'), t(`train.methods.${recipe.base.format === 'nf4' ? 'qlora' : recipe.method.kind}`)],
          [t('train.trained'), estimate.trained.toLocaleString(i18n.language)],
          [
            t('train.steps'),
            t('train.stepsText', {
              steps: recipe.steps,
              sequences: recipe.batch.sequences * recipe.batch.accumulation,
              every: recipe.checkpointEvery,
            }),
          ],
          [t('train.time'), `${time} (${speed}, ${t('train.measured')})`],
          [
            t('train.energy'),
            estimate.joules === null
              ? t('train.noEnergy')
              : `${(estimate.joules / 3600).toPrecision(3)} Wh (${t('train.measured')})`,
          ],
          [t('train.memory'), `${bytes(estimate.memoryBytes)} (${t(`train.plans.${estimate.plan}`)})`],
          [t('train.disk'), bytes(estimate.diskBytes)],
        ]}
      />
    </Card>
  )
}
