import { Mnemonic } from 'ethers'
import { Random } from '../../native/trainer/random.ts'
import type { PersonalKind } from '../../common/model/quality.ts'
import { between, birthday, digits, pick, token } from './draw.ts'
import { decoysOf } from './decoys.ts'
import { languages, type Language } from './languages.ts'
import { card, iban, ids, weakIds } from './numbers.ts'

export interface Sample {
  readonly language: string
  readonly script: string
  readonly country: string
  readonly text: string
  /** Who wrote in the same export. */
  readonly people: readonly string[]
  /** What stands in it that is somebody's; empty for texts that only look like it. */
  readonly hidden: readonly { readonly kind: PersonalKind; readonly text: string }[]
}
type Make = (r: Random) => string

const secrets: readonly Make[] = [
  (r) => `sk-proj-${token(r, 40)}`,
  (r) => `sk-ant-api03-${token(r, 60)}`,
  (r) => `ghp_${token(r, 36)}`,
  (r) => `github_pat_${token(r, 60)}`,
  (r) => `glpat-${token(r, 20)}`,
  (r) => `xoxb-${digits(r, 11)}-${token(r, 24)}`,
  (r) => `AKIA${token(r, 16).toUpperCase()}`,
  (r) => `AIza${token(r, 35)}`,
  (r) => `hf_${token(r, 34)}`,
  (r) => `sk_live_${token(r, 24)}`,
  (r) => `SG.${token(r, 22)}.${token(r, 43)}`,
  (r) => `npm_${token(r, 36)}`,
  (r) => `${digits(r, 9).replace(/^0/, '7')}:AA${token(r, 33)}`,
  (r) => `shpat_${token(r, 32, '0123456789abcdef')}`,
  (r) => `gsk_${token(r, 52)}`,
  (r) => `eyJhbGciOiJIUzI1NiJ9.eyJ${token(r, 30)}.${token(r, 43)}`,
  (r) => `-----BEGIN RSA PRIVATE KEY-----\n${token(r, 64)}\n${token(r, 64)}==\n-----END RSA PRIVATE KEY-----`,
  (r) => `0x${token(r, 64, '0123456789abcdef')}`,
  (r) => `AGE-SECRET-KEY-1${token(r, 58, 'QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L')}`,
]
/** Secrets that stand in something else: only the part of the second element is one. */
const within: readonly ((r: Random, secret: string) => string)[] = [
  (_, secret) => `postgres://app:${secret}@db.example.org:5432/main`,
  (_, secret) => `mysql://root:${secret}@10.1.2.3/shop`.replace('10.1.2.3', 'localhost'),
  (_, secret) => `api_key = "${secret}"`,
  (_, secret) => `client_secret: ${secret}`,
]
const chosen: readonly Make[] = [
  (r) =>
    `${pick(r, ['Sommer', 'hunter', 'qwerty', 'Dragon', 'mila'])}${between(r, 10, 9999)}${pick(r, ['', '!', '#'])}`,
  (r) => `${token(r, 5)}-${digits(r, 3)}`,
  (r) => `${pick(r, ['P@ss', 'Gr33n', 'k0ffee'])}${digits(r, 2)}`,
]

const emails: Make = (r) =>
  `${pick(r, ['ana', 'jörg', 'm.li', 'paul+x', 'kim_88', 'A.Schmidt'])}${digits(r, 2)}@` +
  pick(r, ['example.org', 'mail.example.co.uk', 'firma-beispiel.de', 'correo.es'])
const HEX = '123456789abcdef'
const addressesOfMachines: Make = (r) =>
  pick(r, [
    `${pick(r, [5, 31, 86, 93, 178, 203])}.${r.uint32() % 256}.${r.uint32() % 256}.${between(r, 1, 254)}`,
    `2001:db8::${token(r, 3, HEX)}:${token(r, 4, HEX)}`,
    `fe80::${token(r, 4, HEX)}:${token(r, 2, HEX)}ff:fe${token(r, 2, `0${HEX}`)}:${token(r, 4, HEX)}`,
    `2a02:${token(r, 4, HEX)}:0:1:${token(r, 4, HEX)}:2:3:${token(r, 3, HEX)}`,
  ])
