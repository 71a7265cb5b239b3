import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { RunRow } from '../../../../common/api/training.ts'
import { llamaWays } from '../../../../common/model/recipe-presets.ts'
import type { Recipe } from '../../../../common/model/recipe.ts'
import type { RunSamples } from '../../../../common/model/trial.ts'
import { wait } from '../../../lib/format.ts'
import { query } from '../../../state/transport.ts'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem, Skeleton } from '../../../ui/state.tsx'
import { SamplesForm } from './samples-form.tsx'
import { Table } from '../../../ui/table.tsx'
import styles from './trial.module.css'

const EVERY_MS = 2000

interface Props {
  readonly run: RunRow
  readonly recipe: Recipe
}

/** What a run's model says at its checkpoints, so that a person sees it learn. */
export function SamplesCard({ run, recipe }: Props) {
  const { t } = useTranslation()
  const { id, state } = run
  const fits = llamaWays[run.method] === 'beside' && recipe.classes === null
  const samples = useQuery(
    query.trial.samples.queryOptions({
      input: { run: id },
      enabled: fits,
      staleTime: 0,
      refetchInterval: ({ state: { data } }) =>
        data && data.prompts.length > 0 && (state === 'running' || data.waiting > 0) ? EVERY_MS : false,
    }),
  ).data
  const open = state === 'ready' || state === 'paused'
  if (!fits || (samples?.prompts.length === 0 && !open)) return null
  return (
    <Card title={t('trial.samples.title')}>
      {!samples ? (
        <Skeleton label={t('common.loading')} />
      ) : (
        <div className={layout.stack}>
          {open && <SamplesForm key={JSON.stringify(samples.prompts)} run={id} asked={samples.prompts} />}
          {samples.prompts.length > 0 && <Said samples={samples} />}
        </div>
      )}
    </Card>
  )
}

function Said({ samples: { prompts, said, waiting, problem } }: { readonly samples: RunSamples }) {
  const { t, i18n } = useTranslation()
  const milliseconds = said.reduce((sum, sample) => sum + sample.milliseconds, 0) / Math.max(1, said.length)
  return (
    <>
      {problem && <Problem>{`${t(`errors.${problem.code}` as 'errors.INTERNAL')} ${problem.message}`}</Problem>}
      {said.length > 0 && (
        <p className={layout.muted}>{t('trial.samples.took', { time: wait(milliseconds, i18n.language) })}</p>
      )}
      {waiting > 0 && <p role="status">{t('trial.samples.waiting', { count: waiting })}</p>}
      {said.length > 0 &&
        prompts.map(({ text }, i) => (
          <section key={text} aria-label={text} className={layout.tight}>
            <p className={styles.prompt} translate="no">
              {text}
            </p>
            <Table
              caption={text}
              columns={[t('train.step'), t('trial.samples.said')]}
              rows={said}
              keyOf={({ step }) => step}
              cells={({ step, texts }) => [
                step,
                <span key="said" className={styles.said} dir="auto" translate="no">
                  {texts[i]?.trim() || '–'}
                </span>,
              ]}
            />
          </section>
        ))}
    </>
  )
}
