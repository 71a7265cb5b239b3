import * as z from 'zod'
import { HearthError } from '../../common/errors/index.ts'
import type { RequestForm } from '../../common/model/request-form.ts'
import { requestForm } from './request-form.ts'
import { settlements } from './settlements.ts'
import type { AnyWorkKind, SecondsKind } from './work-kind.ts'

/** Every kind of work that this version knows. */
export interface WorkRegistry {
  readonly kinds: readonly AnyWorkKind[]
  /**
   * A specification that an order names, from a stranger or the database, checked by its own kind.
   * @throws HearthError MODEL_UNSUPPORTED where this version does no such work, BAD_MESSAGE where the kind refuses it
   */
  read(spec: unknown): { readonly kind: SecondsKind; readonly spec: unknown }
  /** What a customer can order, with the form that asks for it. */
  readonly orders: readonly { readonly kind: SecondsKind; readonly form: RequestForm }[]
  /**
   * A request of a customer, checked by the kind that it names.
   * @throws HearthError MODEL_UNSUPPORTED or BAD_INPUT
   */
  request(type: string, given: unknown): { readonly kind: SecondsKind; readonly request: unknown }
}

const Kinded = z.looseObject({ kind: z.string().max(100) })

/** @throws Error where two kinds have one name, nothing settles a kind, or no form can be made of its requests */
export function createWorkRegistry(kinds: readonly AnyWorkKind[]): WorkRegistry {
  const types = new Map<string, AnyWorkKind>()
  for (const kind of kinds) {
    if (types.has(kind.type)) throw new Error(`there are two kinds of work called “${kind.type}”`)
    if (!Object.hasOwn(settlements, kind.settlement))
      throw new Error(`no contract settles ${kind.settlement} work yet, so “${kind.type}” cannot be sold`)
    types.set(kind.type, kind)
  }
  const bySeconds = (type: string): SecondsKind => {
    const kind = types.get(type)
    if (!kind) throw new HearthError('MODEL_UNSUPPORTED', `this version of Hearth does no work of the kind “${type}”`)
    if (kind.settlement !== 'seconds')
      throw new HearthError('MODEL_UNSUPPORTED', `work of the kind “${type}” is not sold by the second`)
    return kind
  }
  return {
    kinds,
    orders: kinds.flatMap((kind) => (kind.settlement === 'seconds' ? [{ kind, form: requestForm(kind.request) }] : [])),
    request(type, given) {
      const kind = bySeconds(type)
      const request = kind.request.safeParse(given)
      if (!request.success)
        throw new HearthError('BAD_INPUT', `bad ${type}: ${z.prettifyError(request.error).slice(0, 300)}`)
      return { kind, request: request.data }
    },
    read(given) {
      const kinded = Kinded.safeParse(given)
      if (!kinded.success) throw new HearthError('BAD_MESSAGE', 'the specification does not say of which kind it is')
      const { kind: type } = kinded.data
      const kind = bySeconds(type)
      const spec = kind.spec.safeParse(given)
      if (!spec.success)
        throw new HearthError('BAD_MESSAGE', `bad ${type}: ${z.prettifyError(spec.error).slice(0, 300)}`)
      return { kind, spec: spec.data }
    },
  }
}
