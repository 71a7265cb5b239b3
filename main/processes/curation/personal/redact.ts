import { createHash } from 'node:crypto'
import type { Item } from '../../../../common/model/item.ts'
import type { CountryCode } from 'libphonenumber-js/max'
import type { PersonalKind } from '../../../../common/model/quality.ts'
import { detect, type Finding } from './detect.ts'
import { normal, Pseudonyms } from './pseudonyms.ts'

export interface RedactOptions {
  /** Where numbers without a country's code are from. */
  readonly country: CountryCode
  /** Names and other words to hide, beside what patterns find. */
  readonly names: readonly string[]
  /** Entities that the owner wants to stay as they are, by `entityId`. */
  readonly keep: ReadonlySet<string>
}

/** The same person or number, however it is written. */
const entityId = ({ kind, text }: Pick<Finding, 'kind' | 'text'>): string =>
  createHash('sha256')
    .update(`${kind}/${normal(kind, text)}`)
    .digest('base64url')
    .slice(0, 16)

/** Everybody whom an export names: who wrote, in full and by each part of the name that is long enough to be one. */
export async function namesIn(items: AsyncIterable<Item>): Promise<string[]> {
  const names = new Set<string>()
  for await (const { author } of items) if (author) names.add(author)
  return [
    ...new Set([...names, ...[...names].flatMap((name) => name.split(/\s+/).filter((part) => part.length > 2))]),
  ].toSorted((a, b) => b.length - a.length)
}

const findings = (item: Item, { keep, ...options }: RedactOptions): Finding[] =>
  detect(item.text, options).filter((finding) => !keep.has(entityId(finding)))

/** One item after another with marks in the place of personal data, the same mark for the same person all through. */
export class Redactor {
  readonly #options: RedactOptions
  readonly #pseudonyms = new Pseudonyms()
  readonly counts: Partial<Record<PersonalKind, number>> = {}
  changed = 0

  constructor(options: RedactOptions) {
    this.#options = options
  }

  redact(item: Item): Item {
    const found = findings(item, this.#options)
    for (const { kind } of found) this.counts[kind] = (this.counts[kind] ?? 0) + 1
    if (found.length > 0) this.changed++
    const author = item.author && { kind: 'name' as const, text: item.author }
    return {
      // An id may be a hash of what was said, and a conversation bear somebody's name.
      id: this.#pseudonyms.id(item.id),
      ts: item.ts,
      author: author && (this.#options.keep.has(entityId(author)) ? author.text : this.#pseudonyms.mark(author)),
      text: this.#pseudonyms.redact(item.text, found),
      session: item.session && this.#pseudonyms.id(item.session),
    }
  }
}

/** A person, number or secret that stands in a dataset. */
export interface Entity {
  readonly id: string
  readonly kind: PersonalKind
  readonly text: string
  readonly count: number
  /** Where it stands first. */
  readonly example: string
}

const AROUND = 40

/** What would be hidden, the most frequent first. */
export async function entitiesIn(
  items: AsyncIterable<Item>,
  options: RedactOptions,
  most: number,
): Promise<{ entities: Entity[]; total: number }> {
  const entities = new Map<string, { -readonly [K in keyof Entity]: Entity[K] }>()
  const see = (finding: Pick<Finding, 'kind' | 'text'>, example: string): void => {
    const id = entityId(finding)
    const known = entities.get(id)
    if (known) known.count++
    else entities.set(id, { id, kind: finding.kind, text: finding.text, count: 1, example })
  }
  for await (const item of items) {
    if (item.author) see({ kind: 'name', text: item.author }, item.text.slice(0, 2 * AROUND))
    for (const finding of detect(item.text, options))
      see(finding, item.text.slice(Math.max(0, finding.start - AROUND), finding.end + AROUND))
  }
  return { entities: [...entities.values()].sort((a, b) => b.count - a.count).slice(0, most), total: entities.size }
}
