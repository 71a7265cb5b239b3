import { createHash } from 'node:crypto'
import type { SplitName } from '../../../../common/model/data-names.ts'
import type { ExportOptions } from '../../../../common/model/dataset.ts'
import type { Item } from '../../../../common/model/item.ts'

/** Ends a stretch of a conversation, in ms: who says nothing for so long has gone to bed or to work. */
const PAUSE = 6 * 3600_000

/**
 * Numbers the stretches of conversations in the order in which they begin. What belongs to no conversation is a stretch
 * of its own.
 */
class Stretches {
  readonly #current = new Map<string, { stretch: number; last: number | null }>()
  #count = 0

  of({ session, ts }: Item): number {
    if (session === null) return this.#count++
    const current = this.#current.get(session)
    const paused = current && ts !== null && current.last !== null && Math.abs(ts - current.last) > PAUSE
    const next = { stretch: current && !paused ? current.stretch : this.#count++, last: ts ?? current?.last ?? null }
    this.#current.set(session, next)
    return next.stretch
  }
}

/** What goes into one split together: the stretches of a conversation, or one of them. */
interface Unit {
  readonly stretches: readonly number[]
  readonly items: number
}

/**
 * Where each item belongs, for a second walk through the same items. A conversation lies in one split alone; only one
 * that holds more than the smallest share is cut, at its pauses, so that a single long chat has something in each. The
 * seed draws by the number of a conversation in the file, since its name is another pseudonym each time it is cleaned.
 * What fits nowhere is trained on.
 */
export async function planSplits(
  items: AsyncIterable<Item>,
  { shares, seed }: Pick<ExportOptions, 'shares' | 'seed'>,
): Promise<(item: Item) => SplitName> {
  const units = await unitsOf(items, Math.min(...Object.values(shares).filter((share) => share > 0)))
  const drawn = units
    .map((unit) => ({
      unit,
      place: createHash('sha256').update(`${seed}/${unit.stretches[0]}`).digest().readUIntBE(0, 6),
    }))
    .toSorted((a, b) => a.place - b.place)
  const total = units.reduce((sum, unit) => sum + unit.items, 0)
  const left = { validation: total * shares.validation, test: total * shares.test }
  const splits = new Map<number, SplitName>()
  for (const { unit } of drawn) {
    // Half of a unit may be too much: to go over by less than what would be missing is nearer to the wish.
    const split = (['test', 'validation'] as const).find((name) => left[name] >= unit.items / 2)
    if (!split) continue
    left[split] -= unit.items
    for (const stretch of unit.stretches) splits.set(stretch, split)
  }
  const again = new Stretches()
  return (item) => splits.get(again.of(item)) ?? 'train'
}

async function unitsOf(items: AsyncIterable<Item>, most: number): Promise<Unit[]> {
  const stretches = new Stretches()
  const sizes: number[] = []
  const conversations = new Map<string, Set<number>>()
  const units: Unit[] = []
  let total = 0
  for await (const item of items) {
    const stretch = stretches.of(item)
    sizes[stretch] = (sizes[stretch] ?? 0) + 1
    total++
    if (item.session === null) units.push({ stretches: [stretch], items: 1 })
    else conversations.set(item.session, (conversations.get(item.session) ?? new Set()).add(stretch))
  }
  for (const parts of conversations.values()) {
    const whole = { stretches: [...parts], items: [...parts].reduce((sum, part) => sum + sizes[part]!, 0) }
    if (whole.items <= most * total) units.push(whole)
    else for (const part of parts) units.push({ stretches: [part], items: sizes[part]! })
  }
  return units
}
