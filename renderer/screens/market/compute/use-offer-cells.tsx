import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Offer } from '../../../../common/model/market.ts'
import { Fulfilment } from '../../../app/fulfilment.tsx'
import { PaidWork } from '../../../app/paid-work.tsx'
import { ScoreMissing } from '../../../app/score-missing.tsx'
import { bytes, duration, points, shortCoins } from '../../../lib/format.ts'
import { layout } from '../../../ui/layout.tsx'
import { Hardware, Isolation } from './hardware.tsx'
import { documentOf, hourPrice, measures, type MeasureName } from './offer-measures.ts'

/** How each measure of an offer is shown, in the list and beside others. */
export function useOfferCells(): Readonly<Record<MeasureName, (offer: Offer) => ReactNode>> {
  const { i18n } = useTranslation()
  const scored = (value: number | null): string => (value === null ? '–' : points(value, i18n.language))
  return {
    machine: (offer) => <Hardware offer={offer} />,
    memory: (offer) => {
      const document = documentOf(offer)
      return document ? bytes(document.report.memoryBytes) : '–'
    },
    score: (offer) => (
      <span className={layout.tight}>
        {scored(measures.score.of(offer))}
        {offer.hardware.state === 'told' && offer.hardware.score && <ScoreMissing score={offer.hardware.score} />}
      </span>
    ),
    scorePerCoin: (offer) => scored(measures.scorePerCoin.of(offer)),
    hour: (offer) => shortCoins(hourPrice(offer), 4),
    longest: ({ maxSeconds }) => duration(maxSeconds, i18n.language),
    fulfilment: ({ machine }) => <Fulfilment machine={machine} />,
    paidWork: ({ machine }) => <PaidWork machine={machine} />,
    isolation: (offer) => <Isolation offer={offer} />,
  }
}
