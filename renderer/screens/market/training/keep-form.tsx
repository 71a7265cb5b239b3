import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import { useApiMutation } from '../../../state/mutation.ts'
import { api } from '../../../state/transport.ts'
import { Button } from '../../../ui/button.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'

/** Makes of base and adapter one model for conversations. */
export function KeepForm({ run, name }: { readonly run: string; readonly name: string }) {
  const { t } = useTranslation()
  const keep = useApiMutation(() => api.trial.keep({ run, name }))
  return (
    <div className={layout.tight}>
      <div className={layout.row}>
        <Button disabled={keep.isPending} onClick={() => keep.mutate()}>
          {t(keep.isPending ? 'trial.keeping' : 'trial.keep')}
        </Button>
        {keep.data && <Link to="/avatar/models">{t('trial.kept', { name: keep.data.name })}</Link>}
      </div>
      <p className={layout.tiny}>{t('trial.keepText')}</p>
      {keep.errorText && <Problem>{keep.errorText}</Problem>}
    </div>
  )
}
