import {
  getEventIteratorSchemaDetails,
  isContractProcedure,
  type AnyContractRouter,
  type AnySchema,
} from '@orpc/contract'
import * as z from 'zod'

/** A child that answers what its contract does not know was taken over, or is of another version. */
export class StrangeAnswer extends Error {}

/** What a call may answer: one value, or a stream of some that ends with another. */
export interface Answers {
  readonly isStream: boolean
  readonly value: (value: unknown) => unknown
  readonly item: (value: unknown) => unknown
  readonly last: (value: unknown) => unknown
}

/** @throws StrangeAnswer where the contract has no such call, or does not say what it answers */
export function answersOf(contract: AnyContractRouter, path: readonly string[]): Answers {
  let procedure: unknown = contract
  for (const name of path)
    procedure = isRecord(procedure) && Object.hasOwn(procedure, name) ? procedure[name] : undefined
  const schema = isContractProcedure(procedure) ? procedure['~orpc'].outputSchema : undefined
  if (!schema) throw new StrangeAnswer(`there is no answer to ${path.join('.')} in its contract`)
  const stream = getEventIteratorSchemaDetails(schema)
  const check = (part: AnySchema | undefined) => (value: unknown) => checked(part, value, path)
  return {
    isStream: stream !== undefined,
    value: check(schema),
    item: check(stream?.yields),
    last: check(stream?.returns),
  }
}

/** A value as its schema has it, and nothing beside. */
function checked(schema: AnySchema | undefined, value: unknown, path: readonly string[]): unknown {
  const strange = (why: string) => new StrangeAnswer(`its answer to ${path.join('.')} ${why}`)
  if (!schema) {
    if (value === undefined) return value
    throw strange('says more than its contract knows')
  }
  const result = schema['~standard'].validate(value)
  if (result instanceof Promise) throw new Error('contracts of children are checked at once')
  if (result.issues)
    throw strange(`is not what its contract says: ${result.issues[0]?.message ?? 'it is of another kind'}`)
  const more = unknownKey(value, result.value)
  if (more !== null) throw strange(`has “${more.slice(0, 40)}”, which its contract does not know`)
  return result.value
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

/** The first key that a schema left away, or null. What it took as it is, it knows. */
function unknownKey(given: unknown, parsed: unknown): string | null {
  if (given === parsed || !isRecord(given) || !isRecord(parsed) || ArrayBuffer.isView(given)) return null
  for (const [key, value] of Object.entries(given)) {
    if (!Object.hasOwn(parsed, key)) return key
    const inner = unknownKey(value, parsed[key])
    if (inner !== null) return inner
  }
  return null
}

/** What an error of a child may carry beside its words. */
const Details = z.record(z.string().max(100), z.union([z.string().max(10_000), z.number()]))
const LONGEST_WORDS = 10_000

export const wordsOf = (message: string): string => message.slice(0, LONGEST_WORDS)
export const detailsOf = (data: unknown): Record<string, string | number> => Details.safeParse(data).data ?? {}
