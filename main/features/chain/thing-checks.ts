import type { Recomputed } from '../../../common/api/explorer.ts'
import { HearthError } from '../../../common/errors/index.ts'
import type { CheckWay } from '../../../common/model/recomputed-names.ts'
import type { ThingKind } from '../../../common/model/thing-kinds.ts'

/** Computes anew what the chain says of the thing with a number. Empty where it says nothing that could be. */
type ThingCheck = (id: number) => Promise<Recomputed[]>

/** How things of each kind are checked; each feature brings those of its own. */
export type ThingChecks = Partial<Record<ThingKind, { readonly recompute: ThingCheck; readonly again?: ThingCheck }>>

/** The ways in which things of a kind can be checked. */
export const waysOf = (checks: ThingChecks, kind: ThingKind): CheckWay[] => {
  const of = checks[kind]
  return of ? (of.again ? ['recompute', 'again'] : ['recompute']) : []
}

const MOST_ATTEMPTS = 3

/**
 * What a check finds of a thing that stays as it is meanwhile: one that moves on, or whose blocks a reorganisation takes
 * back, is checked again.
 * @param seen what the index has of it; @throws HearthError CHAIN_REORGANISED
 */
export async function settled<T>(check: () => Promise<T>, seen: () => string): Promise<T> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const before = seen()
    const [found] = await Promise.allSettled([check()])
    if (seen() !== before) continue
    if (found.status === 'rejected') throw found.reason
    return found.value
  }
  throw new HearthError('CHAIN_REORGANISED', 'the chain changed it while it was checked; check it again')
}