const places: Make = (r) => {
  const [lat, lon] = [`${between(r, -60, 60)}.${digits(r, 5)}1`, `${between(r, -170, 170)}.${digits(r, 5)}1`]
  const [a, b, c, d] = [between(r, 1, 59), between(r, 10, 59), between(r, 1, 170), between(r, 10, 59)]
  return pick(r, [
    `${lat}, ${lon}`,
    `${lat},${lon}`,
    `geo:${lat},${lon}`,
    `${a}°${b}'${d}"N ${c}°${d}'${b}"E`,
    `${a}° ${b}′ N, ${c}° ${d}′ W`,
    `${a}.${digits(r, 4)}° N, ${c}.${digits(r, 4)}° E`,
    '8FVC9G8F+6X',
    '///filled.count.soap',
  ])
}
const accounts: Make = (r) => {
  const [given, mark] = [pick(r, ['lena', 'max', 'kiwi', 'anna']), pick(r, ['_', '.', ''])]
  const name = `${given}${mark}${pick(r, ['berg', 'k', 'smiles'])}${digits(r, 2)}`
  return pick(r, [
    `https://www.instagram.com/${name}/`,
    `https://t.me/${name.replace('.', '_')}`,
    `facebook.com/${name}`,
    `https://www.linkedin.com/in/${name.replace(/[._]/, '-')}/`,
    `https://x.com/${name.replace('.', '_')}`,
    `https://www.tiktok.com/@${name}`,
    `vk.com/${name}`,
    `https://weibo.com/u/${digits(r, 10)}`,
    `@${name}`,
    `@${name}`,
    `https://www.facebook.com/profile.php?id=1000${digits(r, 11)}`,
    `<@${between(r, 2, 9)}${digits(r, 17)}>`,
  ])
}
/** Links and mentions that carry a telephone's number. */
const linked: Make = (r) => {
  const number = `49151${between(r, 20_000_000, 59_999_999)}`
  return pick(r, [
    `https://wa.me/${number}`,
    `tel:+${number}`,
    `@${number}`,
    `https://api.whatsapp.com/send?phone=${number}`,
    `sms:+${number}`,
    `https://t.me/+${number}`,
  ])
}

/** Sentences of a language with things hidden in them; the same for the same seed. */
function samplesOf(name: string, language: Language, random: Random, perKind: number): Sample[] {
  const samples: Sample[] = []
  const { script, country } = language
  const add = (text: string, hidden: Sample['hidden'], people: readonly string[] = []): void => {
    samples.push({ language: name, script, country, text, hidden, people })
  }
  const say = (
    kind: PersonalKind,
    sentences: readonly string[],
    make: Make,
    shown: (value: string) => string = (it) => it,
  ): void => {
    for (let i = 0; i < perKind && sentences.length > 0; i++) {
      const value = make(random)
      add(
        pick(random, sentences).replace('{}', () => shown(value)),
        [{ kind, text: value }],
      )
    }
  }
  const { talk } = language
  say('email', talk, emails)
  say('email', talk, emails, (it) => `mailto:${it}`)
  say('card', talk, card)
  say('iban', talk, iban)
  say('ip', talk, addressesOfMachines)
  say('coordinates', talk, places)
  say('account', talk, accounts)
  say('phone', talk, linked)
  say('phone', talk, (r) => pick(r, language.phones)(r))
  say('secret', talk, (r) => pick(r, secrets)(r))
  say('secret', language.passwords, (r) => pick(r, chosen)(r))
  for (const wrap of within) {
    const secret = `${token(random, 9)}${digits(random, 4)}${token(random, 5)}`
    add(
      pick(random, talk).replace('{}', () => ` ${wrap(random, secret)} `),
      [{ kind: 'secret', text: secret }],
    )
  }
  say(
    'phrase',
    talk,
    (r) => Mnemonic.fromEntropy(Uint8Array.from({ length: pick(r, [16, 24, 32]) }, () => r.uint32())).phrase,
    (it) => ` ${it} `,
  )
  if (language.ids.length > 0) say('id', talk, (r) => (ids[pick(r, language.ids)] ?? card)(r))
  if (language.addresses.length > 0) say('address', talk, (r) => pick(r, language.addresses))
  for (let i = 0; i < perKind; i++) {
    const [sentence, kind] = pick(random, language.said)
    const value = (weakIds[kind] ?? card)(random)
    add(
      sentence.replace('{}', () => value),
      [{ kind: 'id', text: value }],
    )
    const { y, m, d } = birthday(random)
    const day = pick(random, language.days(y, m, d))
    add(
      pick(random, language.born).replace('{}', () => day),
      [{ kind: 'birth', text: day }],
    )
    const [author, sentences] = pick(random, language.people)
    const marked = pick(random, sentences)
    const hidden = [...marked.matchAll(/\{([^}]+)\}/g)].map((it) => ({ kind: 'name' as const, text: it[1] ?? '' }))
    add(marked.replace(/[{}]/g, ''), hidden, [author])
  }
  for (const [sentence, plate] of language.plates)
    add(
      sentence.replace('{}', () => plate),
      [{ kind: 'plate', text: plate }],
    )
  const decoys = decoysOf(name)
  for (let i = 0; i < 8 * perKind; i++) {
    const decoy = pick(random, decoys)(random)
    add(
      random.uint32() % 3 ? pick(random, talk).replace('{}', () => decoy) : decoy,
      [],
      language.people.map(([author]) => author),
    )
  }
  return samples
}

export const corpus = (seed: string, perKind: number): Sample[] =>
  Object.entries(languages).flatMap(([name, language]) =>
    samplesOf(name, language, new Random(`pii/${seed}/${name}`), perKind),
  )
