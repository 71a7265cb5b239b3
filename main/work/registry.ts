import * as z from 'zod'
import { HearthError } from '../../common/errors/index.ts'
import type { AnyWorkKind, JobKind, SecondsKind, Settlement } from './work-kind.ts'

/** Every kind of work that this version knows, looked up by each of the names that others have for one. */
export interface WorkRegistry {
  readonly kinds: readonly AnyWorkKind[]
  /** @throws HearthError MODEL_UNSUPPORTED with words, where this version knows no such kind */
  kind(type: string): AnyWorkKind
  /**
   * A specification that an order names, from a stranger or the database, checked by its own kind.
   * @throws HearthError MODEL_UNSUPPORTED where this version does no such work, BAD_MESSAGE where the kind refuses it
   */
  read(spec: unknown): { readonly kind: SecondsKind; readonly spec: unknown }
  /** The kind whose pieces earnings and energy call so; null for what is no work, or of a later version. */
  ofPiece(piece: string): AnyWorkKind | null
  /** A job's side and words by its stored name; null for jobs about something else, or of a later version. */
  job(name: string): JobKind | null
  /** Whether a stored job is about work that is settled so. */
  isSettledBy(settlement: Settlement, job: string): boolean
}

const Kinded = z.looseObject({ kind: z.string().max(100) })

/** @throws Error where two kinds claim one name */
export function createWorkRegistry(kinds: readonly AnyWorkKind[]): WorkRegistry {
  const types = named(kinds, ({ type }) => [type])
  const pieces = named(kinds, ({ piece }) => [piece])
  const jobs = named(kinds, (kind) => Object.keys(kind.jobs))
  const kind = (type: string): AnyWorkKind => {
    const found = types.get(type)
    if (!found) throw new HearthError('MODEL_UNSUPPORTED', `this version of Hearth does no work of the kind “${type}”`)
    return found
  }
  return {
    kinds,
    kind,
    read(given) {
      const kinded = Kinded.safeParse(given)
      if (!kinded.success) throw new HearthError('BAD_MESSAGE', 'the specification does not say of which kind it is')
      const found = kind(kinded.data.kind)
      if (found.settlement !== 'seconds')
        throw new HearthError('MODEL_UNSUPPORTED', `work of the kind “${found.type}” is not sold by the second`)
      const spec = found.spec.safeParse(given)
      if (!spec.success)
        throw new HearthError('BAD_MESSAGE', `bad ${found.type}: ${z.prettifyError(spec.error).slice(0, 300)}`)
      return { kind: found, spec: spec.data }
    },
    ofPiece: (piece) => pieces.get(piece) ?? null,
    job: (name) => jobs.get(name)?.jobs[name] ?? null,
    isSettledBy: (settlement, job) => jobs.get(job)?.settlement === settlement,
  }
}

function named(
  kinds: readonly AnyWorkKind[],
  namesOf: (kind: AnyWorkKind) => readonly string[],
): ReadonlyMap<string, AnyWorkKind> {
  const found = new Map<string, AnyWorkKind>()
  for (const kind of kinds)
    for (const name of namesOf(kind)) {
      const other = found.get(name)
      if (other) throw new Error(`both ${other.type} and ${kind.type} are called “${name}”`)
      found.set(name, kind)
    }
  return found
}
