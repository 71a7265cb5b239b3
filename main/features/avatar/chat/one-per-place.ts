import type { Evidence } from '../../../../common/children/memory.ts'

/** Of what was found, best first, one message a place: what stands around a better one is shown with it. */
export function onePerPlace(found: readonly Evidence[]): Evidence[] {
  const taken = new Set<number>()
  return found.filter(({ item, around }) => {
    if (taken.has(item.number)) return false
    for (const { number } of around) taken.add(number)
    return true
  })
}
