import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { areEnough } from '../../../../common/model/embedding-vector.ts'
import { useEmbedder } from '../../../state/avatar.ts'
import { layout } from '../../../ui/layout.tsx'

/** What memories are found by: words alone, or what they mean; and how far a model has read. */
export function FoundBy() {
  const { t, i18n } = useTranslation()
  const overview = useEmbedder()
  if (!overview) return null
  const { embedder, work } = overview
  const [done, all] = work ? [work.done, work.done + work.left] : [0, 0]
  return (
    <p className={layout.tiny}>
      {embedder && areEnough(done, all) ? t('embedder.byMeaning', { name: embedder.name }) : t('embedder.byWords')}{' '}
      {!embedder ? (
        <Link to="/avatar/models">{t('embedder.more')}</Link>
      ) : (
        done < all &&
        t('embedder.readOf', { done: done.toLocaleString(i18n.language), all: all.toLocaleString(i18n.language) })
      )}
    </p>
  )
}
