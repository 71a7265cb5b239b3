/**
 * npm run eval:pii [-- --seed 1] [--misses]: recall and precision of the detectors, by kind and script, on a corpus
 * made from a seed. Exits with 1 where a kind of a script has less recall than 0.98 or less precision than 0.97.
 */
import type { CountryCode } from 'libphonenumber-js/max'
import type { PersonalKind } from '../../common/model/quality.ts'
import { detect } from '../../main/processes/curation/personal/detect.ts'
import { People } from '../../main/processes/curation/personal/people.ts'
import { corpus } from './corpus.ts'

const at = process.argv.indexOf('--seed')
const seed = at < 0 ? '1' : (process.argv[at + 1] ?? '1')
const PER_KIND = 60
const LEAST = { recall: 0.98, precision: 0.97 }

interface Tally {
  hidden: number
  found: number
  wrong: number
}
const tallies = new Map<string, Tally>()
function tally(key: string): Tally {
  const known = tallies.get(key) ?? { hidden: 0, found: 0, wrong: 0 }
  tallies.set(key, known)
  return known
}
const misses: string[] = []

for (const { language, script, country, text, people, hidden } of corpus(seed, PER_KIND)) {
  const findings = detect(text, { country: country as CountryCode, people: new People(people) })
  const keys = (kind: PersonalKind): Tally[] => [tally(`${kind} ${script}`), tally(`${kind} all`), tally('all all')]
  const seen = findings.map((it) => `${it.kind}:${it.text}`).join(', ') || 'nothing'
  for (const { kind, text: value } of hidden) {
    const isFound = findings.some((it) => it.kind === kind && it.text.includes(value))
    for (const it of keys(kind)) {
      it.hidden++
      if (isFound) it.found++
    }
    if (!isFound) misses.push(`missed ${language} ${kind}: ${text}  →  ${seen}`)
  }
  for (const { kind, text: value } of findings) {
    if (hidden.some((it) => it.kind === kind && (value.includes(it.text) || it.text.includes(value)))) continue
    for (const it of keys(kind)) it.wrong++
    misses.push(`wrong  ${language} ${kind}: ${text}  →  ${seen}`)
  }
}

let isBelow = false
const rows = [...tallies].toSorted(([a], [b]) => a.localeCompare(b))
process.stdout.write(`${'kind'.padEnd(14)}${'script'.padEnd(12)}recall  precision  hidden  wrong\n`)
for (const [key, { hidden, found, wrong }] of rows) {
  const [kind = '', script = ''] = key.split(' ')
  const recall = hidden === 0 ? 1 : found / hidden
  const precision = found / Math.max(1, found + wrong)
  const below = hidden > 0 && (recall < LEAST.recall || precision < LEAST.precision)
  isBelow ||= below
  process.stdout.write(
    `${kind.padEnd(14)}${script.padEnd(12)}${recall.toFixed(3)}   ` +
      `${hidden === 0 ? '  –  ' : precision.toFixed(3)}      ` +
      `${String(hidden).padStart(5)}  ${String(wrong).padStart(5)}${below ? '  below' : ''}\n`,
  )
}
if (process.argv.includes('--misses')) process.stdout.write(`${misses.join('\n')}\n`)
process.exitCode = isBelow ? 1 : 0
