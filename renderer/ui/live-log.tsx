import { useEffect, useState } from 'react'
import type { LogLine } from '../../common/model/job-saying.ts'
import { Card } from './card.tsx'
import styles from './live-log.module.css'
import { Empty } from './state.tsx'

export interface LiveLogProps {
  /** What the log is of; another one begins anew. */
  readonly source: string
  readonly follow: (signal: AbortSignal) => Promise<AsyncIterable<{ readonly log: readonly LogLine[] }>>
  readonly words: (line: LogLine) => string
  readonly title: string
  readonly empty: string
  readonly language: string
  readonly className?: string | undefined
}

const RETRY_MS = 1_000

/** Lines of a log as they come; after a break it begins again and shows each line once. */
function useLines({ source, follow }: LiveLogProps): readonly LogLine[] {
  const [lines, setLines] = useState<readonly LogLine[]>([])
  useEffect(() => {
    const abort = new AbortController()
    const read = async (): Promise<void> => {
      while (!abort.signal.aborted) {
        try {
          for await (const { log } of await follow(abort.signal)) {
            if (log.length) setLines((old) => [...old, ...log.filter((line) => line.seq > (old.at(-1)?.seq ?? 0))])
          }
          return
        } catch {
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
        }
      }
    }
    setLines([])
    void read()
    return () => abort.abort()
    // `follow` is made anew by each drawing; `source` says when it means something else.
    // oxlint-disable-next-line react-hooks/exhaustive-deps
  }, [source])
  return lines
}

export function LiveLog(props: LiveLogProps) {
  const { title, words, empty, language, className } = props
  const lines = useLines(props)
  const time = new Intl.DateTimeFormat(language, { timeStyle: 'medium' })
  return (
    <Card title={title} className={className}>
      {lines.length === 0 ? (
        <Empty>{empty}</Empty>
      ) : (
        <div className={styles.log} tabIndex={0} aria-label={title} role="log">
          {lines.map((line) => (
            <p key={line.seq}>
              <time>{time.format(line.time)}</time>
              <span>{words(line)}</span>
            </p>
          ))}
        </div>
      )}
    </Card>
  )
}
