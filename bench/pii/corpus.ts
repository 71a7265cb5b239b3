import { Mnemonic } from 'ethers'
import { Random } from '../../native/trainer/random.ts'
import type { PersonalKind } from '../../common/model/quality.ts'

export interface Sample {
  readonly locale: string
  readonly text: string
  /** What stands in it that is somebody's; empty for texts that only look like it. */
  readonly hidden: readonly { readonly kind: PersonalKind; readonly text: string }[]
}

const locales = {
  'en-US': {
    country: 'US',
    talk: ['you can reach me, it is {}', 'ok so {} is the one, tell nobody', 'I wrote {} on the back of the photo'],
  },
  'en-GB': {
    country: 'GB',
    talk: ['right, {} then, cheers', 'the form wants {} apparently', 'she left {} with the porter'],
  },
  'de-DE': { country: 'DE', talk: ['schreib dir {} auf', 'also {} steht im Vertrag', 'ich habe {} genommen, danke'] },
  'fr-FR': { country: 'FR', talk: ['note bien : {} stp', 'c’est {} sur le dossier', 'il m’a donné {} hier soir'] },
  'es-ES': { country: 'ES', talk: ['apunta {} por favor', 'me dijeron {} en la oficina', 'era {}, ¿no?'] },
  'pt-BR': { country: 'BR', talk: ['anota aí {} tá', 'no papel está {} mesmo', 'ela mandou {} ontem'] },
  'zh-CN': { country: 'CN', talk: ['记一下 {} 吧', '表格上写的是 {} ，对吗', '他昨天给了我 {} ，谢谢'] },
} as const
export type Locale = keyof typeof locales
export const localeNames = Object.keys(locales) as Locale[]
export const countryOf = (locale: Locale) => locales[locale].country

const digits = (random: Random, count: number): string =>
  Array.from({ length: count }, () => random.uint32() % 10).join('')
const pick = <T>(random: Random, items: readonly T[]): T => items[random.uint32() % items.length]!

/** National forms, as people of the country write them. */
const phones: Record<Locale, (r: Random) => string> = {
  'en-US': (r) =>
    pick(r, [
      `(${pick(r, ['415', '212', '303'])}) 555-${digits(r, 4)}`,
      `+1 ${pick(r, ['617', '503'])} 555 ${digits(r, 4)}`,
    ]),
  'en-GB': (r) =>
    pick(r, [`07${pick(r, ['400', '911'])} ${pick(r, ['1', '3'])}${digits(r, 5)}`, `+44 20 7946 0${digits(r, 3)}`]),
  'de-DE': (r) =>
    pick(r, [`0151 ${pick(r, ['2', '4', '5'])}${digits(r, 7)}`, `+49 30 ${pick(r, ['2', '5'])}${digits(r, 6)}`]),
  'fr-FR': (r) =>
    pick(r, [
      `06 ${pick(r, ['12', '45'])} ${digits(r, 2)} ${digits(r, 2)} ${digits(r, 2)}`,
      `+33 1 ${pick(r, ['42', '53'])} ${digits(r, 2)} ${digits(r, 2)} ${digits(r, 2)}`,
    ]),
  'es-ES': (r) =>
    pick(r, [`612 ${digits(r, 3)} ${digits(r, 3)}`, `+34 91 ${pick(r, ['4', '5'])}${digits(r, 2)} ${digits(r, 4)}`]),
  'pt-BR': (r) =>
    pick(r, [
      `(11) 9${pick(r, ['8', '6'])}${digits(r, 3)}-${digits(r, 4)}`,
      `+55 21 9${pick(r, ['7', '8'])}${digits(r, 3)}-${digits(r, 4)}`,
    ]),
  'zh-CN': (r) => pick(r, [`138${digits(r, 8)}`, `+86 139 ${digits(r, 4)} ${digits(r, 4)}`]),
}

function luhn(random: Random): string {
  const start = pick(random, ['4', '51', '37', '6011']) + digits(random, 11)
  const body = start.slice(0, 15)
  let sum = 0
  for (let i = 0; i < body.length; i++) {
    const value = Number(body[body.length - 1 - i]) * (i % 2 === 0 ? 2 : 1)
    sum += value > 9 ? value - 9 : value
  }
  const card = body + ((10 - (sum % 10)) % 10)
  return pick(random, [card, card.replace(/(\d{4})(?=\d)/g, '$1 ')])
}

