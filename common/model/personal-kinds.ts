/** Kinds of personal data and their words, without a schema: commands print them, and load none. */
export const personalKinds = [
  ...(['email', 'phone', 'card', 'iban', 'ip', 'secret', 'phrase', 'id', 'name'] as const),
  ...(['account', 'address', 'birth', 'coordinates', 'plate'] as const),
] as const
export type PersonalKind = (typeof personalKinds)[number]

/** Findings by each kind that was looked for, nought included. */
interface Personal {
  readonly counts: Readonly<Partial<Record<PersonalKind, number | undefined>>>
}

/** What was found by kind, and the kinds that were looked for in vain: "none" alone would promise more. */
export function personalFindings({ counts }: Personal) {
  const kinds = personalKinds.filter((kind) => kind !== 'name' && counts[kind] !== undefined)
  return {
    found: kinds.flatMap((kind) => ((counts[kind] ?? 0) > 0 ? [{ kind, count: counts[kind] ?? 0 }] : [])),
    absent: kinds.filter((kind) => counts[kind] === 0),
  }
}

/** What no detector here looks for, in the words of files and commands. */
export const NOT_LOOKED_FOR =
  'names of strangers, employers, places without a street, health, opinions, and what a sentence only implies'
const words: Readonly<Record<PersonalKind, string>> = {
  email: 'e-mail addresses',
  phone: 'telephone numbers',
  card: 'card numbers',
  iban: 'IBANs',
  ip: 'IP addresses',
  secret: 'passwords and keys',
  phrase: 'recovery phrases',
  id: 'national ids and passports',
  name: 'names of the export’s authors',
  account: 'mentions and profiles',
  address: 'streets and post codes',
  birth: 'birth dates',
  coordinates: 'coordinates',
  plate: 'number plates',
}
/** The same in a sentence or two, for commands and cards. */
export function personalInWords(personal: Personal): string {
  const { found, absent } = personalFindings(personal)
  const none = absent.map((kind) => words[kind]).join(', ')
  const some = found.map(({ kind, count }) => `${count} ${kind}`).join(', ')
  const rest = none && `none of the ${some ? 'other ' : ''}kinds that were looked for: ${none}`
  return `${[some, rest].filter(Boolean).join('; ')}. Not looked for: ${NOT_LOOKED_FOR}`
}
