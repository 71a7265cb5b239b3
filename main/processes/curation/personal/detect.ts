import type { CountryCode } from 'libphonenumber-js/max'
import type { PersonalKind } from '../../../../common/model/quality.ts'
import { accounts, pages } from './accounts.ts'
import { births } from './births.ts'
import { all, type Stretch } from './context.ts'
import { fold } from './fold.ts'
import { nationalIds } from './ids.ts'
import { addresses, cards, ibans } from './numbers.ts'
import { People } from './people.ts'
import { countriesOf, linked, phones } from './phones.ts'
import { phrases } from './phrases.ts'
import { coordinates, plates, postal } from './places.ts'
import { secrets } from './secrets.ts'

export interface Finding extends Stretch {
  readonly kind: PersonalKind
  /** What it is, in whichever way it is written: the same for the same person, number or account. */
  readonly same: string
}

export interface DetectOptions {
  /** Where numbers without a country's code are from. */
  readonly country: CountryCode
  /** Those whom the export itself names: who wrote, who was written to. */
  readonly people: People
}

const EMAIL = new RegExp(
  String.raw`(?<![\p{Script=Latin}\p{N}._%+-])(?:mailto:)?[\p{L}\p{N}._%+-]{1,64}@(?:[\p{L}\p{N}]` +
    String.raw`(?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,8}\p{L}{2,24}`,
  'gu',
)
/** Letters of scripts that run on without a space before an address are not of it. */
const NO_EMAIL_LETTER = new RegExp(
  String.raw`^(?:mailto:)?[^@]*[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Scr` +
    String.raw`ipt=Thai}\p{Script=Lao}\p{Script=Khmer}](?=[A-Za-z\d])`,
  'u',
)
/** Words of such a script with a mention behind: 他给了我@lena.k. */
const MENTIONED = new RegExp(
  String.raw`[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script` +
    String.raw`=Lao}\p{Script=Khmer}]@[A-Za-z]`,
  'u',
)
/** Addresses whose @ is spelt out. */
const SPELT = new RegExp(
  String.raw`(?<![\p{L}\p{N}._-])[A-Za-z0-9][\w.+-]{1,40}\s?(?:\[at\]|\(at\)|\{at\}|\[ät\]` +
    String.raw`|\(ät\))\s?[A-Za-z0-9-]{2,40}(?:\s?(?:\[dot\]|\(dot\)|\(punkt\)|\.)\s?[A-Za-z]{2,24}){1,3}`,
  'giu',
)
/** Scripts that an address's end runs into: ana@example.org是我的. */
const END = /^[^@]*@[A-Za-z\d.-]+\.[A-Za-z]{2,24}(?=[^A-Za-z\d.-])/

function emails(text: string): Stretch[] {
  const formed = all(text, EMAIL).map((it) => {
    const before = NO_EMAIL_LETTER.exec(it.text)?.[0].length ?? 0
    const bare = it.text.slice(before)
    const whole = END.exec(bare)?.[0] ?? bare
    return { start: it.start + before, end: it.start + before + whole.length, text: whole }
  })
  return [...formed.filter((it) => !MENTIONED.test(it.text)), ...all(text, SPELT)]
}

type Found = readonly [kind: PersonalKind, stretches: readonly (Stretch & { readonly same?: string })[]]

/** A mention of somebody whom the export names is that person with the sign before, any other is an account. */
function namesAndAccounts(text: string, people: People): Found[] {
  const named = new Map(people.find(text).map((it) => [it.start, it]))
  const mentions = accounts(text).filter(({ start, end }) => {
    const name = named.get(start + 1)
    if (!name || text[start] !== '@' || name.end < end) return true
    named.set(name.start, { ...name, start })
    return false
  })
  return [
    ['account', mentions],
    ['name', [...named.values()].map(({ person, ...it }) => ({ ...it, same: person }))],
  ]
}

/** All that the detectors see in a folded text; the first of the list that claims a stretch has it. */
function see(text: string, { country, people }: DetectOptions): readonly Found[] {
  const countries = countriesOf(text, country)
  return [
    ['secret', secrets(text)],
    ['phrase', phrases(text)],
    ['email', emails(text)],
    ['phone', linked(text, country)],
    ['account', pages(text)],
    ['iban', ibans(text)],
    ['card', cards(text)],
    ['coordinates', coordinates(text)],
    ['ip', addresses(text)],
    ['birth', births(text)],
    ['id', nationalIds(text, countries)],
    ['phone', phones(text, countries)],
    ['address', postal(text)],
    ['plate', plates(text)],
    ...namesAndAccounts(text, people),
  ]
}

/**
 * Personal data in a text, by patterns with checksums where there are any, in time that grows with the text. Names are
 * those that the caller knows; strangers' names and whatever a sentence only implies are not found.
 */
export function detect(text: string, options: DetectOptions): Finding[] {
  const folded = fold(text)
  const claimed = new Uint8Array(folded.text.length)
  const kept: Finding[] = []
  for (const [kind, stretches] of see(folded.text, options))
    for (const { start, end, text: found, same } of stretches) {
      if (start >= end || claimed.subarray(start, end).includes(1)) continue
      claimed.fill(1, start, end)
      const place = folded.original(start, end)
      kept.push({ kind, ...place, text: text.slice(place.start, place.end), same: same ?? sameOf(kind, found) })
    }
  return kept.sort((a, b) => a.start - b.start)
}

/** Ways to write the same thing. */
export function sameOf(kind: PersonalKind, text: string): string {
  if (kind === 'email') return text.toLowerCase().replace(/^mailto:/, '')
  if (kind === 'ip') return text.toLowerCase()
  if (kind === 'account') return text.toLowerCase().replace(/^https?:\/\/(?:www\.|m\.)?|\/$/g, '')
  if (kind === 'phone') return text.replace(/[^\d+]/g, '')
  if (kind === 'card' || kind === 'iban' || kind === 'id' || kind === 'plate')
    return text.replace(/[^\p{L}\d]/gu, '').toUpperCase()
  return text
}
