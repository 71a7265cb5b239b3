import { stdnum } from 'stdnum'
import { passesCpf, passesDni, passesLuhn, passesResidentCheck } from './checksums.ts'
import { all, near, WORD, wordsOf, type Stretch } from './context.ts'

/** Whether `stdnum` finds a number sound: digits, dates and checks as the country has them. */
function sound(country: string, name: string): (it: string) => boolean {
  const validator = stdnum[country]?.[name]
  if (!validator) throw new Error(`stdnum knows no ${country}/${name}`)
  return (it) => validator.validate(it.toUpperCase()).isValid
}
const digitsOf = (it: string): string => it.replace(/\D/g, '')
const isDate = (month: number, day: number): boolean => month >= 1 && month <= 12 && day >= 1 && day <= 31

interface Id {
  readonly country: string
  /** Without what stands around. */
  readonly form: string
  readonly fits?: (found: string) => boolean
}

/** Numbers that their form and check tell alone, whatever stands around. */
const DISTINCT: readonly Id[] = [
  { country: 'US', form: String.raw`(?!000|666|9\d\d)\d{3}[\- ](?!00)\d{2}[\- ](?!0000)\d{4}` },
  { country: 'US', form: String.raw`9\d{2}-(?:5\d|6[0-5]|7\d|8[0-8]|9[0-24-9])-\d{4}` },
  {
    country: 'ES',
    form: String.raw`(?:\d{8}|\d{2}\.\d{3}\.\d{3}|[XYZ]-?\d{7})[\- ]?[A-Z]`,
    fits: (it) => passesDni(it.replace(/[^A-Z\d]/g, '')),
  },
  {
    country: 'CN',
    form: String.raw`[1-9]\d{5}(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{3}[\dXx]`,
    fits: (it) => passesResidentCheck(it.toUpperCase()),
  },
  {
    country: 'CN',
    form: String.raw`[1-9]\d{5} (?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]) \d{3}[\dXx]`,
    fits: (it) => passesResidentCheck(it.toUpperCase().replaceAll(' ', '')),
  },
  { country: 'BR', form: String.raw`\d{3}\.\d{3}\.\d{3}[\-\/]\d{2}`, fits: (it) => passesCpf(digitsOf(it)) },
  { country: 'BR', form: String.raw`[A-Z\d]{2}\.[A-Z\d]{3}\.[A-Z\d]{3}/[A-Z\d]{4}-\d{2}`, fits: sound('BR', 'cnpj') },
  {
    country: 'IT',
    form:
      String.raw`[A-Za-z]{3} ?[A-Za-z]{3} ?[\dL-Vl-v]{2}[A-EHLMPR-Ta-ehlmpr-t][\dL-Vl-v]{2} ?[A-Za-z][\dL-Vl-` +
      String.raw`v]{3}[A-Za-z]`,
    fits: sound('IT', 'codicefiscale'),
  },
  {
    country: 'FR',
    form: String.raw`[1-478] ?\d{2} ?(?:0[1-9]|1[0-2]|[2-9]\d) ?(?:\d{2}|2[ABab]) ?\d{3} ?\d{3} ?\d{2}`,
    fits: sound('FR', 'nir'),
  },
  { country: 'MX', form: String.raw`[A-Z]{4}\d{6}[HMX][A-Z]{5}[A-Z\d]\d`, fits: sound('MX', 'curp') },
  { country: 'AR', form: String.raw`(?:2[0347]|3[034])-\d{8}-\d`, fits: sound('AR', 'cuit') },
  {
    country: 'CL',
    form: String.raw`\d{1,2}\.\d{3}\.\d{3}-[\dKk]`,
    fits: (it) => sound('CL', 'rut')(it.replaceAll('.', '')),
  },
  { country: 'CL', form: String.raw`\d{7,8}-[\dKk]`, fits: sound('CL', 'rut') },
  { country: 'IN', form: String.raw`[2-9]\d{3}[ \-]\d{4}[ \-]\d{4}`, fits: sound('IN', 'aadhaar') },
  { country: 'IN', form: String.raw`[A-Z]{3}[ABCFGHJLPT][A-Z]\d{4}[A-Z]` },
  { country: 'TW', form: String.raw`[A-Z][1289A-D]\d{8}`, fits: sound('TW', 'natid') },
  { country: 'HK', form: String.raw`[A-Z]{1,2}\d{6} ?\([\dA]\)`, fits: sound('HK', 'hkid') },
  { country: 'KR', form: String.raw`\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])-[0-9]\d{6}` },
  { country: 'SG', form: String.raw`[STFGM]\d{7}[A-Z]`, fits: (it) => passesNric(it) },
  { country: 'MY', form: String.raw`\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])-\d{2}-\d{4}` },
  { country: 'TH', form: String.raw`[1-8]-\d{4}-\d{5}-\d{2}-\d`, fits: sound('TH', 'idnr') },
  { country: 'PK', form: String.raw`[1-7]\d{4}-\d{7}-\d` },
  { country: 'LK', form: String.raw`\d{9}[VvXx]` },
  { country: 'RU', form: String.raw`\d{3}-\d{3}-\d{3}[ \-]\d{2}`, fits: (it) => passesSnils(digitsOf(it)) },
  { country: 'SE', form: String.raw`(?:19|20)?\d{2}[01]\d[0-9]\d[\-+]\d{4}`, fits: sound('SE', 'personnummer') },
  {
    country: 'SE',
    form: String.raw`(?:19|20)\d{2}[01]\d[0-9]\d{5}`,
    fits: (it) => sound('SE', 'personnummer')(`${it.slice(0, 8)}-${it.slice(8)}`),
  },
  {
    country: 'DK',
    form: String.raw`[0-3]\d[01]\d{3}-\d{4}`,
    fits: (it) => sound('DK', 'cpr')(it) && passesWeights(digitsOf(it), [4, 3, 2, 7, 6, 5, 4, 3, 2, 1], 11),
  },
  { country: 'FI', form: String.raw`[0-3]\d[01]\d{3}[\-+A-FU-Y]\d{3}[\dA-Y]`, fits: sound('FI', 'hetu') },
  { country: 'NO', form: String.raw`[0-7]\d[0-9]\d{3} \d{5}`, fits: sound('NO', 'fodselsnummer') },
  { country: 'IS', form: String.raw`[0-7]\d[01]\d{3}-\d{4}`, fits: sound('IS', 'kennitala') },
  { country: 'CH', form: String.raw`756[. ]?\d{4}[. ]?\d{4}[. ]?\d{2}`, fits: sound('CH', 'ssn') },
  { country: 'AT', form: String.raw`[1-9]\d{3} \d{6}`, fits: sound('AT', 'vnr') },
  { country: 'DE', form: String.raw`[1-9]\d \d{3} \d{3} \d{3}`, fits: sound('DE', 'idnr') },
  { country: 'DE', form: String.raw`\d{2} ?\d{6} ?[A-Z] ?\d{2} ?\d`, fits: sound('DE', 'svnr') },
  {
    country: 'GB',
    form: String.raw`[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d{2} ?\d{2} ?\d{2} ?[A-D]`,
    fits: sound('GB', 'nino'),
  },
  {
    country: 'BE',
    form: String.raw`\d{2}[. ]\d{2}[. ]\d{2}[\- ]\d{3}[. ]\d{2}`,
    fits: (it) => sound('BE', 'nn')(digitsOf(it)),
  },
  { country: 'CZ', form: String.raw`\d{2}[0-8]\d[0-3]\d ?/ ?\d{3,4}`, fits: sound('CZ', 'rc') },
  { country: 'LV', form: String.raw`(?:[0-3]\d[01]\d{3}|32\d{4})-\d{5}`, fits: sound('LV', 'pvn') },
  { country: 'DO', form: String.raw`\d{3}-\d{7}-\d`, fits: sound('DO', 'cedula') },
  { country: 'CA', form: String.raw`[1-79]\d{2}-\d{3}-\d{3}`, fits: (it) => passesLuhn(digitsOf(it)) },
]

