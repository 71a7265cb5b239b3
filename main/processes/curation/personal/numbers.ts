import { isIP } from 'node:net'
import { passesLuhn, passesMod97 } from './checksums.ts'
import { all, near, WORD, wordsOf, type Stretch } from './context.ts'

/** Issuers' first digits with the lengths of their numbers, as the networks publish them. */
const BRANDS: readonly (readonly [prefix: RegExp, lengths: readonly number[]])[] = [
  [/^4/, [13, 16, 19]], // Visa
  [/^(?:5[1-5]|2(?:22[1-9]|2[3-9]|[3-6]|7[01]|720))/, [16]], // Mastercard
  [/^3[47]/, [15]], // American Express
  [/^3(?:0[0-59]|[689])/, [14, 16, 17, 18, 19]], // Diners Club
  [/^35(?:2[89]|[3-8])/, [16, 17, 18, 19]], // JCB
  [/^(?:6011|64[4-9]|65)/, [16, 17, 18, 19]], // Discover; RuPay, Troy and Elo have ranges of 65 as well
  [/^(?:62|81)/, [16, 17, 18, 19]], // UnionPay
  [/^220[0-4]/, [16, 17, 18, 19]], // Mir
  [/^(?:82|508|353|356)/, [16]], // RuPay
  [/^9792/, [16]], // Troy
  [/^(?:384100|384140|384160)/, [16, 19]], // Hipercard
  [/^(?:50|5[6-8]|6)/, [13, 14, 15, 16, 17, 18, 19]], // Maestro, Elo, Verve, RuPay
  [/^(?:8600|9860|9112|9704)/, [16, 19]], // Uzcard, Humo, Belkart, Napas
]
const CARD_WORDS = wordsOf(String.raw`
  (?:credit|debit|bank) ?card / card n / card: / kreditkart / kartennummer / bancomat / visa / mastercard
  carte (?:bancaire|de crédit|bleue) / tarjeta / cartão / carta di credito / karty / kart numar / карт / 卡号 / 卡號
  银行卡 / 信用卡 / カード / 카드 / बतकार्ड / कार्ड / บัตร / thẻ / بطاق / כרטיס
`)
const CARD_TOKEN = new RegExp(String.raw`(?<!${WORD})\d(?:[ .\-]{0,3}\d){12,18}(?!${WORD})`, 'v')
/** How people write card numbers: in one piece, in fours, American Express in 4-6-5. */
const CARD_GROUPS = /^(?:\d+|(?:4,){2,4}\d|4,6,[45]|8,8|6,1[03])$/

const isCard = (digits: string): boolean =>
  BRANDS.some(([prefix, lengths]) => lengths.includes(digits.length) && prefix.test(digits)) && passesLuhn(digits)
/** Thirteen digits with the check of articles (GS1) are one, unless a word says that it is a card. */
const isArticle = (digits: string): boolean =>
  digits.length === 13 && Array.from(digits, Number).reduce((sum, it, i) => sum + it * (i % 2 ? 3 : 1), 0) % 10 === 0

/** Digits that stand in groups, with one space or dash between. */
function runsOf(text: string): Stretch[][] {
  const runs: Stretch[][] = []
  for (const group of all(text, /\d+/g)) {
    const before = runs.at(-1)?.at(-1)
    if (before && /^[ .-]{1,3}$/.test(text.slice(before.end, Math.min(group.start, before.end + 4))))
      runs.at(-1)?.push(group)
    else runs.push([group])
  }
  return runs
}
const OPEN_BEFORE = new RegExp(String.raw`(?:${WORD}|[+#]|[0-9a-f][\-.]|\d,)$`, 'v')
const OPEN_AFTER = new RegExp(String.raw`^${WORD}`, 'v')

export function cards(text: string): Stretch[] {
  const found: Stretch[] = []
  for (const run of runsOf(text)) {
    let from = 0
    while (from < run.length) {
      const many = cardAt(text, run, from)
      if (many > 0) found.push(stretch(text, run, from, many))
      from += Math.max(1, many)
    }
  }
  const said = near(text, { words: CARD_WORDS, token: CARD_TOKEN, fits: (it) => isCard(it.replace(/\D/g, '')) })
  return [...found, ...said]
}
function stretch(text: string, run: readonly Stretch[], from: number, many: number): Stretch {
  const [start, end] = [run[from]?.start ?? 0, run[from + many - 1]?.end ?? 0]
  return { start, end, text: text.slice(start, end) }
}
/** How many groups from this one on are a card's; the most that fit, since a check number may stand behind. */
function cardAt(text: string, run: readonly Stretch[], from: number): number {
  const start = run[from]?.start ?? 0
  if (OPEN_BEFORE.test(text.slice(Math.max(0, start - 2), start))) return 0
  let [digits, lengths, best] = ['', '', 0]
  for (let many = 1; from + many <= run.length; many++) {
    const group = run[from + many - 1]
    if (!group || digits.length + group.text.length > 19) break
    digits += group.text
    lengths += `${lengths && ','}${group.text.length}`
    if (!CARD_GROUPS.test(lengths) || OPEN_AFTER.test(text.slice(group.end, group.end + 2))) continue
    if (isCard(digits) && !(many === 1 && isArticle(digits))) best = many
  }
  return best
}

