import { useTranslation } from 'react-i18next'
import type { Offer } from '../../../../common/model/market.ts'
import { Button } from '../../../ui/button.tsx'
import { Dialog, DialogActions } from '../../../ui/dialog.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Table } from '../../../ui/table.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { bestIn, measureNames } from './offer-measures.ts'
import { useOfferCells } from './use-offer-cells.tsx'

/** Offers side by side; what is best in a line is said. */
export function CompareDialog({
  offers,
  onClose,
}: {
  readonly offers: readonly Offer[]
  readonly onClose: () => void
}) {
  const { t } = useTranslation()
  const cells = useOfferCells()
  return (
    <Dialog title={t('market.sideBySide')} open onClose={onClose}>
      <Table
        caption={t('market.sideBySide')}
        columns={[t('machine.figure'), ...offers.map(({ machine }) => t('machine.number', { id: machine.id }))]}
        rows={measureNames}
        keyOf={(name) => name}
        cells={(name) => {
          const best = bestIn(name, offers)
          return [
            t(`market.${name}`),
            ...offers.map((offer) => (
              <span key={offer.id} className={layout.row}>
                {cells[name](offer)}
                {best.has(offer) && <Tag tone="ok">{t('market.best')}</Tag>}
              </span>
            )),
          ]
        }}
      />
      <DialogActions>
        <Button onClick={onClose}>{t('common.close')}</Button>
      </DialogActions>
    </Dialog>
  )
}
