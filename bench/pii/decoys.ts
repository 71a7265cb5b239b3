import type { Random } from '../../native/trainer/random.ts'
import { between, digits, pick, token, two } from './draw.ts'

type Make = (r: Random) => string
const hex = '0123456789abcdef'

/** Sixteen digits like a card's whose check fails. */
const failingCard: Make = (r) => {
  const body = `4${digits(r, 14)}`
  let total = 0
  for (let i = 0; i < body.length; i++) {
    const digit = Number(body.charAt(body.length - 1 - i))
    total += i % 2 ? digit : digit > 4 ? digit * 2 - 9 : digit * 2
  }
  return body + ((10 - (total % 10) + between(r, 1, 9)) % 10)
}
const isbn: Make = (r) => {
  const body = `978${digits(r, 9)}`
  const rest = Array.from(body, Number).reduce((all, digit, i) => all + digit * (i % 2 ? 3 : 1), 0) % 10
  return `${body}${(10 - rest) % 10}`.replace(/^(...)(.)(....)(....)(.)$/, '$1-$2-$3-$4-$5')
}

/** What is often taken for something personal and is nobody's. */
const everywhere: readonly Make[] = [
  failingCard,
  isbn,
  (r) => `ISBN ${isbn(r)}`,
  (r) => `1.${r.uint32() % 20}.${r.uint32() % 90}`,
  (r) => `v${between(r, 1, 9)}.${between(r, 0, 20)}.${between(r, 0, 90)}.${between(r, 0, 200)}`,
  (r) => `version ${between(r, 1, 9)}.${between(r, 0, 20)}.${between(r, 0, 90)}.${between(r, 0, 200)}`,
  (r) => `Chrome/${between(r, 90, 130)}.0.${between(r, 1000, 6000)}.${between(r, 1, 200)}`,
  (r) => `numpy==${between(r, 1, 3)}.${between(r, 0, 26)}.${between(r, 0, 9)}`,
  (r) => `${r.uint32() % 24}:${between(r, 10, 59)}:${between(r, 10, 59)}`,
  (r) => `#${digits(r, 5)}`,
  (r) => `#${digits(r, 8)}`,
  (r) => `${between(r, 1900, 2030)}-${two(between(r, 1, 12))}-${two(between(r, 1, 28))}`,
  (r) => `${two(between(r, 1, 28))}.${two(between(r, 1, 12))}.${between(r, 2010, 2026)}`,
  (r) =>
    `${between(r, 2010, 2026)}-${two(between(r, 1, 12))}-${two(between(r, 1, 28))}` +
    `T${two(between(r, 0, 23))}:${two(between(r, 0, 59))}:00Z`,
  (r) => `${digits(r, 3)}.${(r.uint32() % 900) + 300}.${digits(r, 3)}`,
  (r) => `DE${digits(r, 19)}`,
  () => 'legal winner thank year wave sausage worth',
  (r) => `€ ${between(r, 1, 99)}.${digits(r, 3)},00`,
  (r) => `$${between(r, 1, 99)},${digits(r, 3)}.${digits(r, 2)}`,
  (r) => `${between(r, 1, 999)} ${digits(r, 3)} ${digits(r, 3)} km`,
  (r) => token(r, 40, hex),
  (r) => token(r, 64, hex),
  (r) => `${token(r, 8, hex)}-${token(r, 4, hex)}-4${token(r, 3, hex)}-a${token(r, 3, hex)}-${token(r, 12, hex)}`,
  (r) => `sha256:${token(r, 64, hex)}`,
  () => 'std::vector<int> a; foo::bar(a::b, fade::cafe)',
  () => '@Override public void run()',
  () => '@media (max-width: 600px)',
  () => 'npm i @types/node @vitejs/plugin-react',
  () => '@everyone look',
  () => 'int x = 0x7fffffff; y[3] = 12345;',
  () => 'https://github.com/nodejs/node/issues/12345',
  () => 'https://www.youtube.com/watch?v=dQw4w9WgXcQ',
  () => 'https://example.org/a/b?id=1234567890123',
  () => '127.0.0.1',
  () => '255.255.255.0',
  (r) => `${between(r, 2, 9)} × ${between(r, 10, 99)} = ${between(r, 20, 900)}`,
  (r) => `${between(r, 1, 90)}.${digits(r, 2)} ${pick(r, ['kg', 'MB', '%', '€'])}`,
  (r) => `${between(r, 1, 5)}-${between(r, 6, 9)} : ${between(r, 0, 5)}`,
  (r) => `17${digits(r, 11)}`,
  (r) => `A${between(r, 1, 9)}${digits(r, 3)}`,
  (r) => `RFC ${between(r, 1000, 9999)}`,
  (r) => `ISO ${between(r, 1000, 9999)}:${between(r, 1990, 2025)}`,
  (r) => `S3 ${between(r, 1, 9)}GB`,
  (r) => `π = 3.14159265${digits(r, 4)}`,
]

