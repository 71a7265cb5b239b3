import { useTranslation } from 'react-i18next'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogActions } from '../ui/dialog.tsx'
import { Problem } from '../ui/state.tsx'

interface Props {
  readonly name: string
  /** What goes and what stays. */
  readonly text: string
  readonly open: boolean
  readonly busy: boolean
  readonly error: string | null
  readonly onClose: () => void
  readonly onAgree: () => void
}

/** Asks before something is deleted for good. */
export function RemoveDialog({ name, text, open, busy, error, onClose, onAgree }: Props) {
  const { t } = useTranslation()
  return (
    <Dialog title={t('train.removeTitle', { name })} open={open} onClose={onClose}>
      <p>{text}</p>
      {error && <Problem>{error}</Problem>}
      <DialogActions>
        <Button onClick={onClose}>{t('common.cancel')}</Button>
        <Button kind="danger" disabled={busy} onClick={onAgree}>
          {t('train.removeAgree')}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
