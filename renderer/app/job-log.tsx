import { useTranslation } from 'react-i18next'
import type { LogLine } from '../../common/model/job-saying.ts'
import { useSayings } from '../state/sayings.ts'
import { LiveLog } from '../ui/live-log.tsx'

interface Props {
  /** What the log is of; another one begins anew. */
  readonly source: number
  readonly follow: (signal: AbortSignal) => Promise<AsyncIterable<{ readonly log: readonly LogLine[] }>>
  readonly title: string
  readonly className?: string | undefined
}

/** What a job of the market says as it goes on, in the person's language. */
export function JobLog({ source, ...rest }: Props) {
  const { t, i18n } = useTranslation()
  const sayings = useSayings()
  return (
    <LiveLog
      {...rest}
      source={String(source)}
      words={sayings.line}
      empty={t('orderPage.noLog')}
      language={i18n.language}
    />
  )
}
