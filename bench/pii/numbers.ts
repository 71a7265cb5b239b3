/**
 * Numbers with their checks, computed here by code of its own: it shares nothing with the detectors or the library that
 * they use. The published examples are those of the networks' and authorities' own papers.
 */
import type { Random } from '../../native/trainer/random.ts'
import { between, birthday, digits, pick, token, two } from './draw.ts'

type Make = (r: Random) => string
const sum = (text: string, weights: readonly number[]): number =>
  weights.reduce((total, weight, i) => total + weight * Number(text.charAt(i)), 0)
const LUHN = [0, 2, 4, 6, 8, 1, 3, 5, 7, 9]
const luhnDigit = (body: string): string => {
  let total = 0
  for (let i = 0; i < body.length; i++) {
    const digit = Number(body.charAt(body.length - 1 - i))
    total += i % 2 === 0 ? (LUHN[digit] ?? 0) : digit
  }
  return String((1000 - total) % 10)
}
const luhn = (body: string): string => body + luhnDigit(body)

const CARD_PREFIXES: readonly (readonly [string, number])[] = [
  ['4', 16],
  ['4', 19],
  ['51', 16],
  ['2221', 16],
  ['2720', 16],
  ['2345', 16],
  ['34', 15],
  ['37', 15],
  ['36', 14],
  ['305', 14],
  ['3530', 16],
  ['6011', 16],
  ['65', 16],
  ['622126', 16],
  ['6250', 19],
  ['8171', 16],
  ['2200', 16],
  ['2204', 16],
  ['6521', 16],
  ['508500', 16],
  ['353800', 16],
  ['979280', 16],
  ['5018', 16],
  ['6759', 18],
  ['5067', 16],
  ['636368', 16],
  ['606282', 16],
  ['8600', 16],
]
const PUBLISHED_CARDS = [
  '4242424242424242',
  '4000056655665556',
  '5555555555554444',
  '2223003122003222',
  '5200828282828210',
  '378282246310005',
  '371449635398431',
  '6011111111111117',
  '3056930009020004',
  '36227206271667',
  '3566002020360505',
  '6200000000000005',
  '6205500000000000004',
  '2200770239097761',
  '4222222222222',
]
/** The separators that people and word processors put between groups. */
export const SPACES = [' ', ' ', '-', '\u00a0', '\u2009', '\u202f', '\u2011', '\u2013', '']
const group = (r: Random, number: string): string => {
  const space = pick(r, SPACES)
  if (number.length === 15) return [number.slice(0, 4), number.slice(4, 10), number.slice(10)].join(space)
  return (number.match(/.{1,4}/g) ?? []).join(space)
}
export const card: Make = (r) => {
  if (r.uint32() % 5 === 0) return pick(r, PUBLISHED_CARDS)
  const [prefix, length] = pick(r, CARD_PREFIXES)
  return group(r, luhn(prefix + digits(r, length - prefix.length - 1)))
}

const PUBLISHED_IBANS = [
  'NO9386011117947',
  'BE68539007547034',
  'DK5000400440116243',
  'FI2112345600000785',
  'NL91ABNA0417164300',
  'AT611904300234573201',
  'LU280019400644750000',
  'CH9300762011623852957',
  'DE89370400440532013000',
  'GB29NWBK60161331926819',
  'IE29AIBK93115212345678',
  'SE4550000000058398257466',
  'ES9121000418450200051332',
  'PT50000201231234567890154',
  'FR1420041010050500013M02606',
  'IT60X0542811101000000123456',
  'GR1601101250000000012300695',
  'PL61109010140000071219812874',
  'CZ6508000000192000145399',
  'HU42117730161111101800000000',
  'TR330006100519786457841326',
  'BR1800360305000010009795493C1',
  'SA0380000000608010167519',
  'IL620108000000099999999',
  'MT84MALT011000012345MTLCAST001S',
  'RO49AAAA1B31007593840000',
  'AE070331234567890123456',
  'UA213223130000026007233566001',
]
export const iban: Make = (r) => {
  let whole = pick(r, PUBLISHED_IBANS)
  if (r.uint32() % 2) {
    const [country, length] = pick(r, [
      ['DE', 18],
      ['ES', 20],
      ['PL', 24],
      ['AT', 16],
      ['PT', 21],
    ] as const)
    const body = digits(r, length)
    const number = Array.from(`${body}${country}00`, (it) => (it > '9' ? String(it.charCodeAt(0) - 55) : it)).join('')
    whole = `${country}${String(98n - (BigInt(number) % 97n)).padStart(2, '0')}${body}`
  }
  return group(r, pick(r, [whole, whole, whole.toLowerCase()]))
}

