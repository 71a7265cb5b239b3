/**
 * npm run eval:pii [-- --seed 1]: recall and precision of the detectors, by kind and language, on a corpus made from a
 * seed.
 */
import type { PersonalKind } from '../../common/model/quality.ts'
import { detect } from '../../main/processes/curation/personal/detect.ts'
import { corpus, countryOf, type Locale } from './corpus.ts'

const at = process.argv.indexOf('--seed')
const seed = at < 0 ? '1' : process.argv[at + 1]!
const PER_KIND = 60

interface Tally {
  hidden: number
  found: number
  wrong: number
}
const tallies = new Map<string, Tally>()
const tally = (key: string): Tally =>
  tallies.get(key) ?? (tallies.set(key, { hidden: 0, found: 0, wrong: 0 }), tallies.get(key)!)
const missed: string[] = []

for (const { locale, text, hidden } of corpus(seed, PER_KIND)) {
  const findings = detect(text, { country: countryOf(locale as Locale), names: [] })
  const keys = (kind: PersonalKind): Tally[] => [tally(`kind ${kind}`), tally(`language ${locale}`), tally('all')]
  const matches = (kind: PersonalKind, value: string) =>
    findings.some((it) => it.kind === kind && it.text.includes(value))
  for (const { kind, text: value } of hidden) {
    for (const it of keys(kind)) it.hidden++
    if (matches(kind, value)) for (const it of keys(kind)) it.found++
    else
      missed.push(
        `${locale} ${kind}: ${text}  →  ${findings.map((it) => `${it.kind}:${it.text}`).join(', ') || 'nothing'}`,
      )
  }
  for (const { kind, text: value } of findings)
    if (!hidden.some((it) => it.kind === kind && value.includes(it.text))) for (const it of keys(kind)) it.wrong++
}
for (const [name, { hidden, found, wrong }] of tallies)
  process.stdout.write(
    `${name.padEnd(16)} recall ${(found / hidden).toFixed(3)}  precision ` +
      `${(found / Math.max(1, found + wrong)).toFixed(3)}  (${hidden} hidden, ${wrong} wrong)\n`,
  )
if (process.argv.includes('--misses')) process.stdout.write(`${missed.join('\n')}\n`)
