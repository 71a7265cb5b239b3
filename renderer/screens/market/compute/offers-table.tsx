import { Star } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Link } from 'react-router'
import type { Offer } from '../../../../common/model/market.ts'
import { useOverview } from '../../../state/overview.ts'
import { useChangeSettings } from '../../../state/settings.ts'
import { Button } from '../../../ui/button.tsx'
import { layout } from '../../../ui/layout.tsx'
import { Problem } from '../../../ui/state.tsx'
import { Table } from '../../../ui/table.tsx'
import { Tag } from '../../../ui/tag.tsx'
import { CompareDialog } from './compare-dialog.tsx'
import { measureNames, type MeasureName } from './offer-measures.ts'
import styles from './offers-table.module.css'
import { useOfferCells } from './use-offer-cells.tsx'

/** More do not stand beside each other. */
const MOST_COMPARED = 3

interface Props {
  readonly offers: readonly Offer[]
  /** Peers' keys of the machines that the person marked. */
  readonly favourites: ReadonlySet<string>
  readonly sort: MeasureName
  readonly descending: boolean
  readonly onSort: (name: MeasureName) => void
  readonly onOrder: (offer: Offer) => void
}

export function OffersTable({ offers, favourites, sort, descending, onSort, onOrder }: Props) {
  const { t } = useTranslation()
  const { wallet } = useOverview()
  const cells = useOfferCells()
  const mark = useChangeSettings()
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set())
  const [comparing, setComparing] = useState(false)
  const compared = offers.filter(({ id }) => chosen.has(id))
  const choose = (id: number, on: boolean): void =>
    setChosen(new Set([...compared.map((offer) => offer.id).filter((other) => other !== id), ...(on ? [id] : [])]))
  const toggleFavourite = (peer: string): void =>
    mark.mutate({
      favourites: favourites.has(peer) ? [...favourites].filter((it) => it !== peer) : [...favourites, peer],
    })
  return (
    <>
      <Table
        caption={t('market.offers')}
        columns={[...measureNames.map((name) => t(`market.${name}`)), '']}
        sorting={{ by: measureNames.indexOf(sort), descending, onSort: (column) => onSort(measureNames[column]!) }}
        reflows
        rows={offers}
        keyOf={(offer) => offer.id}
        cells={(offer) => {
          const { machine } = offer
          const name = t('machine.number', { id: machine.id })
          return [
            ...measureNames.map((measure) =>
              measure === 'machine' ? (
                <span key={measure} className={layout.tight}>
                  <Link to={`/explorer/machine/${machine.id}`}>{name}</Link>
                  <span>{cells.machine(offer)}</span>
                </span>
              ) : (
                <span key={measure}>{cells[measure](offer)}</span>
              ),
            ),
            <span key="actions" className={styles.actions}>
              <Button
                kind="link"
                className={styles.star}
                aria-pressed={favourites.has(machine.peer)}
                aria-label={t('market.favourite', { name })}
                title={t('market.favourite', { name })}
                disabled={mark.isPending}
                onClick={() => toggleFavourite(machine.peer)}
              >
                <Star aria-hidden />
              </Button>
              <label className={styles.compare}>
                <input
                  type="checkbox"
                  aria-label={t('market.compareThis', { name })}
                  checked={chosen.has(offer.id)}
                  disabled={!chosen.has(offer.id) && compared.length >= MOST_COMPARED}
                  onChange={({ target }) => choose(offer.id, target.checked)}
                />
                {t('market.compare')}
              </label>
              {machine.owner.toLowerCase() === wallet.address?.toLowerCase() ? (
                <Tag tone="plain">{t('market.yours')}</Tag>
              ) : (
                <Button disabled={wallet.state !== 'open'} onClick={() => onOrder(offer)}>
                  {t('market.order')}
                </Button>
              )}
            </span>,
          ]
        }}
      />
      {mark.errorText && <Problem>{mark.errorText}</Problem>}
      <div className={layout.row}>
        <Button disabled={compared.length < 2} onClick={() => setComparing(true)}>
          {t('market.sideBySide')}
        </Button>
        <span className={layout.muted}>{t('market.chooseToCompare')}</span>
      </div>
      {comparing && <CompareDialog offers={compared} onClose={() => setComparing(false)} />}
    </>
  )
}
