import * as z from 'zod'

export const personalKinds = [
  ...(['email', 'phone', 'card', 'iban', 'ip', 'secret', 'phrase', 'id', 'name'] as const),
  ...(['account', 'address', 'birth', 'coordinates', 'plate'] as const),
] as const
export const PersonalKind = z.enum(personalKinds)
export type PersonalKind = z.infer<typeof PersonalKind>

/** Kinds that a report looks for. Names are known from an export's authors alone, which marks have replaced by then. */
export const reportedKinds = personalKinds.filter((kind) => kind !== 'name')
export const REPORT_VERSION = 2

/**
 * What a dataset of texts is worth, and what in it is somebody's business. Anybody with the items gets the same report.
 */
export const QualityReport = z.object({
  /** Of what detectors look for and how; only a report of the same version can be compared with one made anew. */
  version: z.union([z.literal(1), z.literal(REPORT_VERSION)]),
  items: z.int(),
  characters: z.int(),
  length: z.object({ median: z.int(), p10: z.int(), p90: z.int(), longest: z.int() }),
  /** Shannon's, of letters, in bits: below 2 it is mostly repetition. */
  entropy: z.number(),
  /** Share of items by language (ISO 639-1); `und` where a text is too short to tell. */
  languages: z.record(z.string().max(8), z.number()),
  duplicates: z.object({ exact: z.int(), near: z.int(), share: z.number() }),
  /** Findings by each kind that was looked for, nought included, and how many a thousand characters. */
  personal: z.object({ counts: z.partialRecord(PersonalKind, z.int()), items: z.int(), perThousand: z.number() }),
  /** How evenly the authors wrote, 0 to 1; null with fewer than two. */
  turns: z.object({ authors: z.int(), balance: z.number().nullable() }),
  /** ISO 8601; null where no item has a time. */
  span: z.object({ from: z.string().nullable(), to: z.string().nullable(), withoutTime: z.int() }),
  skipped: z.record(z.string().max(200), z.int()),
})
export type QualityReport = z.infer<typeof QualityReport>

/** What was found by kind, and the kinds that were looked for in vain: "none" alone would promise more. */
export function personalFindings({ counts }: QualityReport['personal']) {
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
export function personalInWords(personal: QualityReport['personal']): string {
  const { found, absent } = personalFindings(personal)
  const none = absent.map((kind) => words[kind]).join(', ')
  const some = found.map(({ kind, count }) => `${count} ${kind}`).join(', ')
  const rest = none && `none of the ${some ? 'other ' : ''}kinds that were looked for: ${none}`
  return `${[some, rest].filter(Boolean).join('; ')}. Not looked for: ${NOT_LOOKED_FOR}`
}