const verhoeff = (body: string): string => {
  // The dihedral group of order ten, by its rule instead of a table.
  const times = (a: number, b: number): number =>
    a < 5 ? (b < 5 ? (a + b) % 5 : 5 + ((a + b - 5) % 5)) : b < 5 ? 5 + ((a - 5 - b + 10) % 5) : (a - b + 10) % 5
  const permuted = (digit: number, turns: number): number => {
    let it = digit
    for (let i = 0; i < turns % 8; i++) it = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4][it] ?? 0
    return it
  }
  for (let last = 0; last < 10; last++) {
    const all = `${body}${last}`
    let state = 0
    for (let i = 0; i < all.length; i++) state = times(state, permuted(Number(all.charAt(all.length - 1 - i)), i))
    if (state === 0) return all
  }
  throw new Error('a digit of ten makes it sound')
}
const until = (make: () => string | null): string => {
  for (;;) {
    const it = make()
    if (it !== null) return it
  }
}
const ymd = (r: Random): string => {
  const { y, m, d } = birthday(r)
  return two(y % 100) + two(m) + two(d)
}
const dmy = (r: Random): string => {
  const { y, m, d } = birthday(r)
  return two(d) + two(m) + two(y % 100)
}

/** Numbers that tell themselves, as their owners write them. */
export const ids: Readonly<Record<string, Make>> = {
  US: (r) =>
    `${pick(r, ['123', '219', '401', '536', '665', '700'])}-${two(between(r, 1, 99))}-${between(r, 1000, 9998)}`,
  ES: (r) => {
    const number = digits(r, 8)
    return number + pick(r, ['', '-', ' ']) + 'TRWAGMYFPDXBNJZSQVHLCKE'.charAt(Number(number) % 23)
  },
  CN: (r) => {
    const { y, m, d } = birthday(r)
    const body = `${pick(r, ['110105', '310115', '440305', '510107'])}${y}${two(m)}${two(d)}${digits(r, 3)}`
    let rest = 0
    for (const digit of body) rest = ((rest + Number(digit)) * 2) % 11
    return body + '10X98765432'.charAt(rest)
  },
  BR: (r) => {
    const body = digits(r, 9)
    const check = (it: string): number => {
      const rest = Array.from(it, Number).reduce((all, digit, i) => all + digit * (it.length + 1 - i), 0) % 11
      return rest < 2 ? 0 : 11 - rest
    }
    const one = body + check(body)
    const all = one + check(one)
    return `${all.slice(0, 3)}.${all.slice(3, 6)}.${all.slice(6, 9)}-${all.slice(9)}`
  },
  FR: (r) => {
    const { y, m } = birthday(r)
    const parts = [
      pick(r, ['1', '2']),
      two(y % 100),
      two(m),
      pick(r, ['75', '13', '69', '33']),
      digits(r, 3),
      digits(r, 3),
    ]
    return [...parts, two(97 - Number(BigInt(parts.join('')) % 97n))].join(pick(r, ['', ' ', '\u00a0']))
  },
  IT: () => 'RCCMNL83S18D969H',
  PL: (r) => {
    const body = ymd(r) + digits(r, 4)
    return body + ((10 - (sum(body, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10)
  },
  DE: (r) =>
    until(() => {
      // One digit of the first ten stands twice, and all others once.
      const order = Array.from('0123456789').sort(() => (r.uint32() % 2 ? 1 : -1))
      order[between(r, 1, 4)] = order[between(r, 5, 9)] ?? '0'
      const body = order.join('')
      if (body.startsWith('0')) return null
      let product = 10
      for (const digit of body) product = (((Number(digit) + product) % 10 || 10) * 2) % 11
      const all = body + ((11 - product) % 10)
      return `${all.slice(0, 2)} ${all.slice(2, 5)} ${all.slice(5, 8)} ${all.slice(8)}`
    }),
  SE: (r) => {
    const body = ymd(r) + digits(r, 3)
    return `${body.slice(0, 6)}-${body.slice(6)}${luhnDigit(body)}`
  },
  FI: (r) => {
    const [day, number] = [dmy(r), String(between(r, 2, 899)).padStart(3, '0')]
    return `${day}-${number}${'0123456789ABCDEFHJKLMNPRSTUVWXY'.charAt(Number(day + number) % 31)}`
  },
  NO: (r) =>
    until(() => {
      const body = dmy(r) + between(r, 100, 499)
      const first = (11 - (sum(body, [3, 7, 6, 1, 8, 9, 4, 5, 2]) % 11)) % 11
      const second = (11 - (sum(body + first, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11
      return first > 9 || second > 9
        ? null
        : `${body}${first}${second}`.replace(/^.{6}/, (it) => it + pick(r, ['', ' ']))
    }),
  CH: (r) => {
    const body = `756${digits(r, 9)}`
    const rest = Array.from(body, Number).reduce((all, digit, i) => all + digit * (i % 2 ? 3 : 1), 0) % 10
    return `${body}${(10 - rest) % 10}`.replace(/^(.{3})(.{4})(.{4})(..)$/, '$1.$2.$3.$4')
  },
  AT: (r) =>
    until(() => {
      const [number, day] = [between(r, 100, 999), dmy(r)]
      const rest =
        (3 * Math.floor(number / 100) +
          7 * (Math.floor(number / 10) % 10) +
          9 * (number % 10) +
          sum(day, [5, 8, 4, 2, 1, 6])) %
        11
      return rest > 9 ? null : `${number}${rest} ${day}`
    }),
  BE: (r) => {
    const body = ymd(r) + String(between(r, 1, 997)).padStart(3, '0')
    return `${body}${two(97 - (Number(body) % 97))}`.replace(/^(..)(..)(..)(...)(..)$/, '$1.$2.$3-$4.$5')
  },
  CZ: (r) =>
    until(() => {
      const { y, m, d } = birthday(r)
      if (y < 1954) return null
      const body = two(y % 100) + two(m + pick(r, [0, 50])) + two(d) + digits(r, 3)
      const rest = Number(body) % 11
      return rest === 10 ? null : `${body.slice(0, 6)}/${body.slice(6)}${rest}`
    }),
  GB: (r) => {
    const number = `${pick(r, ['AB', 'CE', 'JG', 'PX', 'SN'])}${digits(r, 6)}${pick(r, ['A', 'B', 'C', 'D'])}`
    return pick(r, [number, number.replace(/^(..)(..)(..)(..)(.)$/, '$1 $2 $3 $4 $5')])
  },
  IN: (r) => verhoeff(String(between(r, 2, 9)) + digits(r, 10)).replace(/^(.{4})(.{4})/, '$1 $2 '),
  KR: (r) => `${ymd(r)}-${pick(r, ['1', '2'])}${digits(r, 6)}`,
  TW: (r) => {
    const body = pick(r, ['1', '2']) + digits(r, 7)
    // A is 10 and so on; the Republic's table is not in the alphabet's order for I, O, W and Z.
    const [letter, value] = pick(r, [
      ['A', 10],
      ['B', 11],
      ['F', 15],
      ['H', 17],
    ] as const)
    const rest = (Math.floor(value / 10) + 9 * (value % 10) + sum(body, [8, 7, 6, 5, 4, 3, 2, 1])) % 10
    return `${letter}${body}${(10 - rest) % 10}`
  },
  HK: (r) =>
    until(() => {
      const [letter, body] = [pick(r, ['A', 'C', 'K', 'P', 'Z']), digits(r, 6)]
      const rest = 11 - ((9 * 36 + 8 * (letter.charCodeAt(0) - 55) + sum(body, [7, 6, 5, 4, 3, 2])) % 11)
      return `${letter}${body}(${rest === 11 ? '0' : rest === 10 ? 'A' : rest})`
    }),
  SG: (r) => {
    const body = digits(r, 7)
    return `S${body}${'JZIHGFEDCBA'.charAt(sum(body, [2, 7, 6, 5, 4, 3, 2]) % 11)}`
  },
  RU: (r) => {
    const body = String(between(r, 2, 9)) + digits(r, 8)
    return `${body}${two((sum(body, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101) % 100)}`.replace(
      /^(...)(...)(...)(..)$/,
      '$1-$2-$3 $4',
    )
  },
  CL: (r) => {
    const body = String(between(r, 5_000_000, 24_999_999))
    let total = 0
    for (let i = 0; i < body.length; i++) total += Number(body.charAt(body.length - 1 - i)) * (2 + (i % 6))
    const rest = 11 - (total % 11)
    const check = rest === 11 ? '0' : rest === 10 ? 'K' : String(rest)
    return `${body.replace(/(?=(?:.{3})+$)(?<=.)/g, '.')}-${check}`
  },
  AR: (r) =>
    until(() => {
      const body = pick(r, ['20', '27', '23']) + digits(r, 8)
      const rest = (11 - (sum(body, [5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11
      return rest === 10 ? null : `${body.slice(0, 2)}-${body.slice(2)}-${rest}`
    }),
  CA: (r) => luhn(pick(r, ['1', '4', '5', '7']) + digits(r, 7)).replace(/^(...)(...)/, '$1-$2-'),
  published: (r) =>
    pick(r, [
      'BOXW310820HNERXN09',
      '161175-19997',
      '450401-3150',
      '42201-0397640-8',
      '1-2345-45678-78-1',
      '770305-02-1234',
      'ACUPA7085R',
      '16.727.230/0001-97',
      '912-90-3456',
      '756.9217.0769.85',
      '65 170839 J 003',
      '211062-5629',
      'X-2482300W',
      '2 95 10 99 126 111 93',
    ]),
}

/** Numbers too short or without a check that only a word beside them tells. */
export const weakIds: Readonly<Record<string, Make>> = {
  digits7: (r) => digits(r, 7).replace(/^0/, '3'),
  digits8: (r) => String(between(r, 10_000_000, 99_999_999)),
  digits9: (r) => String(between(r, 200_000_000, 999_999_999)),
  digits10: (r) => pick(r, ['4', '7']) + digits(r, 9),
  digits11: (r) => pick(r, ['5', '8']) + digits(r, 10),
  digits12: (r) => pick(r, ['3', '7']) + digits(r, 11),
  digits13: (r) => `1${digits(r, 12)}`,
  tckn: (r) => {
    const body = Array.from(`${between(r, 1, 9)}${digits(r, 8)}`, Number)
    const at = (from: number): number => body.reduce((all, digit, i) => (i % 2 === from ? all + digit : all), 0)
    const tenth = (7 * at(0) - at(1) + 70) % 10
    return `${body.join('')}${tenth}${(at(0) + at(1) + tenth) % 10}`
  },
  passport: (r) => `${token(r, between(r, 1, 2), 'ABCEGHKLNPRSTX')}${digits(r, 7)}`,
  german: (r) => `C${token(r, 2, '0123')}X${digits(r, 2)}T${digits(r, 2)}`,
  russian: (r) => `${digits(r, 2)} ${two(between(r, 1, 24))} ${digits(r, 6)}`,
  nhs: (r) =>
    until(() => {
      const body = String(between(r, 4, 7)) + digits(r, 8)
      const rest = 11 - (sum(body, [10, 9, 8, 7, 6, 5, 4, 3, 2]) % 11)
      return rest === 10 ? null : `${body}${rest % 11}`.replace(/^(...)(...)/, '$1 $2 ')
    }),
}