/**
 * Digits that chance makes sound too often: taken for the owner's country, or behind a word that says what they
 * are.
 */
const PLAIN: readonly Id[] = [
  { country: 'NO', form: String.raw`[0-7]\d{10}`, fits: sound('NO', 'fodselsnummer') },
  { country: 'BE', form: String.raw`\d{11}`, fits: sound('BE', 'nn') },
  { country: 'DE', form: String.raw`[1-9]\d{10}`, fits: sound('DE', 'idnr') },
  { country: 'NL', form: String.raw`\d{9}|\d{4}[. ]\d{2}[. ]\d{3}`, fits: sound('NL', 'bsn') },
  { country: 'PL', form: String.raw`\d{11}`, fits: sound('PL', 'pesel') },
  { country: 'CZ', form: String.raw`\d{10}`, fits: sound('CZ', 'rc') },
  { country: 'SK', form: String.raw`\d{10}`, fits: sound('SK', 'rc') },
  { country: 'BR', form: String.raw`\d{11}`, fits: passesCpf },
  { country: 'AR', form: String.raw`\d{11}`, fits: sound('AR', 'cuit') },
  { country: 'IN', form: String.raw`[2-9]\d{11}`, fits: sound('IN', 'aadhaar') },
  { country: 'JP', form: String.raw`\d{12}|\d{4}[ \-]\d{4}[ \-]\d{4}`, fits: (it) => passesMyNumber(digitsOf(it)) },
  { country: 'KR', form: String.raw`\d{13}`, fits: sound('KR', 'rrn') },
  { country: 'ZA', form: String.raw`\d{13}|\d{6} \d{4} \d{3}`, fits: sound('ZA', 'idnr') },
  { country: 'TR', form: String.raw`[1-9]\d{10}`, fits: sound('TR', 'tckimlik') },
  { country: 'IL', form: String.raw`\d{9}`, fits: sound('IL', 'idnr') },
  { country: 'RU', form: String.raw`\d{12}`, fits: sound('RU', 'inn') },
  { country: 'UA', form: String.raw`\d{10}`, fits: sound('UA', 'rntrc') },
  { country: 'RO', form: String.raw`[1-9]\d{12}`, fits: sound('RO', 'cnp') },
  { country: 'BG', form: String.raw`\d{10}`, fits: sound('BG', 'egn') },
  { country: 'HR', form: String.raw`\d{11}`, fits: sound('HR', 'oib') },
  { country: 'SI', form: String.raw`\d{13}`, fits: sound('SI', 'emso') },
  { country: 'RS', form: String.raw`\d{13}`, fits: sound('RS', 'jmbg') },
  { country: 'EE', form: String.raw`[1-8]\d{10}`, fits: sound('EE', 'ik') },
  { country: 'LT', form: String.raw`[1-8]\d{10}`, fits: sound('LT', 'asmens') },
  { country: 'GR', form: String.raw`\d{11}`, fits: sound('GR', 'amka') },
  { country: 'PT', form: String.raw`[1-3]\d{8}|[1-3]\d{2} \d{3} \d{3}`, fits: sound('PT', 'nif') },
  { country: 'FR', form: String.raw`[0-3]\d \d{2} \d{3} \d{3} \d{3}`, fits: sound('FR', 'nif') },
  { country: 'IE', form: String.raw`\d{7}[A-W][A-IW]?`, fits: sound('IE', 'pps') },
  { country: 'AU', form: String.raw`\d{3} ?\d{3} ?\d{3}`, fits: sound('AU', 'tfn') },
  { country: 'NZ', form: String.raw`\d{2,3}-\d{3}-\d{3}`, fits: sound('NZ', 'ird') },
  // Milliseconds since 1970 begin with 16 and 17.
  { country: 'TH', form: String.raw`(?!1[67])[1-8]\d{12}`, fits: sound('TH', 'idnr') },
  { country: 'CA', form: String.raw`[1-79]\d{2} \d{3} \d{3}|[1-79]\d{8}`, fits: (it) => passesLuhn(digitsOf(it)) },
  { country: 'DK', form: String.raw`[0-3]\d[01]\d{3}[\- ]?\d{4}`, fits: sound('DK', 'cpr') },
  { country: 'AT', form: String.raw`[1-9]\d{9}`, fits: sound('AT', 'vnr') },
  { country: 'EG', form: String.raw`[23]\d{13}`, fits: (it) => isDate(Number(it.slice(3, 5)), Number(it.slice(5, 7))) },
  { country: 'GB', form: String.raw`\d{3} \d{3} \d{4}`, fits: (it) => passesNhs(digitsOf(it)) },
  {
    country: 'ID',
    form: String.raw`[1-9]\d{15}`,
    fits: (it) => isDate(Number(it.slice(8, 10)), Number(it.slice(6, 8)) % 40),
  },
  { country: 'KZ', form: String.raw`\d{12}`, fits: (it) => isDate(Number(it.slice(2, 4)), Number(it.slice(4, 6))) },
]

