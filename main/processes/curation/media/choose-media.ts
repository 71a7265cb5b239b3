import type { BroughtItem, CollectionChoices } from '../../../../common/model/collection.ts'
import type { MediaReason } from '../../../../common/model/data-names.ts'
import { LookAlikes } from './look-alikes.ts'
import { shorterSide, type Rated } from './media-report.ts'

export const ratedOf = ({ id, bytes, ...item }: BroughtItem): Rated =>
  item.kind === 'picture'
    ? { bytes, digest: id, kind: item.kind, ...item.facts }
    : { bytes, digest: id, kind: item.kind, ...item.facts }

/** Why each item does not leave, in their order; null where it does. */
export function chosen(items: readonly BroughtItem[], { without, filters }: CollectionChoices): (MediaReason | null)[] {
  const byHand = new Set(without)
  const alikes = new LookAlikes()
  return items.map((item) => {
    if (byHand.has(item.id)) return 'by hand'
    if (item.kind === 'recording') {
      if (item.facts.seconds < filters.seconds) return 'too short'
      return filters.voices.length > 0 && (item.voice === null || !filters.voices.includes(item.voice))
        ? 'another voice'
        : null
    }
    if (shorterSide(item.facts) < filters.side) return 'too small'
    if (item.facts.sharpness < filters.sharpness) return 'not sharp'
    return filters.duplicates && alikes.see(item.facts.look) ? 'looks alike' : null
  })
}
