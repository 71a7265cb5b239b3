import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Task } from '../../../common/api/tasks.ts'
import { bytes, dateTime, duration } from '../../lib/format.ts'
import { useSayings } from '../../state/sayings.ts'
import { useApiMutation } from '../../state/mutation.ts'
import { api, query } from '../../state/transport.ts'
import { Button } from '../../ui/button.tsx'
import { layout } from '../../ui/layout.tsx'
import { Progress } from '../../ui/progress.tsx'
import { Problem } from '../../ui/state.tsx'
import { Tag, type Tone } from '../../ui/tag.tsx'
import styles from './tasks.module.css'

const tones: Readonly<Record<Task['state'], Tone>> = {
  queued: 'plain',
  running: 'ok',
  paused: 'wait',
  done: 'plain',
  failed: 'bad',
  cancelled: 'plain',
}

/** One task: what it is, how far, how fast, and what can be done about it. */
export function TaskRow({ task, isPart }: { readonly task: Task; readonly isPart: boolean }) {
  const { t, i18n } = useTranslation()
  const sayings = useSayings()
  const [logShown, showLog] = useState(false)
  const type = t(`tasks.types.${task.type}` as 'tasks.types.training', { defaultValue: task.type })
  return (
    <article className={`${styles.task} ${isPart ? styles.part : ''}`} aria-label={`${type}: ${task.name}`}>
      <div className={layout.between}>
        <strong>{task.name || type}</strong>
        <Tag tone={tones[task.state]}>{t(`tasks.states.${task.state}`)}</Tag>
      </div>
      <span className={layout.tiny}>{`${type} · ${dateTime(task.updated, i18n.language)}`}</span>
      <TaskProgress task={task} />
      {task.reason !== null && <p className={layout.muted}>{sayings.job(task.reason)}</p>}
      {!task.known && <p className={layout.muted}>{t('tasks.unknown')}</p>}
      {task.known && <TaskActions task={task} logShown={logShown} onLog={() => showLog(!logShown)} />}
      {logShown && <TaskLog id={task.id} />}
    </article>
  )
}

function TaskProgress({ task: { state, progress, perSecond, secondsLeft } }: { readonly task: Task }) {
  const { t, i18n } = useTranslation()
  if (!progress || state === 'done') return null
  const { step, done, of, unit } = progress
  const amount = (value: number): string =>
    unit === 'bytes' ? bytes(value) : Math.round(value).toLocaleString(i18n.language)
  const label = t(`tasks.steps.${step}` as 'tasks.steps.reading', { defaultValue: step })
  const parts = [
    label,
    unit === 'share' ? null : of === null ? amount(done) : t('tasks.doneOf', { done: amount(done), of: amount(of) }),
    perSecond && unit !== 'share' ? t('tasks.speed', { amount: amount(perSecond) }) : null,
    secondsLeft === null ? null : t('tasks.left', { time: duration(Math.round(secondsLeft), i18n.language) }),
  ]
  return (
    <>
      {of !== null && of > 0 && <Progress share={done / of} label={label} />}
      <span className={layout.tiny}>{parts.filter((part) => part !== null).join(' · ')}</span>
    </>
  )
}

function TaskActions({
  task: { id, name, state, pausable },
  logShown,
  onLog,
}: {
  readonly task: Task
  readonly logShown: boolean
  readonly onLog: () => void
}) {
  const { t } = useTranslation()
  const pause = useApiMutation(() => api.tasks.pause({ id }))
  const resume = useApiMutation(() => api.tasks.resume({ id }))
  const cancel = useApiMutation(() => api.tasks.cancel({ id }))
  const failure = pause.errorText ?? resume.errorText ?? cancel.errorText
  const open = state === 'queued' || state === 'running' || state === 'paused'
  const named = (verb: string): string => `${verb}: ${name}`
  return (
    <>
      <div className={layout.row}>
        {pausable && (state === 'queued' || state === 'running') && (
          <Button aria-label={named(t('tasks.pause'))} disabled={pause.isPending} onClick={() => pause.mutate()}>
            {t('tasks.pause')}
          </Button>
        )}
        {(state === 'paused' || state === 'failed') && (
          <Button
            aria-label={named(t(state === 'paused' ? 'tasks.resume' : 'tasks.retry'))}
            disabled={resume.isPending}
            onClick={() => resume.mutate()}
          >
            {t(state === 'paused' ? 'tasks.resume' : 'tasks.retry')}
          </Button>
        )}
        <Button
          aria-label={named(t(open ? 'tasks.cancel' : 'tasks.dismiss'))}
          disabled={cancel.isPending}
          onClick={() => cancel.mutate()}
        >
          {t(open ? 'tasks.cancel' : 'tasks.dismiss')}
        </Button>
        <Button kind="link" aria-expanded={logShown} aria-label={named(t('tasks.log'))} onClick={onLog}>
          {t('tasks.log')}
        </Button>
      </div>
      {failure !== null && <Problem>{failure}</Problem>}
    </>
  )
}

function TaskLog({ id }: { readonly id: string }) {
  const { t, i18n } = useTranslation()
  const sayings = useSayings()
  const { data: lines } = useQuery(query.tasks.log.queryOptions({ input: { id }, refetchInterval: 2_000 }))
  if (!lines) return null
  if (lines.length === 0) return <p className={layout.muted}>{t('tasks.noLog')}</p>
  return (
    <ol className={styles.log}>
      {lines.map((line) => (
        <li key={line.seq}>{`${dateTime(line.time, i18n.language)} · ${sayings.line(line)}`}</li>
      ))}
    </ol>
  )
}
