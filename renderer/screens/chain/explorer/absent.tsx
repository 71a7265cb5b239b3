import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useErrorText } from '../../../state/errors.ts'
import { Card } from '../../../ui/card.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'

/** Something that is not there, and what to do about it. */
export function Absent({ title, text }: { readonly title: string; readonly text: string }) {
  const { t } = useTranslation()
  return (
    <Card title={title}>
      <div className={layout.stack}>
        <p role="status" className={layout.breaks}>
          {text}
        </p>
        <Link to="/explorer">{t('explorer.back')}</Link>
      </div>
    </Card>
  )
}

/** Why a page has nothing to show. @param title what is said where the index does not have it */
export function NotFound({
  error,
  title,
  text,
}: {
  readonly error: unknown
  readonly title: string
  readonly text: string
}) {
  const errorText = useErrorText()
  return (error as { readonly code?: unknown }).code === 'NOT_FOUND' ? (
    <Absent title={title} text={text} />
  ) : (
    <Problem>{errorText(error)}</Problem>
  )
}
