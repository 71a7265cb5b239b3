import { createHash } from 'node:crypto'
import type { Item } from '../../../../common/model/item.ts'
import type { PersonalKind } from '../../../../common/model/quality.ts'
import { detect, sameOf, type DetectOptions, type Finding } from './detect.ts'
import { People } from './people.ts'
import { Pseudonyms } from './pseudonyms.ts'

export interface RedactOptions extends DetectOptions {
  /** Entities that the owner wants to stay as they are, by `entityId`. */
  readonly keep: ReadonlySet<string>
}

/** The same person or number, however it is written. */
const entityId = ({ kind, same }: Pick<Finding, 'kind' | 'same'>): string =>
  createHash('sha256').update(`${kind}/${same}`).digest('base64url').slice(0, 16)
/** What an owner kept before all forms of a person or a number were one is kept as it was written. */
const isKept = (keep: ReadonlySet<string>, it: Pick<Finding, 'kind' | 'same' | 'text'>): boolean =>
  keep.has(entityId(it)) || keep.has(entityId({ kind: it.kind, same: sameOf(it.kind, it.text) }))

/** Everybody whom an export names, and words that its owner wants hidden beside them. */
export async function peopleIn(items: AsyncIterable<Item>, hide: readonly string[] = []): Promise<People> {
  const names = new Set<string>()
  for await (const { author } of items) if (author) names.add(author)
  return new People(names, hide)
}

const authorOf = (author: string, people: People) => ({
  kind: 'name' as const,
  text: author,
  same: people.personOf(author),
})

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
    const { keep, people } = this.#options
    const found = detect(item.text, this.#options).filter((finding) => !isKept(keep, finding))
    for (const { kind } of found) this.counts[kind] = (this.counts[kind] ?? 0) + 1
    if (found.length > 0) this.changed++
    const author = item.author && authorOf(item.author, people)
    return {
      // An id may be a hash of what was said, and a conversation bear somebody's name.
      id: this.#pseudonyms.id(item.id),
      ts: item.ts,
      author: author && (isKept(keep, author) ? author.text : this.#pseudonyms.mark(author)),
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
  options: DetectOptions,
  most: number,
): Promise<{ entities: Entity[]; total: number }> {
  const entities = new Map<string, { -readonly [K in keyof Entity]: Entity[K] }>()
  const see = (finding: Pick<Finding, 'kind' | 'text' | 'same'>, example: string): void => {
    const id = entityId(finding)
    const known = entities.get(id)
    if (known) known.count++
    else entities.set(id, { id, kind: finding.kind, text: finding.text, count: 1, example })
  }
  for await (const item of items) {
    if (item.author) see(authorOf(item.author, options.people), item.text.slice(0, 2 * AROUND))
    for (const finding of detect(item.text, options))
      see(finding, item.text.slice(Math.max(0, finding.start - AROUND), finding.end + AROUND))
  }
  return { entities: [...entities.values()].sort((a, b) => b.count - a.count).slice(0, most), total: entities.size }
}
