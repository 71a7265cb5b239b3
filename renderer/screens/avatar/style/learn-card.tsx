import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import * as z from 'zod'
import type { Avatar } from '../../../../common/model/chat.ts'
import { presetNames } from '../../../../common/model/recipe-presets.ts'
import type { StyleJob } from '../../../../common/model/style.ts'
import { PresetField } from '../../../app/preset-field.tsx'
import { Form } from '../../../forms/form.tsx'
import { useSchemaForm } from '../../../forms/use-schema-form.ts'
import { useErrorText } from '../../../state/errors.ts'
import { useRuns } from '../../../state/runs.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Progress } from '../../../ui/progress.tsx'
import { Problem } from '../../../ui/state.tsx'

const Learning = z.object({ preset: z.enum(presetNames) })

/** Learns a new style, and shows how far that is. */
export function LearnCard({ avatar, jobs }: { readonly avatar: Avatar; readonly jobs: readonly StyleJob[] }) {
  const { t } = useTranslation()
  const form = useSchemaForm({
    schema: Learning,
    values: { preset: 'balanced' },
    save: ({ preset }) => api.style.learn({ avatar: avatar.id, preset }),
  })
  const job = jobs.find((candidate) => candidate.avatar === avatar.id)
  const busy = jobs.some(({ state }) => state === 'gathering' || state === 'training' || state === 'evaluating')
  return (
    <Card title={t('style.learn')}>
      <div className={layout.stack}>
        <p className={layout.muted}>{t('style.learnText', { name: avatar.name })}</p>
        {job && <JobProgress job={job} />}
        {busy && !job && <p className={layout.muted}>{t('style.busy')}</p>}
        {!busy && (
          <Form form={form} kind="secondary" submit={t('style.learnIt')}>
            <PresetField {...form.field('preset')} value={form.value('preset')} />
          </Form>
        )}
      </div>
    </Card>
  )
}

function JobProgress({ job: { id, state, run: runId, done, error } }: { readonly job: StyleJob }) {
  const { t } = useTranslation()
  const textOf = useErrorText()
  const run = useRuns()?.find((candidate) => candidate.id === runId)
  const act = useApiMutation((work: () => Promise<unknown>) => work())
  const ended = state === 'ready' || state === 'failed' || state === 'cancelled'
  const share = state === 'training' ? (run?.steps ? run.step / run.steps : null) : done
  return (
    <div className={layout.tight} role="status">
      <p>{t(`style.states.${state}`)}</p>
      {!ended && share !== null && <Progress share={share} label={t(`style.states.${state}`)} />}
      {state === 'failed' && error && <Problem>{textOf(error)}</Problem>}
      {act.errorText && <Problem>{act.errorText}</Problem>}
      <div className={layout.row}>
        {state === 'training' && run && <Link to={`/train/${run.id}`}>{t('style.openRun')}</Link>}
        {!ended && (
          <Button kind="link" disabled={act.isPending} onClick={() => act.mutate(() => api.style.cancel({ id }))}>
            {t('style.cancel')}
          </Button>
        )}
        {(state === 'failed' || state === 'cancelled') && (
          <Button kind="link" disabled={act.isPending} onClick={() => act.mutate(() => api.style.again({ id }))}>
            {t('style.again')}
          </Button>
        )}
        {ended && (
          <Button kind="link" disabled={act.isPending} onClick={() => act.mutate(() => api.style.forget({ id }))}>
            {t('style.forget')}
          </Button>
        )}
      </div>
    </div>
  )
}