/** By language: orders, prices and sentences that have the words of personal things without any. */
const byLanguage: Readonly<Record<string, readonly (string | Make)[]>> = {
  en: [
    (r) => `order number ${between(r, 10_000_000, 99_999_999)}`,
    (r) => `invoice INV-${between(r, 1000, 9999)}-${digits(r, 4)}`,
    (r) => `tracking ${digits(r, 12)}`.replace(' 0', ' 1'),
    'the password is wrong again',
    'I forgot my password and it is really annoying',
    'your passport expired on 12.05.2024',
    'my birthday party was great',
    'will you call me later?',
    'any questions? will do, in May',
    'he lives on Main Street',
    'meet me @ 5pm',
    'chapter 12.4.3.1 of the book',
    'we sold 12 Big Macs in 3 days',
    'the card is 50 dollars',
    'Spring 2024 was cold',
    'page 12, line 345',
  ],
  de: [
    (r) => `Bestellnummer ${between(r, 10_000_000, 99_999_999)}`,
    'das Passwort ist falsch',
    'mein Pass ist abgelaufen',
    'Sitzplatz 14, Bahnsteig 3',
    'am 12. Mai 2024 um 10 Uhr',
    'Mark hat 3 Autos',
    'Kapitel 3.2.1.4',
    'geboren in Bonn',
  ],
  fr: [
    (r) => `commande n° ${between(r, 10_000_000, 99_999_999)}`,
    'le mot de passe est incorrect',
    'le 12 mai 2024 à 10 h',
    'mon anniversaire était super',
    '3 rues plus loin',
  ],
  es: [
    (r) => `pedido ${between(r, 10_000_000, 99_999_999)}`,
    'la contraseña es incorrecta',
    'el 12 de mayo de 2024',
    'mi cumpleaños fue genial',
    'la calle es larga',
  ],
  pt: [
    (r) => `pedido ${between(r, 10_000_000, 99_999_999)}`,
    'a senha está errada',
    'no dia 12 de maio',
    'a rua é longa',
  ],
  ru: [
    (r) => `номер заказа ${between(r, 10_000_000, 99_999_999)}`,
    'пароль неверный',
    '12 мая 2024 года',
    'улица длинная',
    'в мае было тепло',
  ],
  zh: [
    (r) => `订单号${between(r, 10_000_000, 99_999_999)}`,
    '密码错误',
    '2024年5月12日开会',
    '价格12345元',
    '第12345号决定',
    '走到路口等我',
    '共1234567人',
  ],
  ja: [
    (r) => `注文番号${between(r, 10_000_000, 99_999_999)}`,
    'パスワードが違います',
    '2024年5月12日に会う',
    '価格は12345円',
    '電車で30分',
  ],
  ko: [
    (r) => `주문번호 ${between(r, 10_000_000, 99_999_999)}`,
    '비밀번호가 틀렸어',
    '2024년 5월 12일에 보자',
    '버스로 30분',
    '12345원',
  ],
  tr: [(r) => `sipariş no ${between(r, 10_000_000, 99_999_999)}`, 'şifre yanlış', '12 Mayıs 2024'],
  pl: [(r) => `zamówienie ${between(r, 10_000_000, 99_999_999)}`, 'hasło jest nieprawidłowe', '12 maja 2024'],
  ar: ['كلمة السر خطأ', 'السعر ١٢٣٤٥ ريال', 'في ١٢ مايو ٢٠٢٤'],
  hi: ['पासवर्ड गलत है', 'कीमत १२३४५ रुपये', '12 मई 2024'],
  th: ['รหัสผ่านผิด', 'ราคา 12345 บาท', 'วันที่ 12 พฤษภาคม'],
}

export const decoysOf = (language: string): readonly Make[] => [
  ...everywhere,
  ...(byLanguage[language] ?? []).map((it) => (typeof it === 'string' ? () => it : it)),
]
