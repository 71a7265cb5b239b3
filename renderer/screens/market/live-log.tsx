import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api } from '../../state/transport.ts'
import { Card } from '../../ui/card.tsx'
import { Empty } from '../../ui/state.tsx'
import styles from './live-log.module.css'

interface Line {
  readonly seq: number
  readonly time: number
  readonly message: string
}

const RETRY_MS = 1_000

/** Lines of an order's log as they come; after a break it begins again and shows each line once. */
function useLines(id: number): readonly Line[] {
  const [lines, setLines] = useState<readonly Line[]>([])
  useEffect(() => {
    const abort = new AbortController()
    const follow = async (): Promise<void> => {
      while (!abort.signal.aborted) {
        try {
          for await (const { log } of await api.market.watchOrder({ id }, { signal: abort.signal })) {
            if (log.length) setLines((old) => [...old, ...log.filter((line) => line.seq > (old.at(-1)?.seq ?? 0))])
          }
          return
        } catch {
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS))
        }
      }
    }
    void follow()
    return () => abort.abort()
  }, [id])
  return lines
}

export function LiveLog({ id, className }: { readonly id: number; readonly className: string | undefined }) {
  const { t, i18n } = useTranslation()
  const lines = useLines(id)
  const time = new Intl.DateTimeFormat(i18n.language, { timeStyle: 'medium' })
  return (
    <Card title={t('orderPage.log')} className={className}>
      {lines.length === 0 ? (
        <Empty>{t('orderPage.noLog')}</Empty>
      ) : (
        <ol className={styles.log} tabIndex={0} aria-label={t('orderPage.log')} role="log">
          {lines.map(({ seq, time: at, message }) => (
            <li key={seq}>
              <time>{time.format(at)}</time>
              <span>{message}</span>
            </li>
          ))}
        </ol>
      )}
    </Card>
  )
}
