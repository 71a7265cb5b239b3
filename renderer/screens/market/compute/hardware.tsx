import { useTranslation } from 'react-i18next'
import type { MachineDocument } from '../../../../common/model/machine-document.ts'
import type { Offer } from '../../../../common/model/market.ts'
import { bytes } from '../../../lib/format.ts'
import { Tag } from '../../../ui/tag.tsx'
import { layout } from '../../../ui/layout.tsx'
import { documentOf } from './offer-measures.ts'
import styles from './offers-table.module.css'

/** Cards of one kind stand together: 2 × NVIDIA … */
export function cardsInWords({ graphics }: MachineDocument['report']): string[] {
  const kinds = new Map<string, number>()
  for (const { name, memoryBytes } of graphics) {
    const kind = memoryBytes === null ? name : `${name}, ${bytes(memoryBytes)}`
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  }
  return [...kinds].map(([kind, count]) => (count === 1 ? kind : `${count} × ${kind}`))
}

/** What a machine says that it is, or why that is not known. */
export function Hardware({ offer: { hardware } }: { readonly offer: Offer }) {
  const { t } = useTranslation()
  if (hardware.state !== 'told')
    return <Tag tone={hardware.state === 'refused' ? 'bad' : 'plain'}>{t(`market.hardware.${hardware.state}`)}</Tag>
  const { report } = hardware.document
  const cards = cardsInWords(report)
  const cores = report.physicalCores ?? report.logicalCores
  return (
    <span className={`${layout.tight} ${styles.hardware}`}>
      <span>{t('market.processor', { name: report.processor ?? t('common.unknown'), count: cores })}</span>
      {(cards.length === 0 ? [t('market.noCard')] : cards).map((card) => (
        <span key={card} className={layout.muted}>
          {card}
        </span>
      ))}
    </span>
  )
}

/** How strangers' work is kept apart there, by the machine's own word. */
export function Isolation({ offer }: { readonly offer: Offer }) {
  const { t } = useTranslation()
  const tier = documentOf(offer)?.isolation
  if (!tier) return '–'
  return <Tag tone={tier === 'sandbox' ? 'ok' : 'wait'}>{t(`market.tiers.${tier}`)}</Tag>
}
