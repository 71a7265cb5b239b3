import { useTranslation } from 'react-i18next'
import { shortCoins } from '../lib/format.ts'
import { formatCoins } from '../../common/model/money.ts'
import { useAsking } from '../state/act.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogActions } from '../ui/dialog.tsx'
import { Facts } from '../ui/layout.tsx'

/** The one place where a person agrees to a transaction: who, what, how much, and the highest fee. */
export function ConfirmDialog() {
  const { t } = useTranslation()
  const asking = useAsking((state) => state.asking)
  if (!asking) return null
  const { preview, settle } = asking
  return (
    <Dialog title={t(`actions.${preview.action}` as 'actions.deposit')} open onClose={() => settle(false)}>
      <p>{t(`actionTexts.${preview.action}` as 'actionTexts.deposit')}</p>
      <Facts
        items={[
          [t('confirm.network'), preview.network],
          [t('confirm.to'), <code key="to">{preview.to}</code>],
          [t('confirm.call'), <code key="call">{`${preview.call.contract}.${preview.call.verb}`}</code>],
          [t('confirm.amount'), preview.amount === null ? t('confirm.nothing') : shortCoins(preview.amount, 8)],
          [t('confirm.fee'), `${formatCoins(preview.highestFee)} ETH`],
        ]}
      />
      <DialogActions>
        <Button onClick={() => settle(false)}>{t('common.cancel')}</Button>
        <Button kind="primary" onClick={() => settle(true)}>
          {t('confirm.agree')}
        </Button>
      </DialogActions>
    </Dialog>
  )
}
