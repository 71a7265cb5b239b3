import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useNavigate } from 'react-router'
import type { RunRow } from '../../../../common/api/training.ts'
import { RemoveDialog } from '../../../app/remove-dialog.tsx'
import { duration, percent, rate } from '../../../lib/format.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { api } from '../../../state/transport.ts'
import { Button } from '../../../ui/button.tsx'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Progress } from '../../../ui/progress.tsx'
import { Problem } from '../../../ui/state.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { stateTone } from './run-tone.ts'

/** Where a run stands, and what may be done with it. */
export function RunCard({ run }: { readonly run: RunRow }) {
  const { t } = useTranslation()
  const { name, state, error } = run
  return (
    <Card title={name} aside={<Tag tone={stateTone[state]}>{t(`train.states.${state}`)}</Tag>}>
      <div className={layout.stack}>
        {state === 'preparing' && <p className={layout.muted}>{t('train.preparing')}</p>}
        {run.steps !== null && <RunProgress run={run} steps={run.steps} />}
        {error && <Problem>{`${t(`errors.${error.code}` as 'errors.INTERNAL')} ${error.message}`}</Problem>}
        <RunButtons run={run} />
      </div>
    </Card>
  )
}

function RunProgress({ run, steps }: { readonly run: RunRow; readonly steps: number }) {
  const { t, i18n } = useTranslation()
  const { step, state, tokensPerSecond, secondsLeft } = run
  if (step === 0 && state !== 'running' && state !== 'ordered') return null
  const label = t('train.stepOf', { step, steps, share: percent(step / steps, i18n.language) })
  const time = duration(Math.round(secondsLeft ?? 0), i18n.language)
  return (
    <>
      <Progress share={step / steps} label={label} />
      {step > 0 && (
        <p>
          {label}
          {tokensPerSecond !== null && ` · ${rate(tokensPerSecond, 'tokens/s')} · ${t('train.leftText', { time })}`}
        </p>
      )}
    </>
  )
}

function RunButtons({ run: { id, name, state, steps } }: { readonly run: RunRow }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [asking, setAsking] = useState(false)
  const start = useApiMutation(() => api.training.start({ id }))
  const pause = useApiMutation(() => api.training.pause({ id }))
  const remove = useApiMutation(async () => {
    await api.training.remove({ id })
    await navigate('/train')
  })
  const startable = state === 'ready' || state === 'paused' || (state === 'failed' && steps !== null)
  return (
    <>
      {(start.errorText ?? pause.errorText) && <Problem>{start.errorText ?? pause.errorText}</Problem>}
      <div className={layout.row}>
        {startable && (
          <Button kind="primary" disabled={start.isPending} onClick={() => start.mutate()}>
            {t(state === 'ready' ? 'train.start' : 'train.resume')}
          </Button>
        )}
        {state === 'running' && (
          <Button disabled={pause.isPending} onClick={() => pause.mutate()}>
            {t('train.pause')}
          </Button>
        )}
        {state !== 'running' && state !== 'ordered' && (
          <Button kind="danger" disabled={remove.isPending || state === 'preparing'} onClick={() => setAsking(true)}>
            {t('train.remove')}
          </Button>
        )}
      </div>
      <RemoveDialog
        name={name}
        text={t('train.removeText')}
        open={asking}
        busy={remove.isPending}
        error={remove.errorText}
        onClose={() => setAsking(false)}
        onAgree={() => remove.mutate()}
      />
    </>
  )
}
