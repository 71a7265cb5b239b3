import { thingKinds, type ThingKind } from '../../../../common/model/thing-kinds.ts'

export const NUMBER = /^\d{1,14}$/
export const HASH = /^0x[0-9a-fA-F]{64}$/
export const ADDRESS = /^0x[0-9a-fA-F]{40}$/

/** What a search term was understood as. */
export interface Place {
  readonly kind: ThingKind | 'block' | 'transaction' | 'address'
  readonly id: string
  readonly to: string
}

const numbered = ['block', ...thingKinds] as const
type Numbered = (typeof numbered)[number]

/**
 * Where a search term leads: a block's number, a transaction's hash, an address, or a thing by its kind and number.
 * @param words what the kinds are called in the person's language; English is understood in each
 */
export function placeOf(
  term: string,
  words: Readonly<Partial<Record<Numbered, readonly string[]>>> = {},
): Place | null {
  const text = term.trim()
  if (HASH.test(text)) return { kind: 'transaction', id: text, to: `/explorer/tx/${text}` }
  if (ADDRESS.test(text)) return { kind: 'address', id: text, to: `/explorer/address/${text}` }
  const [, word = '', digits = ''] = /^(\D*?)\s*#?(\d{1,14})$/.exec(text) ?? []
  if (digits === '') return null
  const wanted = word.trim().toLowerCase()
  const kind =
    wanted === ''
      ? 'block'
      : numbered.find((name) => [name, ...(words[name] ?? [])].some((called) => called.toLowerCase() === wanted))
  const id = String(Number(digits))
  // Blocks are counted from 0, all else from 1.
  return kind === undefined || (id === '0' && kind !== 'block') ? null : { kind, id, to: `/explorer/${kind}/${id}` }
}
