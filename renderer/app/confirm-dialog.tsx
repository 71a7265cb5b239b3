import type { TFunction } from 'i18next'
import { useTranslation } from 'react-i18next'
import type { Preview } from '../../common/api/wallet.ts'
import { shortCoins } from '../lib/format.ts'
import { formatCoins } from '../../common/model/money.ts'
import type { Asking } from '../state/act.ts'
import { Button } from '../ui/button.tsx'
import { Dialog, DialogActions } from '../ui/dialog.tsx'
import { Facts, layout } from '../ui/layout.tsx'

/** The one place where a person agrees to a transaction: who, what, how much, and the highest fee. */
export default function ConfirmDialog({ preview, settle }: Asking) {
  const { t } = useTranslation()
  return (
    <Dialog title={t(`actions.${preview.action}` as 'actions.deposit')} open onClose={() => settle(false)}>
      <p>{t(`actionTexts.${preview.action}` as 'actionTexts.deposit')}</p>
      <Facts
        items={[
          [t('confirm.network'), preview.network],
          [t('confirm.to'), <code key="to">{preview.to}</code>],
          [t('confirm.call'), <code key="call">{`${preview.call.contract}.${preview.call.verb}`}</code>],
          amountOf(preview, t),
          ...(preview.deposit === null ? [] : [[t('confirm.deposit'), shortCoins(preview.deposit, 8)] as const]),
          [t('confirm.fee'), `${formatCoins(preview.highestFee)} ETH`],
        ]}
      />
      {preview.deposit !== null && (
        <p className={layout.muted}>{t('confirm.depositText', { amount: shortCoins(preview.deposit, 8) })}</p>
      )}
      <DialogActions>
        <Button onClick={() => settle(false)}>{t('common.cancel')}</Button>
        <Button kind="primary" onClick={() => settle(true)}>
          {t('confirm.agree')}
        </Button>
      </DialogActions>
    </Dialog>
  )
}

/** What it takes from the person, or what the person asks for with it. */
function amountOf({ amount, call }: Preview, t: TFunction): readonly [string, string] {
  if (amount === null && call.price !== null) return [t('confirm.price'), shortCoins(call.price, 8)]
  return [t('confirm.amount'), amount === null ? t('confirm.nothing') : shortCoins(amount, 8)]
}