/** Lengths by country (ISO 13616 registry), and of some that are not in it but in use. */
const IBAN_LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'NO15 BE16 DK18 FI18 FK18 FO18 GL18 NL18 SD18 MK19 SI19 AT20 BA20 EE20 KZ20 LT20 LU20 MN20 XK20 CH21 HR21 LI21 ' +
    'LV21 BG22 BH22 CR22 DE22 GB22 GE22 IE22 ME22 RS22 VA22 AE23 GI23 IL23 IQ23 OM23 SO23 TL23 AD24 CZ24 ES24 MD24 ' +
    'PK24 RO24 SA24 SE24 SK24 TN24 VG24 AO25 CV25 GW25 LY25 MZ25 PT25 ST25 IR26 IS26 TR26 BF28 BI27 BJ28 CF27 CG27 ' +
    'CI28 CM27 DJ27 DZ26 FR27 GA27 GQ27 GR27 IT27 KM27 MC27 MG27 ML28 MR27 NE28 SM27 SN28 TD27 TG28 AL28 AZ28 BY28 ' +
    'CY28 DO28 GT28 HU28 LB28 MA28 NI28 PL28 SV28 HN28 BR29 EG29 PS29 QA29 UA29 JO30 KW30 MU30 YE30 MT31 SC31 LC32 ' +
    'RU33'
  )
    .split(' ')
    .map((it) => [it.slice(0, 2), Number(it.slice(2))]),
)
const IBAN_START = new RegExp(String.raw`(?<!${WORD})[A-Za-z]{2}[ \-]?\d{2}`, 'gv')
const IBAN_SIGN = /[A-Za-z0-9]/
const MOST_BETWEEN = 3

/** An IBAN is as long as its country says, whatever words stand behind it. */
export function ibans(text: string): Stretch[] {
  return all(text, IBAN_START).flatMap(({ start, text: head }) => {
    const length = IBAN_LENGTHS[head.slice(0, 2).toUpperCase()]
    if (length === undefined) return []
    let [signs, at, between] = ['', start, 0]
    for (; at < text.length && signs.length < length; at++) {
      const sign = text[at] ?? ''
      if (IBAN_SIGN.test(sign)) [signs, between] = [signs + sign, 0]
      else if (!/[ .-]/.test(sign) || ++between > MOST_BETWEEN) return []
    }
    if (signs.length < length || OPEN_AFTER.test(text.slice(at, at + 2)) || !passesMod97(signs.toUpperCase())) return []
    return [{ start, end: at, text: text.slice(start, at) }]
  })
}

const IPV4 = new RegExp(
  String.raw`(?<!${WORD}|[.\-~^<>]|[=!]=|\p{Script=Latin}/|\p{Script=Latin}@)(?:\d{1,3}\.){3}\d{1,3}` +
    String.raw`(?!${WORD}|\.\d|-(?!\d))`,
  'gv',
)
/** Words before four numbers that are a version, a section or the name of an object (OID). */
const VERSION = new RegExp(
  '(?<!\\p{Script=Latin})(?:version|versión|versão|versione|wersj\\p{L}+|verze|sürüm\\p{L}*' +
    '|версі?и?\\p{L}*|版本号?|バージョン|버전|إصدار|ver\\.?|v\\.|' +
    'release|build|firmware|driver|treiber|sdk|section|sect\\.|abschnitt|kapitel|chapter' +
    '|§|oid|upgraded? to|updated? to|' +
    'aktualisier\\p{L}+|assembly\\p{L}*|rev\\.?|revision)["\']?\\s{0,2}[:=]?\\s{0,2}["\']?' +
    '(?:(?:is|ist|от|на|to|auf)\\s)?$',
  'iu',
)
const IPV6 = new RegExp(
  String.raw`(?<!${WORD}|[:.])(?:[0-9a-f]{0,4}:){2,7}(?:[0-9a-f]{0,4}|(?:\d{1,3}\.){3}\d{1,3})`,
  'giv',
)
/** Prefixes that addresses of machines begin with; others with "::" are code. */
const IPV6_PREFIX = /^(?:[23][0-9a-f]{3}|fe[89ab][0-9a-f]|f[cd][0-9a-f]{2}|64:ff9b|::ffff):/i

/** Addresses of the machine itself and masks tell nothing of anybody. */
const isNobodys = (address: string): boolean => /^(?:0\.|127\.0\.0\.1$|255\.255\.)/.test(address)

export function addresses(text: string): Stretch[] {
  const v4 = all(
    text,
    IPV4,
    (it, start) => isIP(it) === 4 && !isNobodys(it) && !VERSION.test(text.slice(Math.max(0, start - 40), start)),
  )
  const v6 = all(text, IPV6).flatMap((it) => {
    const whole = it.text.endsWith('::') ? it.text : it.text.replace(/:$/, '')
    const after = text.slice(it.start + whole.length, it.start + whole.length + 2)
    if (isIP(whole) !== 6 || !/\d/.test(whole) || OPEN_AFTER.test(after) || after === '::') return []
    if (whole.includes('::') && !IPV6_PREFIX.test(whole)) return []
    return [{ start: it.start, end: it.start + whole.length, text: whole }]
  })
  return [...v4, ...v6]
}
