import { createHash } from 'node:crypto'
import { eld } from 'eld/small'
import type { Item } from '../../../../common/model/item.ts'
import {
  REPORT_VERSION,
  reportedKinds,
  type PersonalKind,
  type QualityReport,
} from '../../../../common/model/quality.ts'
import { detect, type DetectOptions } from '../personal/detect.ts'
import { People } from '../personal/people.ts'
import { NearDuplicates } from './near-duplicates.ts'

const KNOWN_LETTERS = 100_000
const NOBODY = new People([])

/** The report of a dataset, from its items alone. */
export async function qualityReport(
  items: AsyncIterable<Item>,
  options: Omit<DetectOptions, 'people'>,
  skipped: ReadonlyMap<string, number>,
): Promise<QualityReport> {
  const lengths: number[] = []
  const letters = new Map<string, number>()
  const languages = new Map<string, number>()
  const counts: Partial<Record<PersonalKind, number>> = Object.fromEntries(reportedKinds.map((kind) => [kind, 0]))
  const authors = new Map<string, number>()
  const exact = new Set<string>()
  const near = new NearDuplicates()
  let [same, similar, touched, from, to, withoutTime] = [0, 0, 0, Infinity, -Infinity, 0]
  for await (const { text, author, ts } of items) {
    lengths.push(text.length)
    for (const letter of text)
      if (letters.size < KNOWN_LETTERS || letters.has(letter)) letters.set(letter, (letters.get(letter) ?? 0) + 1)
    const detected = eld.detect(text)
    const language = detected.language && detected.isReliable() ? detected.language : 'und'
    languages.set(language, (languages.get(language) ?? 0) + 1)
    const hash = createHash('sha256').update(text).digest('base64')
    // What is the same already is not counted as similar as well.
    if (exact.has(hash)) same++
    else if (near.see(text)) similar++
    exact.add(hash)
    const found = detect(text, { ...options, people: NOBODY })
    for (const { kind } of found) counts[kind] = (counts[kind] ?? 0) + 1
    if (found.length > 0) touched++
    if (author !== null) authors.set(author, (authors.get(author) ?? 0) + 1)
    if (ts === null) withoutTime++
    else [from, to] = [Math.min(from, ts), Math.max(to, ts)]
  }
  const characters = lengths.reduce((sum, length) => sum + length, 0)
  const sorted = lengths.toSorted((a, b) => a - b)
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0
  const findings = Object.values(counts).reduce((sum, count) => sum + count, 0)
  return {
    version: REPORT_VERSION,
    items: lengths.length,
    characters,
    length: { median: at(0.5), p10: at(0.1), p90: at(0.9), longest: sorted.at(-1) ?? 0 },
    entropy: entropyOf([...letters.values()]),
    languages: Object.fromEntries(
      [...languages].sort((a, b) => b[1] - a[1]).map(([name, count]) => [name, count / lengths.length]),
    ),
    duplicates: { exact: same, near: similar, share: lengths.length === 0 ? 0 : (same + similar) / lengths.length },
    personal: { counts, items: touched, perThousand: characters === 0 ? 0 : (findings * 1000) / characters },
    turns: {
      authors: authors.size,
      balance: authors.size < 2 ? null : entropyOf([...authors.values()]) / Math.log2(authors.size),
    },
    span: {
      from: from === Infinity ? null : new Date(from).toISOString(),
      to: to === -Infinity ? null : new Date(to).toISOString(),
      withoutTime,
    },
    skipped: Object.fromEntries(skipped),
  }
}

/** Shannon's entropy of counts, in bits. */
function entropyOf(counts: readonly number[]): number {
  const total = counts.reduce((sum, count) => sum + count, 0)
  return counts.reduce((sum, count) => sum - (count / total) * Math.log2(count / total), 0)
}
