import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { DrawnRows } from '../../../../common/model/data-market.ts'
import { duration } from '../../../lib/format.ts'
import { Button } from '../../../ui/button.tsx'
import { Envelope } from '../../../ui/envelope.tsx'
import styles from './data.module.css'

/** What a row may be, as far as it is shown; it comes from a stranger. */
interface Row {
  readonly author?: unknown
  readonly text?: unknown
  readonly kind?: unknown
  readonly thumbnail?: unknown
  readonly envelope?: unknown
  readonly seconds?: unknown
  readonly width?: unknown
  readonly height?: unknown
}

function parsed(row: string): Row {
  try {
    return (JSON.parse(row) as Row | null) ?? {}
  } catch {
    return {}
  }
}

/** A picture, a recording or a text, where the row is one; anything else is shown as it is. */
function RowContent({ row }: { readonly row: string }) {
  const { t, i18n } = useTranslation()
  const { kind, thumbnail, envelope, seconds, width, height, author, text } = parsed(row)
  if (kind === 'picture' && typeof thumbnail === 'string' && thumbnail.startsWith('data:image/webp;base64,'))
    return <img src={thumbnail} alt={t('data.media.pictureOf', { width: Number(width), height: Number(height) })} />
  if (kind === 'recording' && Array.isArray(envelope) && envelope.every((level) => typeof level === 'number'))
    return (
      <Envelope
        levels={envelope}
        label={t('data.media.recordingOf', { length: duration(Math.round(Number(seconds)), i18n.language) })}
      />
    )
  return <span>{typeof text === 'string' ? `${typeof author === 'string' ? `${author}: ` : ''}${text}` : row}</span>
}

/** What is shown at first; a large dataset's lot holds hundreds of rows. */
const FEW = 20

/** The rows that stand in the drawn segments; parts of rows only where there is no whole one. */
export function ShownRows({ drawn: { rows } }: { readonly drawn: DrawnRows }) {
  const { t } = useTranslation()
  const [all, setAll] = useState(false)
  const whole = rows.filter(({ isWhole }) => isWhole)
  const shown = whole.length > 0 ? whole : rows
  return (
    <>
      <ul className={styles.rows} translate="no">
        {shown.slice(0, all ? undefined : FEW).map(({ segment, text, isWhole }, i) => (
          <li key={`${segment} ${i}`}>{isWhole ? <RowContent row={text} /> : <span>{`… ${text} …`}</span>}</li>
        ))}
      </ul>
      {!all && shown.length > FEW && (
        <Button onClick={() => setAll(true)}>{t('data.showAll', { count: shown.length })}</Button>
      )}
    </>
  )
}