function iban(random: Random): string {
  const [country, length] = pick(random, [
    ['DE', 18],
    ['FR', 23],
    ['ES', 20],
    ['GB', 18],
  ] as const)
  const body = country === 'GB' ? `WEST${digits(random, 14)}` : digits(random, length)
  const number = `${body}${country}00`.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55))
  const check = String(98n - (BigInt(number) % 97n)).padStart(2, '0')
  const whole = `${country}${check}${body}`
  return pick(random, [whole, whole.replace(/(.{4})(?=.)/g, '$1 ')])
}

function resident(random: Random): string {
  const [year, month, day] = [1950 + (random.uint32() % 60), 1 + (random.uint32() % 9), random.uint32() % 9]
  const body = `110105${year}0${month}1${day}${digits(random, 3)}`
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
  return body + '10X98765432'[weights.reduce((sum, weight, i) => sum + weight * Number(body[i]), 0) % 11]!
}

const ids: Partial<Record<Locale, (r: Random) => string>> = {
  'en-US': (r) => `${100 + (r.uint32() % 500)}-${10 + (r.uint32() % 89)}-${1000 + (r.uint32() % 8999)}`,
  'es-ES': (r) => {
    const number = digits(r, 8)
    return number + 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(number) % 23]!
  },
  'zh-CN': resident,
}

const entropy = (random: Random): Uint8Array => Uint8Array.from({ length: 16 }, () => random.uint32())
const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
const token = (random: Random, length: number): string =>
  Array.from({ length }, () => alphabet[random.uint32() % alphabet.length]!).join('')

const makers: Record<Exclude<PersonalKind, 'name' | 'id' | 'phone'>, (r: Random) => string> = {
  email: (r) =>
    `${pick(r, ['ana', 'jörg', 'm.li', 'paul+x', 'kim_88'])}${digits(r, 2)}@` +
    pick(r, ['example.org', 'mail.example.co.uk', 'firma-beispiel.de', 'correo.es']),
  card: luhn,
  iban,
  ip: (r) =>
    pick(r, [
      `${1 + (r.uint32() % 222)}.${r.uint32() % 256}.${r.uint32() % 256}.${r.uint32() % 256}`,
      `2001:db8::${(r.uint32() % 65_536).toString(16)}:${(1 + (r.uint32() % 65_535)).toString(16)}`,
    ]),
  secret: (r) =>
    pick(r, [
      `sk-proj-${token(r, 40)}`,
      `ghp_${token(r, 36)}`,
      `AKIA${token(r, 16).toUpperCase()}`,
      `hf_${token(r, 34).replace(/\d/g, 'x')}`,
    ]),
  phrase: (r) => Mnemonic.fromEntropy(entropy(r)).phrase,
}

/** What is often taken for something personal. */
const decoys: ((r: Random) => string)[] = [
  (r) => `4${digits(r, 11)}`,
  (r) => `1.${r.uint32() % 20}.${r.uint32() % 90}`,
  (r) => `${r.uint32() % 24}:${10 + (r.uint32() % 49)}:${10 + (r.uint32() % 49)}`,
  (r) => `#${digits(r, 5)}`,
  (r) => `${1900 + (r.uint32() % 130)}-0${1 + (r.uint32() % 9)}-1${r.uint32() % 9}`,
  (r) => `${digits(r, 3)}.${(r.uint32() % 900) + 300}.${digits(r, 3)}`,
  (r) => `@${token(r, 8)}`,
  (r) => `DE${digits(r, 20)}`,
  () => 'legal winner thank year wave sausage worth',
  (r) => `€ ${1 + (r.uint32() % 99)}.${digits(r, 3)},00`,
]

/** A conversation in seven languages with things hidden in it; the same for the same seed. */
export function corpus(seed: string, perKind: number): Sample[] {
  const random = new Random(`pii/${seed}`)
  const samples: Sample[] = []
  for (const locale of localeNames) {
    const place = (text: string): string => pick(random, locales[locale].talk).replace('{}', () => text)
    const own: [PersonalKind, (r: Random) => string][] = [
      ...(Object.entries(makers) as [PersonalKind, (r: Random) => string][]),
      ['phone', phones[locale]],
    ]
    const id = ids[locale]
    if (id) own.push(['id', id])
    for (const [kind, make] of own)
      for (let i = 0; i < perKind; i++) {
        const text = make(random)
        samples.push({ locale, text: place(text), hidden: [{ kind, text }] })
      }
    for (let i = 0; i < 4 * perKind; i++)
      samples.push({ locale, text: place(pick(random, decoys)(random)), hidden: [] })
  }
  return samples
}
