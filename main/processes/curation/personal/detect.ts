import { Mnemonic, wordlists } from 'ethers'
import type { PersonalKind } from '../../../../common/model/quality.ts'
import { findPhoneNumbersInText, type CountryCode } from 'libphonenumber-js/max'
import { isIP } from 'node:net'
import { oneOf } from '../../../core/one-of.ts'
import { passesCpf, passesDni, passesLuhn, passesMod97, passesResidentCheck } from './checksums.ts'

export interface Finding {
  readonly kind: PersonalKind
  readonly start: number
  readonly end: number
  readonly text: string
}

export interface DetectOptions {
  /** Where numbers without a country's code are from. */
  readonly country: CountryCode
  /** Names that the export itself tells: who wrote, who was written to. */
  readonly names: readonly string[]
}

const EMAIL = /[\p{L}\p{N}._%+-]{1,64}@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+\p{L}{2,24}/gu
const CARD = /(?<![\d+-])\d(?:[ -]?\d){12,18}(?![\d-])/g
const IBAN = /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?\b/g
const IPV4 = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/g
const IPV6 = /(?<![\w:])(?:[0-9a-f]{0,4}:){2,7}[0-9a-f]{0,4}(?![\w:])/gi
const PASSWORD = oneOf('password', 'passwort', 'passwd', 'contraseña', 'mot de passe', 'senha', '密码', 'パスワード')
/** Keys that services give out; each begins in its own way, or stands behind a word that says what it is. */
const SECRETS = [
  /\bsk-(?:proj-|ant-)?[\w-]{20,200}/g,
  /\bgh[pousr]_\w{36,255}/g,
  /\bgithub_pat_\w{40,255}/g,
  /\bglpat-[\w-]{20}/g,
  /\bxox[abprs]-[\w-]{10,200}/g,
  /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g,
  /\bAIza[\w-]{35}/g,
  /\bhf_[A-Za-z]{30,60}/g,
  /\beyJ[\w-]{10,}\.[\w-]{10,}\.[\w-]{10,}/g,
  /\b(?:sk|rk|pk)_(?:live|test)_\w{16,99}/g,
  /-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]{20,5000}?-----END [A-Z ]*PRIVATE KEY-----/g,
  /\bAGE-SECRET-KEY-1[A-Z0-9]{58}/g,
  /(?<![0-9a-f])0x[0-9a-f]{64}(?![0-9a-f])/gi,
  new RegExp(String.raw`(?<=${PASSWORD}\s{0,2}[:=：]\s{0,2})(?!\[[a-z]+ \d)\S{4,100}`, 'giu'),
]
const RESIDENT = /(?<!\d)[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dX](?!\w)/g
const SSN = /(?<![\d-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\d-])/g
const DNI = /(?<!\w)[XYZ\d]\d{7}[A-Z](?!\w)/g
const CPF = /(?<!\d)\d{3}\.\d{3}\.\d{3}-\d{2}(?!\d)/g
const WORD = /[a-z]{3,8}/g
const PHRASES = [24, 21, 18, 15, 12]
/** Dates, amounts and versions, which have as many digits as a number somewhere has. */
const NO_PHONE = /^(?:\d{4}-\d\d-\d\d|\d{1,3}(?:\.\d{3})+(?:,\d\d)?|\d+(?:\.\d+)+)$/
const words = wordlists['en']!

const all = (
  text: string,
  pattern: RegExp,
  kind: PersonalKind,
  fits: (found: string) => boolean = () => true,
): Finding[] =>
  [...text.matchAll(pattern)].flatMap((match) =>
    fits(match[0]) ? [{ kind, start: match.index, end: match.index + match[0].length, text: match[0] }] : [],
  )

/** Recovery phrases (BIP-39): words of its list in a row whose checksum holds. */
function phrases(text: string): Finding[] {
  const lower = text.toLowerCase()
  const runs: { start: number; end: number; word: string }[][] = [[]]
  for (const match of lower.matchAll(WORD)) {
    const last = runs.at(-1)!
    const word = { start: match.index, end: match.index + match[0].length, word: match[0] }
    const follows = last.length === 0 || /^[\s,.;:\d)-]{1,6}$/.test(lower.slice(last.at(-1)!.end, word.start))
    if (words.getWordIndex(match[0]) < 0) runs.push([])
    else if (follows) last.push(word)
    else runs.push([word])
  }
  const found: Finding[] = []
  for (const run of runs) {
    for (let at = 0; at + 12 <= run.length; at++) {
      const count = PHRASES.find(
        (size) =>
          at + size <= run.length &&
          Mnemonic.isValidMnemonic(
            run
              .slice(at, at + size)
              .map(({ word }) => word)
              .join(' '),
          ),
      )
      if (count === undefined) continue
      const last = found.at(-1)
      const [start, end] = [run[at]!.start, run[at + count - 1]!.end]
      // One checksum in sixteen holds by chance, so a neighbour of the list may seem to belong to it: all of it is
      // taken.
      const from = last && last.end > start ? (found.pop(), last.start) : start
      found.push({ kind: 'phrase', start: from, end, text: text.slice(from, end) })
    }
  }
  return found
}

function phones(text: string, country: CountryCode): Finding[] {
  return findPhoneNumbersInText(text, { defaultCountry: country })
    .filter(
      ({ number, startsAt, endsAt }) =>
        number.isValid() &&
        !/[\p{L}\p{N}@#._/-]$/u.test(text.slice(0, startsAt)) &&
        !/^[\p{L}\p{N}]/u.test(text.slice(endsAt)) &&
        !NO_PHONE.test(text.slice(startsAt, endsAt)),
    )
    .map(({ startsAt, endsAt }) => ({
      kind: 'phone',
      start: startsAt,
      end: endsAt,
      text: text.slice(startsAt, endsAt),
    }))
}

function names(text: string, known: readonly string[]): Finding[] {
  return known.flatMap((name) =>
    all(
      text,
      new RegExp(`(?<![\\p{L}\\p{N}])${name.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}(?![\\p{L}\\p{N}])`, 'gu'),
      'name',
    ),
  )
}

/**
 * Personal data in a text, by patterns with checksums where there are any. Names are those that the caller knows;
 * strangers' names, addresses and whatever a sentence only implies are not found.
 */
export function detect(text: string, { country, names: known }: DetectOptions): Finding[] {
  const found = [
    ...SECRETS.flatMap((pattern) => all(text, pattern, 'secret')),
    ...phrases(text),
    ...all(text, EMAIL, 'email'),
    ...all(text, IBAN, 'iban', (it) => passesMod97(it.replaceAll(' ', ''))),
    ...all(text, RESIDENT, 'id', passesResidentCheck),
    ...all(text, SSN, 'id'),
    ...all(text, DNI, 'id', passesDni),
    ...all(text, CPF, 'id', (it) => passesCpf(it.replace(/\D/g, ''))),
    ...all(text, CARD, 'card', (it) => passesLuhn(it.replace(/\D/g, '')) && /^[3-6]/.test(it)),
    ...all(text, IPV4, 'ip', (it) => isIP(it) === 4),
    ...all(text, IPV6, 'ip', (it) => isIP(it) === 6 && it.replaceAll(':', '').length >= 2),
    ...phones(text, country),
    ...names(text, known),
  ]
  // The first of the list that claims a stretch has it.
  const kept: Finding[] = []
  for (const finding of found)
    if (kept.every(({ start, end }) => finding.end <= start || finding.start >= end)) kept.push(finding)
  return kept.sort((a, b) => a.start - b.start)
}