function passesWeights(digits: string, weights: readonly number[], modulus: number): boolean {
  return weights.reduce((sum, weight, i) => sum + weight * Number(digits[i]), 0) % modulus === 0
}
/** NHS number: modulus 11, as the NHS Data Dictionary has it. */
export const passesNhs = (digits: string): boolean => passesWeights(digits, [10, 9, 8, 7, 6, 5, 4, 3, 2, 1], 11)
/** SNILS: 101 wraps to nought. */
export function passesSnils(digits: string): boolean {
  const sum = [9, 8, 7, 6, 5, 4, 3, 2, 1].reduce((total, weight, i) => total + weight * Number(digits[i]), 0)
  return (sum % 101) % 100 === Number(digits.slice(9))
}
/** Japan's My Number (Ordinance 85 of 2014): the last digit of twelve. */
export function passesMyNumber(digits: string): boolean {
  const rest = [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2].reduce((sum, weight, i) => sum + weight * Number(digits[i]), 0) % 11
  return (rest <= 1 ? 0 : 11 - rest) === Number(digits[11])
}
/** Singapore's NRIC and FIN: a letter by the weighted digits, shifted by the first letter. */
export function passesNric(id: string): boolean {
  const sum = [2, 7, 6, 5, 4, 3, 2].reduce((total, weight, i) => total + weight * Number(id[i + 1]), 0)
  const letters = id.startsWith('M') ? 'KLJNPQRTUWX' : /^[ST]/.test(id) ? 'JZIHGFEDCBA' : 'XWUTRQPNMLK'
  const shift = id.startsWith('M') ? 3 : /^[TG]/.test(id) ? 4 : 0
  return letters[id.startsWith('M') ? 10 - ((sum + shift) % 11) : (sum + shift) % 11] === id[8]
}

