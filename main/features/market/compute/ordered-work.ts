import type { JobSaying } from '../../../../common/model/job-saying-names.ts'
import { failureOf } from '../../../../common/model/sayings.ts'
import type { SecondsKind, WorkRegistry } from '../../../work/index.ts'

/** What an order is about, as its kind reads it. */
export interface OrderedWork {
  readonly kind: SecondsKind
  readonly spec: unknown
  readonly inputBytes: number
  readonly outputBytes: number
  readonly units: number
  /** Of one unit of the outputs. */
  readonly unitBytes: number
}

/** What the pieces of a kind of work are called in its jobs' logs. */
export const piecesOf = ({ type, units }: SecondsKind): { kind: string; own: string } => ({ kind: type, own: units })

/** @throws HearthError MODEL_UNSUPPORTED or BAD_MESSAGE */
export function readOrder(kinds: WorkRegistry, given: unknown): OrderedWork {
  const { kind, spec } = kinds.read(given)
  const layout = kind.layout(spec)
  return { kind, spec, ...layout, outputBytes: layout.units * layout.unitBytes }
}

/** Why this version cannot go on with what the database holds of an order, or null. */
export function problemOf(kinds: WorkRegistry, given: unknown): JobSaying | null {
  try {
    if (given !== null) kinds.read(given)
    return null
  } catch (error) {
    return { code: 'failed', args: { failure: failureOf(error) } }
  }
}

/** What an order is about; null where that is not known here. */
export function knownWork(kinds: WorkRegistry, given: unknown): OrderedWork | null {
  try {
    return given === null ? null : readOrder(kinds, given)
  } catch {
    return null
  }
}
