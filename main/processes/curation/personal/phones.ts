import {
  findPhoneNumbersInText,
  parsePhoneNumberFromString,
  type CountryCode,
  type PhoneNumber,
} from 'libphonenumber-js/max'
import { all, near, WORD, wordsOf, type Stretch } from './context.ts'

export interface Phone extends Stretch {
  /** With the country's code, as E.164 has it, however it is written. */
  readonly same: string
}

/** Scripts that one country writes above all; its numbers are looked for beside the owner's. */
const SCRIPTS: readonly (readonly [script: RegExp, countries: readonly CountryCode[]])[] = [
  [/[\p{Script=Hiragana}\p{Script=Katakana}]/u, ['JP']],
  [/\p{Script=Hangul}/u, ['KR']],
  [/\p{Script=Thai}/u, ['TH']],
  [/\p{Script=Lao}/u, ['LA']],
  [/\p{Script=Khmer}/u, ['KH']],
  [/\p{Script=Myanmar}/u, ['MM']],
  [/[\p{Script=Devanagari}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Gujarati}\p{Script=Gurmukhi}]/u, ['IN']],
  [/\p{Script=Bengali}/u, ['BD']],
  [/\p{Script=Hebrew}/u, ['IL']],
  [/\p{Script=Greek}/u, ['GR']],
  [/[іїєґ]/u, ['UA']],
  [/\p{Script=Cyrillic}/u, ['RU']],
  [/\p{Script=Han}/u, ['CN', 'TW']],
]

/** The owner's country, and those that a text's script tells. */
export function countriesOf(text: string, country: CountryCode): CountryCode[] {
  const byScript = SCRIPTS.find(([script]) => script.test(text))?.[1] ?? []
  return [...new Set([country, ...byScript])]
}

/** Dates, amounts and versions, which have as many digits as a number somewhere has. */
const NO_PHONE = new RegExp(
  `^(?:${[
    String.raw`\d{1,2}[\-.\/]\d{1,2}[\-.\/](?:19|20)\d\d .*`,
    String.raw`(?:19|20)\d\d-\d{6}`,
    String.raw`\d{4}[\-.\/]\d{1,2}[\-.\/]\d{1,2}`,
    String.raw`\d{1,2}[\-.\/]\d{1,2}[\-.\/](?:19|20)?\d\d`,
    String.raw`(?:19|20)\d\d ?- ?(?:19|20)\d\d`,
    String.raw`\d{1,3}(?:[.,]\d{3})+(?:[.,]\d\d?)?`,
    String.raw`\d{1,2}(?: \d{3})+(?:[.,]\d\d?)?`,
    // With dots only as the French, Americans and Finns write numbers.
    String.raw`(?!0\d(?:\.\d\d){4}$|\d{3}\.\d{3}\.\d{4}$|0\d{2,3}\.\d{3}\.\d\d(?:\.\d\d|\d\d?)?$)\d+(?:\.\d+)+`,
  ].join('|')})$`,
)
const isNoPhone = (text: string): boolean => text.includes(' / ') || NO_PHONE.test(text)
const BEFORE = new RegExp(String.raw`(?:${WORD}|[@#.=\/\-]|[€$£¥]\s?)$`, 'v')
const AFTER = new RegExp(
  String.raw`^(?:[\p{Script=Latin}\p{Nd}]|[.,\-\/]\d|\s?(?:[€£¥₽₹%]|EUR|USD|kg|km|MB|GB)\b)`,
  'v',
)
const THOUSANDS = /^\d{1,3}(?:[.,]\d{3})+$/

