import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useEmbedder } from '../../state/avatar.ts'
import { layout } from '../../ui/layout.tsx'

/** What memories are found by: words alone, or what they mean. */
export function FoundBy() {
  const { t, i18n } = useTranslation()
  const overview = useEmbedder()
  if (!overview) return null
  const { embedder, work } = overview
  if (!embedder)
    return (
      <p className={layout.tiny}>
        {t('embedder.byWords')} <Link to="/avatar/models">{t('embedder.more')}</Link>
      </p>
    )
  const unread = work !== null && work.left > 0
  return (
    <p className={layout.tiny}>
      {t('embedder.byMeaning', { name: embedder.name })} {unread && t('embedder.readOf', { done: work.done.toLocaleString(i18n.language), all: (work.done + work.left).toLocaleString(i18n.language) })}
    </p>
  )
}
