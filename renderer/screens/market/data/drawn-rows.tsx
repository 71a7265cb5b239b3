import { useTranslation } from 'react-i18next'
import type { DrawPreview } from '../../../../common/model/data-market.ts'
import { duration } from '../../../lib/format.ts'
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

/** The drawn rows, with their numbers. */
export const DrawnRows = ({ preview }: { readonly preview: DrawPreview }) => (
  <ul className={styles.rows}>
    {preview.rows.map(({ index, row }) => (
      <li key={index}>
        <b>{index + 1}</b>
        <RowContent row={row} />
      </li>
    ))}
  </ul>
)