const PHONE_WORDS = wordsOf(String.raw`
  (?:tele)?phones?(?! (?:since|for)) / phone n / cell(?:phone)? / mobile(?: n)? / tel(?:\.|:|(?!\p{L}))
  call(?: me| us|(?= [\d(+])) / text me / ring me / fax / (?:my|his|her|our|their|new) (?:new )?number
  (?:meine|seine|ihre|neue) nummer / ring mich / ruf\p{L}* (?:mich|mal|ihn|sie|doch) / anrufen / erreichbar
  mon numéro / mi número / meu número / mio numero / mój numer / moje číslo / mijn nummer / mitt nummer
  mit nummer / whats ?app / signal / viber / telegram / telefon\p{L}* / handy\p{L}* / mobil\p{L}* / rufnummer
  ruf mich / durchwahl / téléphone / (?:mon|ton|son|le) portable / appelle / appelez / teléfono\p{L}* / móvil
  celular / llámame / telefone / telemóvel / liga / ligue / cellulare / chiama\p{L}* / telefoon\p{L}*
  mobiel\p{L}* / bel me / komórk\p{L}* / zadzwoń / dzwoń / numer tel / volej / zavolej / puhelin\p{L}* / soita
  numeroni / mobilnummer\p{L}* / ring mig / hívj / тел\p{L}* / мобильн\p{L}* / звони\p{L}*
  (?:мой|моего|мій|вот) номер / дзвони\p{L}* / τηλ\p{L}* / κινητό / cep (?:tel|num)\p{L}* / numaram\p{L}*
  ara beni / beni ara / điện thoại / sđt / gọi / số (?:máy|điện thoại) / hubungi / nomor (?:hp|telepon) / no\.? hp
  电话 / 電話 / 手机 / 手機 / 联系方式 / 致电 / 打给我 / 微信 / 携帯 / 연락처 / 전화 / 휴대폰 / 핸드폰 / โทร / เบอร์ / ໂທ / ເບີ / ទូរស័ព្ទ / ဖုန်း
  फ़ोन / फोन / मोबाइल / (?:मेरा|उसका) नंबर / ফোন / মোবাইল / טלפון / נייד / תתקשר / هاتف / جوال / موبايل / رقمي
  اتصل / تلفن / تماس / شماره / فون / தொலைபேசி
`)
const PHONE_TOKEN = new RegExp(
  String.raw`(?<!${WORD}|[#€$£¥,\/\-]|\d\.)(?:\+ ?|00)?(?:\(\+?\d{1,5}\)[ \-.]{0,2})?\d(?:[ \-.\/\(\)]{0,2}` +
    String.raw`\d){6,14}(?!${WORD}|[.,]\d)`,
  'v',
)
/** Numbers that links to messengers and phones carry, and WhatsApp's mentions. */
const LINKED = new RegExp(
  String.raw`(?:(?:https?:\/\/)?(?:wa\.me|api\.whatsapp\.com\/send\/?\?phone=|web\.whatsapp\.com\/send\/?\?` +
    String.raw`phone=|signal\.me\/#p|t\.me|line\.me\/R\/ti\/p)\/?|whatsapp:\/\/send\?phone=` +
    String.raw`|viber:\/\/(?:chat|add)\?number=|(?:tel|sms|smsto|callto|facetime|whatsapp):` +
    String.raw`(?:\/\/)?)(?:\+|%2B)?\d(?:[ ().-]{0,2}\d){5,14}`,
  'gi',
)
const MENTION = new RegExp(String.raw`(?<!${WORD}|[.\-])@\+?\d{8,15}(?![\w.]\w)`, 'gv')

/** The digits of the number that a link ends in. */
const digitsOf = (text: string): string => (/(?<![\d ().-])[\d ().-]+$/.exec(text)?.[0] ?? '').replace(/\D/g, '')

const sameOf = (text: string, country: CountryCode): string => {
  const parsed = parsePhoneNumberFromString(text.replace(/^00/, '+'), country)
  return parsed?.isValid() ? parsed.number : text.replace(/[^\d+]/g, '')
}

/** Numbers in links to messengers, and in mentions. */
export const linked = (text: string, country: CountryCode): Phone[] =>
  [...all(text, LINKED), ...all(text, MENTION)].map((it) => ({ ...it, same: sameOf(`+${digitsOf(it.text)}`, country) }))

/** Abroad's numbers as most countries dial them; the finder knows the owner's way alone. */
const ABROAD = new RegExp(
  String.raw`(?<!${WORD}|[#€$£¥.,\/\-])00[1-9](?:[ \-.\/\(\)]{0,2}\d){8,14}(?!${WORD}|[.,]\d)`,
  'gv',
)
const isNumber = (text: string): boolean => parsePhoneNumberFromString(text)?.isValid() ?? false

/** Kinds of numbers that no person has. */
const SERVICES = new Set<string>(['PREMIUM_RATE', 'SHARED_COST', 'TOLL_FREE', 'UAN', 'PAGER', 'VOICEMAIL'])

/** Where people leave the zero away that the plan has. */
const WITHOUT_ZERO = new Set<string>(['IN', 'TR'])

/**
 * Whether the finder's number is written as one dials it: abroad's with +, at home with the zero that belongs to
 * it.
 */
function isDialled(number: PhoneNumber, written: string): boolean {
  const digits = written.replace(/\D/g, '')
  if (digits.length < 7 || SERVICES.has(number.getType() ?? '')) return false
  return (
    /^[+(]|^0/.test(written) ||
    (digits.length <= 12 && (WITHOUT_ZERO.has(number.country ?? '') || !/^\(?0/.test(number.formatNational())))
  )
}

function formed(text: string, defaultCountry: CountryCode): Phone[] {
  return findPhoneNumbersInText(text, { defaultCountry }).flatMap(({ number, startsAt: start, endsAt: end }) => {
    const written = text.slice(start, end)
    const fits =
      number.isValid() &&
      isDialled(number, written) &&
      !BEFORE.test(text.slice(Math.max(0, start - 2), start)) &&
      !AFTER.test(text.slice(end, end + 5)) &&
      !isNoPhone(written)
    return fits ? [{ start, end, text: written, same: number.number }] : []
  })
}

export function phones(text: string, countries: readonly CountryCode[]): Phone[] {
  const [country = 'US'] = countries
  const said = near(text, {
    words: PHONE_WORDS,
    token: PHONE_TOKEN,
    fits: (it) => !isNoPhone(it) && !THOUSANDS.test(it),
    between: 24,
  })
  return [
    ...(/\d\D{0,3}\d\D{0,3}\d/.test(text) ? countries.flatMap((it) => formed(text, it)) : []),
    ...all(text, ABROAD, (it) => isNumber(`+${it.slice(2)}`)).map((it) => ({ ...it, same: sameOf(it.text, country) })),
    ...said.map((it) => ({ ...it, same: sameOf(it.text, country) })),
  ]
}