const around = (form: string): RegExp =>
  new RegExp(String.raw`(?<!${WORD}|[+#@.]|${WORD}[\-\/])(?:${form})(?!${WORD}|[.\-\/]\d)`, 'gv')
const compiled = (ids: readonly Id[]) => ids.map((id) => ({ ...id, pattern: around(id.form) }))
const distinct = compiled(DISTINCT)
const plain = compiled(PLAIN)

/** Words for identity cards, tax and social security numbers, passports and licences, as people write them. */
const ID_WORDS = wordsOf(String.raw`
  ssn / social security / national ?id(?:entity|entification)? / national insurance / ni number / nino / nhs
  id card / identity card / id number / identification number / passports? / driv(?:er|ing)[’']?s? ?licen[cs]e
  tax(?:payer)? ?(?:id|number|file number|identification) / tfn / itin
  sin(?= number|:| is| \d{3}[ \-]?\d{3}[ \-]?\d{3}(?!\d)) / tckn / social insurance
  medicare / residence permit / green card / health (?:card|insurance) n / aadhaar / aadhar / pan card / nric
  hkid / pps / birth number / personal (?:id|identity|identification) (?:number|code) / voter id / id document
  my id / steuer-?(?:id|nummer|identifikationsnummer) / idnr / steueridentifikation\p{L}* / personalausweis\p{L}*
  ausweis(?:e[sn]?)?[ \-]?(?:nummer|nr|id)? / reisepass\p{L}* / pass-?(?:nummer|nr) / mein (?:pass|ausweis)
  führerschein\p{L}*
  sozialversicherung\p{L}* / svnr / ahv / sv-nummer / rentenversicherung\p{L}* / krankenversichert\p{L}*
  versichertennummer / versicherungsnummer / aufenthaltstitel / bsn / burgerservice\p{L}* / paspoort\p{L}*
  rijbewijs\p{L}* / rijksregister\p{L}* / identiteitskaart\p{L}* / sofinummer / sécurité sociale
  numéro (?:de )?sécu / numéro fiscal / nir(?!\p{L}) / insee / carte d[’']identité / passeport
  permis de conduire / carte vitale / cni(?!\p{L}) / registre national / numéro national / dni / nie(?!\p{L})
  nif(?!\p{L}) / pasaporte / cédula / documento (?:de|d[’'])? ?identi\p{L}* / seguridad social
  permiso de conducir / curp / rfc(?!\p{L}| ?\d{3,4}(?!\d)) / cuit / cuil / rut(?!\p{L}) / run(?= es|:)
  licencia de conducir / carnet de (?:conducir|identidad) / cpf / cnpj / rg(?= é|:| n) / cnh / título de eleitor
  passaporte / cartão de cidadão / contribuinte / carteira de identidade / carta de condução / codice fiscale
  carta d[’']identità / passaporto / patente(?= n|:) / tessera sanitaria / cnp(?!\p{L}) / buletin\p{L}*
  pașaport\p{L}* / carte de identitate / person(?:al)?nummer\p{L}* / personnr / samordningsnummer
  pass(?:ets)?nummer / körkort\p{L}* / førerkort\p{L}* / fødselsnummer\p{L}* / cpr / kørekort\p{L}*
  henkilötunnu\p{L}* / hetu / passi(?:ni|n|numero)\p{L}* / kennitala\p{L}* / isikukood\p{L}* / asmens kod\p{L}*
  personas kod\p{L}* / pesel / nip(?!\p{L}) / dowod\p{L}* / dow[oó]d\p{L}* osobist\p{L}* / paszport\p{L}*
  prawo jazdy / rodné číslo / rodné číslo / rodn\p{L} čísl\p{L} / občan\p{L}* / cestovní pas / číslo (?:pasu|op)
  oib / jmbg / emšo / osobna iskaznica / putovnic\p{L}* / pasoš\p{L}* / паспорт\p{L}* / снилс\p{L}* / инн(?!\p{L})
  водительск\p{L}+ удостоверен\p{L}+ / иин(?!\p{L}) / рнокпп / іпн(?!\p{L}) / ідентифікаційн\p{L}+ (?:код|номер)
  податков\p{L}+ номер / егн(?!\p{L}) / лична карта / јмбг / полис омс / посвідчення
  személyi(?:gazolvány)?\p{L}* / adóazonosító\p{L}* / taj(?= ?szám|-szám)\p{L}* / útlevél\p{L}* / αμκα / αφμ
  ταυτότητ\p{L}+ / διαβατ[ηή]ρ[ιί]\p{L}+ / tc ?kimlik / t\.c\. kimlik / kimlik (?:no|numara)\p{L}*
  pasaport\p{L}* / ehliyet\p{L}* / תעודת זהות / ת\.?ז\.? / מספר זהות / דרכון / רישיון נהיגה / رقم (?:ال)?هوي
  الهوية / هويتي / الرقم القومي / رقم (?:ال)?(?:قومي|وطني) / بطاقتي / جواز (?:ال)?سفر / جواز سفري / رخصة القيادة
  کد ملی / شماره ملی / گذرنامه / شناختی کارڈ / आधार / पासपोर्ट / पैन (?:कार्ड|नंबर) / पहचान पत्र / এনআইডি
  জাতীয় পরিচয়পত্র / পাসপোর্ট / ஆதார் / ఆధార్ / บัตรประชาชน / เลขประจำตัวประชาชน / หนังสือเดินทาง / พาสปอร์ต
  ໜັງສືຜ່ານແດນ / ບັດປະຈຳຕົວ / លិខិតឆ្លងដែន / អត្តសញ្ញាណប័ណ្ណ / căn cước / cccd / cmnd / hộ chiếu
  giấy phép lái xe / nik(?!\p{L}) / ktp / paspor / npwp / mykad / no\.? kad pengenalan / cnic / philsys
  sss number / 身份证 / 身分證 / 身份證 / 证件号 / 證件號 / 护照 / 護照 / 驾照 / 驾驶证 / 社保(?:号|卡) / 居住证 / 港澳通行证 / 通行证 / 统一编号 / マイナンバー
  個人番号 / 旅券 / パスポート / 免許証 / 在留カード / 基礎年金番号 / 保険証 / 주민등록번호 / 주민번호 / 여권 / 운전면허 / 외국인등록번호 / id number
`)
/** Letters and digits in groups; a group has a digit, or is a letter or two of the number. */
const GROUP = String.raw`[A-Z\d<]{0,14}\d[A-Z\d<]{0,20}`
const ID_TOKEN = new RegExp(
  String.raw`(?<!${WORD}|[€$£¥#])(?:[A-ZА-Я]{1,4}[ \-]?)?${GROUP}(?:[ .\-\/]{1,2}(?:${GROUP}` +
    String.raw`|[A-Z]{1,2}(?!\p{L}))){0,6}(?:\([\dA-Z]\))?(?!${WORD}|[€$£¥%])`,
  'v',
)
const DATE = new RegExp(
  String.raw`^(?:\d{1,2}[.\/\-]\d{1,2}[.\/\-](?:\d{4}|\d{2})|\d{4}[.\/\-]\d{1,2}[.\/\-]\d{1,2}|` +
    String.raw`(?:19|20)\d\d ?[\-\/] ?(?:19|20)\d\d|\d{1,2}:\d{2})(?:\s|$)`,
)
const isId = (token: string): boolean =>
  digitsOf(token).length >= 5 && digitsOf(token).length <= 20 && !DATE.test(token)
/** Lines that machines read on passports and cards (ICAO 9303). */
const MRZ = new RegExp(
  String.raw`(?<![A-Z\d<])(?:[PIACV][A-Z<][A-Z<]{3}[A-Z\d<]{25,39}|[A-Z\d<]{9}\d[A-Z<]{3}\d{7}[MF<]\d{7}[A-` +
    String.raw`Z\d<]{2,16})(?![A-Z\d<])`,
  'g',
)

/** Russia's passport with its series said apart. */
const SERIES = /сери[ияей]{1,2} ?\d{2} ?\d{2},? ?(?:№|номер|n)? ?\d{6}(?!\d)/giu

/** National ids, passports and the like. */
export function nationalIds(text: string, countries: readonly string[]): Stretch[] {
  const own = plain.filter((it) => countries.includes(it.country))
  return [
    ...[...distinct, ...own].flatMap(({ pattern, fits }) => all(text, pattern, fits)),
    ...all(text, SERIES),
    ...all(text, MRZ, (it) => it.includes('<')),
    ...near(text, { words: ID_WORDS, token: ID_TOKEN, fits: isId, between: 26 }),
  ]
}
