import { useTranslation } from 'react-i18next'
import type { BoughtFile } from '../state/bought.ts'
import { Button } from '../ui/button.tsx'
import { layout } from '../ui/layout.tsx'

interface Props {
  readonly label: string
  readonly bought: BoughtFile
  readonly onForget: () => void
}

/** In a file field's place: what was bought is there already, and is not chosen again. */
export function BoughtField({ label, bought: { path, name }, onForget }: Props) {
  const { t } = useTranslation()
  return (
    <div role="group" aria-label={label} className={layout.tight}>
      <span className={layout.muted}>{label}</span>
      <span className={layout.row}>
        <span translate="no">{t('forms.bought', { file: path, name })}</span>
        <Button kind="link" onClick={onForget}>
          {t('forms.otherFile')}
        </Button>
      </span>
    </div>
  )
}
