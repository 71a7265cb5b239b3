import { createHash } from 'node:crypto'
import { open } from 'node:fs/promises'
import type { CountryCode } from 'libphonenumber-js/max'
import type { CurationChoices } from '../../../common/model/dataset.ts'
import type { Item } from '../../../common/model/item.ts'
import { DistinctChanges } from './distinct-changes.ts'
import { readItems } from './rows/read-items.ts'
import { peopleIn, Redactor } from './personal/redact.ts'
import { NearDuplicates } from './report/near-duplicates.ts'

interface Cleaned {
  readonly items: number
  readonly changed: number
  readonly counts: Record<string, number>
  /** Items that filters left out, by why. */
  readonly dropped: Record<string, number>
}

/** Why an item is left out, or null. */
function filterOf({
  duplicates,
  shortest,
  from,
  to,
  authors,
}: CurationChoices['filters']): (item: Item) => string | null {
  const exact = new Set<string>()
  const near = new NearDuplicates()
  const left = new Set(authors)
  return ({ text, ts, author }) => {
    if (text.length < shortest) return 'too short'
    if (author !== null && left.has(author)) return 'by somebody who is left out'
    if ((from !== null || to !== null) && (ts === null || ts < (from ?? -Infinity) || ts > (to ?? Infinity)))
      return 'outside the time'
    if (!duplicates) return null
    const hash = createHash('sha256').update(text).digest('base64')
    if (exact.has(hash) || near.see(text)) return 'there already'
    exact.add(hash)
    return null
  }
}

/** Runs an owner's choices over items: filters, then redaction. Both files must not be there yet. */
export async function cleanItems(
  file: string,
  out: string,
  changes: string,
  choices: CurationChoices,
  onItem: (items: number) => void,
): Promise<Cleaned> {
  const people = await peopleIn(readItems(file), choices.hide)
  const redactor = new Redactor({ country: choices.country as CountryCode, people, keep: new Set(choices.keep) })
  const why = filterOf(choices.filters)
  const dropped: Record<string, number> = {}
  await using target = await open(out, 'wx', 0o600)
  await using diff = await DistinctChanges.open(changes)
  let items = 0
  for await (const item of readItems(file)) {
    const reason = why(item)
    if (reason !== null) {
      dropped[reason] = (dropped[reason] ?? 0) + 1
      continue
    }
    const clean = redactor.redact(item)
    await target.write(`${JSON.stringify(clean)}\n`)
    if (clean.text !== item.text) await diff.add({ before: item.text, after: clean.text, author: item.author })
    onItem(++items)
  }
  await target.sync()
  await diff.finish()
  return { items, changed: redactor.changed, counts: redactor.counts as Record<string, number>, dropped }
}
