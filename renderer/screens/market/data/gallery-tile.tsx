import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { GalleryItem } from '../../../../common/model/collection.ts'
import { readPieces } from '../../../lib/pieces.ts'
import { bytes, duration } from '../../../lib/format.ts'
import { api } from '../../../state/transport.ts'
import { useApiMutation } from '../../../state/mutation.ts'
import { Button } from '../../../ui/button.tsx'
import { Envelope } from '../../../ui/envelope.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'
import { Tag } from '../../../ui/tag.tsx'
import styles from './data.module.css'

interface Props {
  readonly collection: string
  readonly row: GalleryItem
  readonly byHand: boolean
  readonly busy: boolean
  readonly onToggle: () => void
}

/** One picture or recording of a collection. */
export function GalleryTile({ collection, row: { item, thumbnail, dropped }, byHand, busy, onToggle }: Props) {
  const { t, i18n } = useTranslation()
  const facts =
    item.kind === 'picture'
      ? [
          `${item.facts.width} × ${item.facts.height}`,
          t('data.media.sharp', { value: item.facts.sharpness.toFixed(0) }),
        ]
      : [
          duration(Math.round(item.facts.seconds), i18n.language),
          ...(item.voice === null ? [] : [t('data.media.voice', { number: item.voice })]),
        ]
  return (
    <article className={styles.tile} data-dropped={dropped !== null}>
      <div className={styles.picture}>
        {item.kind === 'picture' ? (
          <img src={thumbnail!} alt={item.name} loading="lazy" />
        ) : (
          <Envelope levels={item.facts.envelope} label={t('data.media.envelope', { name: item.name })} />
        )}
      </div>
      <span className={styles.name} title={item.name}>
        {item.name}
      </span>
      <span className={layout.tiny}>
        {facts.join(' · ')} · {bytes(item.bytes)}
      </span>
      <span className={layout.row}>
        {dropped !== null && <Tag tone="plain">{t(`data.media.reasons.${dropped}`)}</Tag>}
        {item.kind === 'picture' && item.located && <Tag tone="wait">{t('data.media.hasPlace')}</Tag>}
      </span>
      {item.kind === 'recording' && <Listen collection={collection} item={item.id} name={item.name} />}
      <Button
        kind="link"
        disabled={busy || (dropped !== null && !byHand)}
        onClick={onToggle}
        aria-label={t(byHand ? 'data.media.keepIt' : 'data.media.leaveIt', { name: item.name })}
      >
        {t(byHand ? 'data.media.keep' : 'data.media.leave')}
      </Button>
    </article>
  )
}

/** Reads a recording from the host and plays it. */
function Listen({
  collection,
  item,
  name,
}: {
  readonly collection: string
  readonly item: string
  readonly name: string
}) {
  const { t } = useTranslation()
  const [url, setUrl] = useState<string | null>(null)
  useEffect(() => () => void (url && URL.revokeObjectURL(url)), [url])
  const listen = useApiMutation(async () =>
    setUrl(
      URL.createObjectURL(await readPieces((offset) => api.data.collectionFile({ id: collection, item, offset }))),
    ),
  )
  if (listen.errorText) return <Problem>{listen.errorText}</Problem>
  return url ? (
    <audio className={styles.audio} controls autoPlay src={url} aria-label={name} />
  ) : (
    <Button disabled={listen.isPending} onClick={() => listen.mutate()} aria-label={t('data.media.listenTo', { name })}>
      {t('data.media.listen')}
    </Button>
  )
}
