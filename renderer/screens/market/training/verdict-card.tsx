import { useTranslation } from 'react-i18next'
import type { Verdict } from '../../../../common/children/trainer.ts'
import { percent } from '../../../lib/format.ts'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Table } from '../../../ui/table.tsx'
import { Tag } from '../../../ui/tag.tsx'

const checks = ['withheld', 'commitment', 'checkpoint', 'start', 'steps', 'loss', 'segment', 'heldOut'] as const
type Check = (typeof checks)[number]
const checkOf = (name: string): Check | 'other' =>
  name === 'held-out loss' ? 'heldOut' : (checks.find((check) => check === name) ?? 'other')

/** What came of executing a proof again, and what that does not show. */
export function VerdictCard({ verdict, beacon }: { readonly verdict: Verdict; readonly beacon: string }) {
  const { t, i18n } = useTranslation()
  const { passed, failure, segments, share, stepsAgain, heldOutLoss } = verdict
  return (
    <Card title={t('proof.verdict')} hero>
      <div className={layout.stack}>
        <p role="status">
          <Tag tone={passed ? 'ok' : 'bad'}>{t(passed ? 'proof.holds' : 'proof.fails')}</Tag>{' '}
          {failure ? t(`proof.checks.${checkOf(failure.check)}`) : t('proof.holdsText')}
        </p>
        {failure && (
          <p className={layout.tiny} translate="no" lang="en">
            {failure.why}
          </p>
        )}
        {segments.length > 0 && (
          <Table
            caption={t('proof.segments')}
            columns={[t('proof.segment'), t('proof.result')]}
            rows={segments}
            keyOf={({ index }) => index}
            cells={({ index, exact, passed: fits, distance }) => [
              index + 1,
              exact ? t('proof.exact') : t(fits ? 'proof.near' : 'proof.far', { distance: distance.toExponential(1) }),
            ]}
          />
        )}
        <p className={layout.muted}>
          {t('proof.again', { steps: stepsAgain, share: percent(share, i18n.language) })}{' '}
          {heldOutLoss !== null && t('proof.heldOut', { loss: heldOutLoss.toFixed(3) })}
        </p>
        <p className={layout.muted}>{t('proof.beaconText')}</p>
        <code className={layout.breaks} translate="no">
          {beacon}
        </code>
      </div>
    </Card>
  )
}
