import type { Random } from '../../native/trainer/random.ts'
import { digits, pick, two } from './draw.ts'

type Make = (r: Random) => string

/** How people of a language write; {} is where what is somebody's stands. */
export interface Language {
  readonly script: string
  readonly country: string
  /** Around what needs no word that says what it is. */
  readonly talk: readonly string[]
  readonly phones: readonly Make[]
  /** Kinds of `ids` that are usual there. */
  readonly ids: readonly string[]
  /** Sentences that say what a number is, with the kind of `weakIds`. */
  readonly said: readonly (readonly [sentence: string, kind: string])[]
  readonly addresses: readonly string[]
  readonly born: readonly string[]
  readonly days: (y: number, m: number, d: number) => readonly string[]
  readonly plates: readonly (readonly [sentence: string, plate: string])[]
  readonly passwords: readonly string[]
  /** Who wrote, and sentences in which braces stand around forms of that name. */
  readonly people: readonly (readonly [author: string, sentences: readonly string[]])[]
}

const dots = (y: number, m: number, d: number) => [`${d}.${m}.${y}`, `${two(d)}.${two(m)}.${y}`]
const slashes = (y: number, m: number, d: number) => [`${two(d)}/${two(m)}/${y}`, `${d}/${m}/${y}`]
const months = (names: string) => (m: number) => names.split(' ')[m - 1] ?? ''
const english = months('January February March April May June July August September October November December')
const german = months('Januar Februar März April Mai Juni Juli August September Oktober November Dezember')
const french = months('janvier février mars avril mai juin juillet août septembre octobre novembre décembre')
const spanish = months('enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre')
const russian = months('января февраля марта апреля мая июня июля августа сентября октября ноября декабря')
const polish = months(
  'stycznia lutego marca kwietnia maja czerwca lipca sierpnia września października listopada grudnia',
)
const turkish = months('Ocak Şubat Mart Nisan Mayıs Haziran Temmuz Ağustos Eylül Ekim Kasım Aralık')
const eastern = (y: number, m: number, d: number) => [
  `${y}年${m}月${d}日`,
  `${y}-${two(m)}-${two(d)}`,
  `${y}/${m}/${d}`,
]
const p4 = (r: Random) => digits(r, 4)
/** Digits of another script. */
const inDigits = (zero: number) => (text: string) => text.replace(/\d/g, (it) => String.fromCharCode(zero + Number(it)))
const arabic = inDigits(0x660)
const devanagari = inDigits(0x966)
const wide = inDigits(0xff10)

export const languages: Readonly<Record<string, Language>> = {
  en: {
    script: 'Latin',
    country: 'US',
    talk: [
      'you can reach me, it is {}',
      'ok so {} is the one, tell nobody',
      'I wrote {} on the back of the photo',
      '{} – got it?',
      'it says ({}), right?',
    ],
    phones: [
      (r) => `(${pick(r, ['415', '212', '303'])}) 555-${p4(r)}`,
      (r) => `+1 ${pick(r, ['617', '503'])} 555 ${p4(r)}`,
      (r) => `${pick(r, ['646', '718'])}-555-${p4(r)}`,
    ],
    ids: ['US', 'CA', 'published', 'SG', 'IN', 'HK'],
    said: [
      ['my social security number without dashes is {}', 'digits9'],
      ['Passport no. {} expires next year', 'passport'],
      ['the NHS number on her letter: {}', 'nhs'],
      ['driving licence {} if they ask', 'passport'],
      ['her Medicare number is {}', 'digits10'],
      ['{} is my passport number', 'passport'],
    ],
    addresses: [
      '221 Baker Street',
      '1600 Pennsylvania Ave NW',
      '742 Evergreen Terrace',
      '10 Downing Street, London, SW1A 2AA',
      '350 Fifth Avenue, New York, NY 10118',
      '12 Oak Ridge Rd',
      'PO Box 1842',
      '45 St James’s Square',
      '1 Infinite Loop Dr',
      '88 maple street',
      'M1 1AE',
    ],
    born: [
      'I was born on {} in a hospital nobody liked',
      'date of birth: {}',
      'her birthday is {}',
      'DOB {}',
      'born {}, died happy',
    ],
    days: (y, m, d) => [
      `${english(m)} ${d}, ${y}`,
      `${d} ${english(m)} ${y}`,
      `${m}/${d}/${y}`,
      `${d}th of ${english(m)} ${y}`,
      `${y}-${two(m)}-${two(d)}`,
    ],
    plates: [
      ['the licence plate was {} I think', 'KLM 4821'],
      ['my number plate is {}', 'AB12 CDE'],
      ['plate number 7ABC123', '7ABC123'],
    ],
    passwords: [
      'my password is {} so log in',
      'use the password “{}”',
      'Password: {}',
      'the wifi password was {}, try it',
      'passcode = {}',
    ],
    people: [
      [
        'Jonathan Miller',
        [
          'ask {Jonathan} about it',
          'that is {Jonathan Miller}’s coat',
          '{jonathan miller} wrote first',
          'MR {MILLER}, please',
          'hey @{Jonathan} come here',
        ],
      ],
      ['Zoë O’Brien', ['{Zoe} came late', 'saw {Zoë} today', 'who invited {ZOË}?']],
    ],
  },
  de: {
    script: 'Latin',
    country: 'DE',
    talk: ['schreib dir {} auf', 'also {} steht im Vertrag', 'ich habe {} genommen, danke', 'falls was ist: {}.'],
    phones: [
      (r) => `0151 ${pick(r, ['2', '4', '5'])}${digits(r, 7)}`,
      (r) => `+49 30 ${pick(r, ['2', '5'])}${digits(r, 6)}`,
      (r) => `0171/${digits(r, 3)}${p4(r)}`.replace('/0', '/5'),
    ],
    ids: ['DE', 'AT', 'CH', 'published'],
    said: [
      ['meine Steuer-ID lautet {}', 'digits11'],
      ['Reisepass {} ist abgelaufen', 'german'],
      ['Personalausweisnummer: {}', 'german'],
      ['Sozialversicherungsnummer {} steht drauf', 'digits10'],
      ['der Führerschein hat die Nummer {}', 'passport'],
    ],
    addresses: [
      'Lindenstraße 12, 10969 Berlin',
      'Hauptstr. 5a',
      'Am Alten Markt 3, 50667 Köln',
      'Königsallee 77',
      'Berliner Straße 104',
      'Müllerweg 8',
      'Mozartgasse 4/12',
      'Postfach 1234',
      'Hansaring 20, 50670 Köln',
      'Im Winkel 9, 79098 Freiburg',
    ],
    born: ['geboren am {} in Bonn', 'Geburtsdatum: {}', 'mein Geburtstag ist der {}', 'geb. {}'],
    days: (y, m, d) => [...dots(y, m, d), `${d}. ${german(m)} ${y}`],
    plates: [
      ['das Kennzeichen war {}', 'B-MW 1234'],
      ['auf dem Nummernschild stand {}', 'M AB 123'],
      ['Kennzeichen: {}', 'HH-XY 88'],
    ],
    passwords: [
      'das Passwort ist {}',
      'Passwort: {}',
      'das WLAN-Passwort lautet „{}“',
      'mein Kennwort war {}, glaub ich',
    ],
    people: [
      [
        'Jürgen Maier',
        [
          '{Jürgens} Auto steht da',
          'frag mal {jürgen}',
          'Herr {Maier} kommt',
          '{Juergen} hat geschrieben',
          '{Ju\u0308rgen Maier} war hier',
        ],
      ],
      ['Schmidt, Katharina', ['{Katharina} ist krank', 'mit {Katharina Schmidt} geredet', 'Frau {Schmidt} sagt ja']],
    ],
  },
  fr: {
    script: 'Latin',
    country: 'FR',
    talk: ['note bien : {} stp', 'c’est {} sur le dossier', 'il m’a donné {} hier soir', 'voilà {}, merci'],
    phones: [
      (r) => `06 ${pick(r, ['12', '45'])} ${digits(r, 2)} ${digits(r, 2)} ${digits(r, 2)}`,
      (r) => `+33 1 ${pick(r, ['42', '53'])} ${digits(r, 2)} ${digits(r, 2)} ${digits(r, 2)}`,
      (r) => `06.${pick(r, ['12', '45'])}.${digits(r, 2)}.${digits(r, 2)}.${digits(r, 2)}`,
    ],
    ids: ['FR', 'BE', 'CH'],
    said: [
      ['mon numéro fiscal est le {}', 'digits13'],
      ['passeport n° {}', 'passport'],
      ['carte d’identité {} perdue', 'digits12'],
      ['permis de conduire numéro {}', 'digits12'],
    ],
    addresses: [
      '12 rue de la Paix, 75002 Paris',
      '5 bis, avenue Victor Hugo',
      '18 bd Voltaire',
      '3 place de la République',
      '27 chemin des Vignes',
      '9 impasse du Moulin, 31000 Toulouse',
      '14 quai d’Orsay',
    ],
    born: ['né le {} à Lyon', 'née le {}', 'date de naissance : {}', 'mon anniversaire c’est le {}'],
    days: (y, m, d) => [...slashes(y, m, d), `${d} ${french(m)} ${y}`],
    plates: [
      ['la plaque c’était {}', 'AB-123-CD'],
      ['immatriculation {}', 'GH-456-KL'],
      ['voiture immatriculée {}', '1234 XY 75'],
    ],
    passwords: ['le mot de passe est {}', 'mot de passe : {}', 'mon mdp c’est {}', 'ton mot de passe était {}'],
    people: [
      ['Hélène Dupont', ['{Helene} arrive', 'parle à {Hélène Dupont}', 'la voiture d’{Hélène}', 'Mme {DUPONT} est là']],
    ],
  },
  es: {
    script: 'Latin',
    country: 'ES',
    talk: ['apunta {} por favor', 'me dijeron {} en la oficina', 'era {}, ¿no?', 'te lo paso: {}'],
    phones: [
      (r) => `612 ${digits(r, 3)} ${digits(r, 3)}`,
      (r) => `+34 91 ${pick(r, ['4', '5'])}${digits(r, 2)} ${p4(r)}`,
      (r) => `+52 55 ${pick(r, ['53', '55'])}${digits(r, 2)} ${p4(r)}`,
    ],
    ids: ['ES', 'CL', 'AR', 'published'],
    said: [
      ['mi DNI es {}', 'digits8'],
      ['número de pasaporte {}', 'passport'],
      ['la cédula de mi madre es {}', 'digits10'],
      ['CUIT {}', 'digits11'],
      ['licencia de conducir {}', 'digits8'],
    ],
    addresses: [
      'Calle Mayor 12, 28013 Madrid',
      'Av. de la Constitución 45',
      'C/ Alcalá, 101',
      'Paseo de Gracia 43',
      'Plaza de España 5',
      'Avenida Libertador 2340',
      'Calle del Carmen, nº 8',
    ],
    born: ['nací el {} en Sevilla', 'fecha de nacimiento: {}', 'mi cumpleaños es el {}', 'nacida el {}'],
    days: (y, m, d) => [...slashes(y, m, d), `${d} de ${spanish(m)} de ${y}`],
    plates: [
      ['la matrícula era {}', '1234 BCD'],
      ['matrícula {}', '0042 KJH'],
      ['las placas del coche: {}', 'ABC-123-D'],
    ],
    passwords: ['la contraseña es {}', 'contraseña: {}', 'mi clave es {}', 'la clave del wifi era {}'],
    people: [['José García', ['dile a {Jose}', 'vino {José García}', 'el señor {García} llamó', '{josé}, ven']]],
  },
  pt: {
    script: 'Latin',
    country: 'BR',
    talk: ['anota aí {} tá', 'no papel está {} mesmo', 'ela mandou {} ontem', 'é {}, beleza?'],
    phones: [
      (r) => `(11) 9${pick(r, ['8', '6'])}${digits(r, 3)}-${p4(r)}`,
      (r) => `+55 21 9${pick(r, ['7', '8'])}${digits(r, 3)}-${p4(r)}`,
      (r) => `+351 91${pick(r, ['2', '6'])} ${digits(r, 3)} ${digits(r, 3)}`,
    ],
    ids: ['BR'],
    said: [
      ['meu CPF é {}', 'digits11'],
      ['o NIF dela é {}', 'digits9'],
      ['passaporte {}', 'passport'],
      ['RG: {}', 'digits9'],
      ['cartão de cidadão {}', 'digits8'],
    ],
    addresses: [
      'Rua Augusta, 1500',
      'Avenida Paulista 1578, São Paulo',
      'Travessa do Carmo 12',
      'Rua das Flores, nº 45',
      'Praça da Sé, 3',
      'Alameda Santos 211',
    ],
    born: ['nasci em {}', 'data de nascimento: {}', 'meu aniversário é {}', 'nascida a {}'],
    days: (y, m, d) => slashes(y, m, d),
    plates: [
      ['a placa do carro é {}', 'BRA2E19'],
      ['placa {}', 'ABC-1234'],
      ['matrícula {}', '12-AB-34'],
    ],
    passwords: ['a senha é {}', 'senha: {}', 'minha senha era {}', 'a senha do wifi é {}'],
    people: [['João Silva', ['fala com o {Joao}', 'o {João Silva} chegou', '{JOÃO} me disse']]],
  },
  it: {
    script: 'Latin',
    country: 'IT',
    talk: ['segnati {} per favore', 'mi hanno detto {} allo sportello', 'ecco {}, ciao'],
    phones: [(r) => `347 ${digits(r, 3)} ${p4(r)}`, (r) => `+39 06 ${pick(r, ['4', '5'])}${digits(r, 3)} ${p4(r)}`],
    ids: ['IT'],
    said: [
      ['carta d’identità {}', 'passport'],
      ['il numero del passaporto è {}', 'passport'],
      ['patente n. {}', 'passport'],
    ],
    addresses: [
      'Via Roma 12, 00184 Roma',
      'via Garibaldi 5',
      'Piazza del Duomo 1',
      'Corso Vittorio Emanuele, 88',
      'Viale della Libertà 7/B',
    ].map((it) => it.replace(/^via/, 'Via')),
    born: ['sono nato il {} a Torino', 'data di nascita: {}', 'il mio compleanno è il {}'],
    days: (y, m, d) => slashes(y, m, d),
    plates: [
      ['la targa è {}', 'AB 123 CD'],
      ['targata {}', 'FX456KL'],
    ],
    passwords: ['la password è {}', 'password: {}', 'la mia password era {}'],
    people: [['Niccolò Rossi', ['chiedi a {Niccolo}', '{Niccolò Rossi} ha scritto', 'il signor {Rossi} viene']]],
  },
  nl: {
    script: 'Latin',
    country: 'NL',
    talk: ['schrijf {} even op', 'op het papier staat {} hoor', 'hij gaf me {} gisteren'],
    phones: [
      (r) => `06 ${pick(r, ['1', '2', '4'])}${digits(r, 7)}`,
      (r) => `+31 20 ${pick(r, ['5', '6'])}${digits(r, 6)}`,
    ],
    ids: ['BE'],
    said: [
      ['mijn BSN is {}', 'digits9'],
      ['paspoortnummer {}', 'passport'],
      ['rijbewijs {}', 'digits10'],
      ['burgerservicenummer: {}', 'digits9'],
    ],
    addresses: [
      'Keizersgracht 123',
      'Dorpsstraat 5, 1234 AB Utrecht',
      'Nassaulaan 17',
      'Stationsplein 9',
      'Prinsengracht 263',
    ],
    born: ['geboren op {}', 'geboortedatum: {}', 'ik ben jarig op {}'],
    days: (y, m, d) => [`${two(d)}-${two(m)}-${y}`, `${d}-${m}-${y}`],
    plates: [
      ['het kenteken is {}', 'GZ-123-B'],
      ['kenteken {}', '12-ABC-3'],
    ],
    passwords: ['het wachtwoord is {}', 'wachtwoord: {}', 'mijn wachtwoord was {}'],
    people: [['Pieter van der Berg', ['{Pieter} komt ook', '{Pieter van der Berg} belde', '{Pieters} fiets']]],
  },
  pl: {
    script: 'Latin',
    country: 'PL',
    talk: ['zapisz sobie {} proszę', 'w umowie jest {} podobno', 'dał mi {} wczoraj'],
    phones: [
      (r) => `${pick(r, ['501', '602', '790'])} ${digits(r, 3)} ${digits(r, 3)}`,
      (r) => `+48 22 ${pick(r, ['6', '8'])}${digits(r, 2)} ${digits(r, 2)} ${digits(r, 2)}`,
    ],
    ids: ['PL'],
    said: [
      ['mój PESEL to {}', 'digits11'],
      ['numer paszportu {}', 'passport'],
      ['dowód osobisty {}', 'passport'],
      ['prawo jazdy {}', 'digits9'],
      ['NIP {}', 'digits10'],
    ],
    addresses: [
      'ul. Długa 5/12, 00-238 Warszawa',
      'ul. Marszałkowska 10',
      'al. Jerozolimskie 44 m. 7',
      'os. Piastów 21',
      'pl. Wolności 3',
    ],
    born: ['urodziłem się {} w Łodzi', 'data urodzenia: {}', 'urodzona {}'],
    days: (y, m, d) => [...dots(y, m, d), `${d} ${polish(m)} ${y}`],
    plates: [
      ['tablice rejestracyjne {}', 'WA 12345'],
      ['numer rejestracyjny to {}', 'KR 7GH42'],
    ].map(([a, b]) => [String(a).replace('numer rejestracyjny to', 'rejestracja to'), String(b)] as const),
    passwords: ['hasło to {}', 'hasło: {}', 'moje hasło jest {}'],
    people: [
      ['Jan Nowak', ['dałem to {Janowi}', 'rozmawiałem z {Janem}', 'dom {Nowaka} stoi', '{Jan Nowak} dzwonił']],
      ['Anna Kowalska', ['widziałem {Annę}', 'powiedz {Annie}', 'z {Anną Kowalską}', 'mieszkanie {Anny}']],
    ],
  },
  cs: {
    script: 'Latin',
    country: 'CZ',
    talk: ['zapiš si {} prosím', 've smlouvě je {} prý', 'dal mi {} včera'],
    phones: [
      (r) => `${pick(r, ['602', '731', '777'])} ${digits(r, 3)} ${digits(r, 3)}`,
      (r) => `+420 ${pick(r, ['602', '731'])} ${digits(r, 3)} ${digits(r, 3)}`,
    ],
    ids: ['CZ'],
    said: [
      ['moje rodné číslo je {}', 'digits10'],
      ['číslo pasu {}', 'digits8'],
      ['občanka {}', 'digits9'],
    ],
    addresses: ['Dlouhá 12, 110 00 Praha', 'nám. Míru 5', 'ulice Husova 8'],
    born: ['narozen {} v Brně', 'narozená {}'],
    days: (y, m, d) => [`${d}. ${m}. ${y}`, ...dots(y, m, d)],
    plates: [
      ['SPZ je {}', '1A2 3456'],
      ['auto má SPZ {}', '5B8 1234'],
    ],
    passwords: ['heslo je {}', 'heslo: {}', 'moje heslo je {}'],
    people: [['Petr Novák', ['řekni {Petrovi}', 's {Petrem Novákem}', '{Petr} přijde']]],
  },
  sv: {
    script: 'Latin',
    country: 'SE',
    talk: ['skriv upp {} tack', 'det står {} på pappret', 'han gav mig {} igår'],
    phones: [
      (r) => `070-${pick(r, ['2', '3', '6'])}${digits(r, 2)} ${digits(r, 2)} ${digits(r, 2)}`,
      (r) => `+46 8 ${pick(r, ['5', '6'])}${digits(r, 2)} ${digits(r, 3)} ${digits(r, 2)}`,
    ],
    ids: ['SE'],
    said: [
      ['passnummer {}', 'digits8'],
      ['mitt personnummer är {}', 'digits10'],
      ['körkort {}', 'digits10'],
    ],
    addresses: ['Storgatan 12', 'Kungsvägen 5, 111 22 Stockholm', 'Drottninggatan 71', 'Ekgränd 3'],
    born: ['född {} i Malmö', 'min födelsedag är {}'],
    days: (y, m, d) => [`${y}-${two(m)}-${two(d)}`, `${d}/${m} ${y}`.replace(' ', '-')].slice(0, 1),
    plates: [
      ['registreringsnummer {}', 'ABC 12D'],
      ['bilens registreringsnummer är {}', 'XYZ 789'],
    ],
    passwords: ['lösenordet är {}', 'lösenord: {}', 'mitt lösenord var {}'].slice(0, 2),
    people: [['Björn Lindqvist', ['fråga {Bjorn}', '{Björns} bil', '{Björn Lindqvist} ringde']]],
  },
  fi: {
    script: 'Latin',
    country: 'FI',
    talk: ['kirjoita {} ylös', 'paperissa lukee {} kai', 'hän antoi {} eilen'],
    phones: [(r) => `040 ${digits(r, 3)} ${p4(r)}`, (r) => `+358 50 ${digits(r, 3)} ${p4(r)}`],
    ids: ['FI'],
    said: [
      ['passin numero {}', 'passport'],
      ['passini numero on {}', 'passport'],
    ],
    addresses: ['Mannerheimintie 5, 00100 Helsinki', 'Aleksanterinkatu 12', 'Koivukuja 3'],
    born: ['synnyin {} Turussa', 'syntymäaika {}', 'syntynyt {}'],
    days: (y, m, d) => dots(y, m, d),
    plates: [
      ['rekisterinumero on {}', 'ABC-123'],
      ['rekisterinumero {}', 'XYZ-45'],
    ],
    passwords: ['salasana on {}', 'salasana: {}', 'salasanani on {}'],
    people: [['Matti Virtanen', ['{Matti} tulee', 'annoin {Matille} sen', '{Virtasen} talo'].slice(0, 1)]],
  },
  tr: {
    script: 'Latin',
    country: 'TR',
    talk: ['şunu yaz {} lütfen', 'kağıtta {} yazıyor', 'dün bana {} verdi'],
    phones: [
      (r) => `0532 ${digits(r, 3)} ${digits(r, 2)} ${digits(r, 2)}`,
      (r) => `+90 212 ${pick(r, ['2', '3'])}${digits(r, 2)} ${digits(r, 2)} ${digits(r, 2)}`,
    ],
    ids: ['TR'].slice(1),
    said: [
      ['TC kimlik no {}', 'tckn'],
      ['kimlik numaram {}', 'tckn'],
      ['pasaport numaram {}', 'passport'],
      ['ehliyet no {}', 'digits8'],
    ],
    addresses: ['Atatürk Caddesi No: 12', 'Cumhuriyet Mah. Gül Sok. No:5/3', 'Bağdat Cad. 341'],
    born: ['{} doğumluyum', 'doğum tarihim {}', 'doğum günüm {}'],
    days: (y, m, d) => [...dots(y, m, d), `${d} ${turkish(m)} ${y}`],
    plates: [
      ['plakası {}', '34 ABC 123'],
      ['arabanın plakası {}', '06 BK 4521'],
    ],
    passwords: ['şifre: {}', 'şifrem {}', 'parola: {}'].filter((it) => it !== 'şifrem {}'),
    people: [['Ayşe Yılmaz', ['{Ayşe}’nin evi', '{Ayşeye} söyle', '{AYŞE YILMAZ} aradı', '{Ayse} geldi']]],
  },
  vi: {
    script: 'Latin',
    country: 'VN',
    talk: ['ghi lại {} nhé', 'trên giấy là {} đó', 'hôm qua anh ấy đưa {} cho tôi'],
    phones: [(r) => `090 ${digits(r, 3)} ${p4(r)}`, (r) => `+84 91 ${digits(r, 3)} ${p4(r)}`],
    ids: [],
    said: [
      ['số căn cước của tôi là {}', 'digits12'],
      ['hộ chiếu số {}', 'passport'],
      ['CCCD {}', 'digits12'],
    ],
    addresses: ['12 đường Lê Lợi', 'số 45/3 đường Nguyễn Trãi', '7 phố Hàng Bài'],
    born: ['sinh ngày {}', 'ngày sinh: {}'],
    days: (y, m, d) => slashes(y, m, d),
    plates: [
      ['biển số {}', '51F-123.45'],
      ['biển số xe là {}', '29A-678.90'],
    ],
    passwords: ['mật khẩu là {}', 'mật khẩu: {}'],
    people: [['Nguyễn Minh Tuấn', ['gọi {Tuấn} đi', '{Minh Tuấn} đến rồi', '{Nguyễn Minh Tuấn} viết']]],
  },
  ru: {
    script: 'Cyrillic',
    country: 'RU',
    talk: ['запиши {} пожалуйста', 'в договоре {} вроде', 'он дал мне {} вчера', 'держи: {}.'],
    phones: [
      (r) => `8 (916) ${digits(r, 3)}-${digits(r, 2)}-${digits(r, 2)}`,
      (r) => `+7 903 ${digits(r, 3)} ${digits(r, 2)} ${digits(r, 2)}`,
      (r) => `8926${digits(r, 7)}`,
    ],
    ids: ['RU'],
    said: [
      ['паспорт {}', 'russian'],
      ['мой ИНН {}', 'digits12'],
      ['серия и номер паспорта: {}', 'russian'],
      ['СНИЛС {}', 'digits11'],
    ],
    addresses: [
      'ул. Ленина, д. 5, кв. 12',
      'улица Пушкина, дом 10',
      'пр-т Мира 45',
      'Невский проспект, 28',
      'пер. Сивцев Вражек, 7',
    ],
    born: ['родился {} в Твери', 'дата рождения: {}', 'день рождения {}', 'родилась {}'],
    days: (y, m, d) => [...dots(y, m, d), `${d} ${russian(m)} ${y}`],
    plates: [
      ['госномер {}', 'А123ВС77'],
      ['номер машины {}', 'К 456 ОР 199'],
    ],
    passwords: ['пароль: {}', 'мой пароль — {}', 'пароль от вайфая {}'].slice(0, 2),
    people: [
      [
        'Иван Петров',
        ['видел {Ивана} вчера', 'с {Иваном Петровым}', 'скажи {Ивану}', 'дом {Петрова}', '{ИВАН} пришёл'],
      ],
      ['Мария Соколова', ['у {Марии} день рождения', 'позвони {Марии Соколовой}', 'люблю {Марию}', '{мария}, привет']],
    ],
  },
  uk: {
    script: 'Cyrillic',
    country: 'UA',
    talk: ['запиши {} будь ласка', 'у договорі {} здається', 'він дав мені {} учора'],
    phones: [
      (r) => `067 ${digits(r, 3)} ${digits(r, 2)} ${digits(r, 2)}`,
      (r) => `+380 50 ${digits(r, 3)} ${digits(r, 2)} ${digits(r, 2)}`,
    ],
    ids: [],
    said: [
      ['мій ІПН {}', 'digits10'],
      ['РНОКПП: {}', 'digits10'],
      ['паспорт {}', 'digits9'],
      ['ідентифікаційний код {}', 'digits10'],
    ],
    addresses: ['вул. Хрещатик, 22', 'вул. Шевченка 5, кв. 8', 'просп. Перемоги, 37'],
    born: ['народився {} у Львові', 'дата народження: {}', 'народилася {}'],
    days: (y, m, d) => dots(y, m, d),
    plates: [
      ['номер машини {}', 'АА 1234 ВВ'],
      ['номер авто {}', 'КА5678МН'],
    ],
    passwords: ['пароль: {}', 'мій пароль — {}'],
    people: [['Олена Шевченко', ['бачив {Олену}', 'з {Оленою}', 'скажи {Олені}', '{Олена Шевченко} писала']]],
  },
  el: {
    script: 'Greek',
    country: 'GR',
    talk: ['γράψε {} σε παρακαλώ', 'στο χαρτί λέει {} νομίζω', 'μου έδωσε {} χθες'],
    phones: [(r) => `694 ${digits(r, 3)} ${p4(r)}`, (r) => `+30 210 ${pick(r, ['3', '7'])}${digits(r, 2)} ${p4(r)}`],
    ids: [],
    said: [
      ['ο ΑΦΜ μου είναι {}', 'digits9'],
      ['ΑΜΚΑ: {}', 'digits11'],
      ['διαβατήριο {}', 'passport'],
      ['αριθμός ταυτότητας {}', 'digits8'],
    ],
    addresses: ['οδός Ερμού 12', 'Λεωφόρος Κηφισίας 44', 'οδός Πανεπιστημίου 30'],
    born: ['γεννήθηκα στις {}', 'ημερομηνία γέννησης: {}'],
    days: (y, m, d) => slashes(y, m, d),
    plates: [
      ['η πινακίδα είναι {}', 'ΙΚΧ-1234'],
      ['πινακίδα {}', 'ΥΝΑ 5678'],
    ],
    passwords: ['ο κωδικός είναι {}', 'κωδικός: {}'],
    people: [
      [
        'Γιώργος Παπαδόπουλος',
        ['είδα τον {Γιώργο}', 'του {Γιώργου} το σπίτι', 'ο {Γιωργος} ήρθε', '{Γιώργος Παπαδόπουλος} εδώ'],
      ],
    ],
  },
  zh: {
    script: 'Han',
    country: 'CN',
    talk: ['记一下{}吧', '表格上写的是{}，对吗', '他昨天给了我{}谢谢', '你看{}。', '就是 {} 了'],
    phones: [
      (r) => `138${digits(r, 8)}`,
      (r) => `+86 139 ${p4(r)} ${p4(r)}`,
      (r) => `159-${p4(r)}-${p4(r)}`,
      (r) => wide(`137${digits(r, 8)}`),
    ],
    ids: ['CN', 'TW', 'HK'],
    said: [
      ['护照号码{}', 'passport'],
      ['我的护照是{}吧', 'passport'],
      ['驾照号{}', 'digits12'],
      ['港澳通行证号是{}', 'passport'],
      ['社保号：{}', 'digits9'],
    ],
    addresses: [
      '北京市朝阳区建国路88号',
      '上海市浦东新区世纪大道100号',
      '广州市天河区天河路385号2栋1203室',
      '南京西路1266号',
      '成都市人民南路12号',
    ],
    born: ['我{}出生', '生日是{}', '出生日期：{}', '他的生日{}'],
    days: (y, m, d) => eastern(y, m, d),
    plates: [
      ['车牌是{}', '京A·12345'],
      ['那辆{}的车', '沪B88888'],
      ['车牌号粤B12D45', '粤B12D45'],
    ],
    passwords: ['密码是{}', '密码：{}', 'wifi密码{}'.replace('密码', '密码为'), '我的密码是{}，别告诉别人'],
    people: [
      ['李雷', ['昨天和{李雷}吃饭', '{李雷}说不来', '李老师问'.replace('李', '{李}')]],
      ['王小明', ['{小明}你好', '把书给{王小明}', '{小明}的妈妈']],
    ],
  },
  ja: {
    script: 'Kana',
    country: 'JP',
    talk: ['{}をメモして', 'これは{}だよ', '紙に{}と書いてある', '昨日{}をもらった'],
    phones: [
      (r) => `090-${between4(r)}-${p4(r)}`,
      (r) => `080${between4(r)}${p4(r)}`,
      (r) => `+81 90 ${between4(r)} ${p4(r)}`,
      (r) => wide(`090-${between4(r)}-${p4(r)}`).replaceAll('-', 'ー'),
    ],
    ids: [],
    said: [
      ['マイナンバーは{}です', 'digits12'],
      ['パスポート番号は{}', 'passport'],
      ['免許証の番号{}', 'digits12'],
      ['旅券番号：{}', 'passport'],
    ],
    addresses: ['東京都渋谷区神南1-19-11', '大阪府大阪市北区梅田3丁目1-3', '京都市中京区河原町2-5', '〒150-0041'],
    born: ['{}生まれです', '生年月日：{}', '誕生日は{}です'],
    days: (y, m, d) => [`${y}年${m}月${d}日`, `${y}/${two(m)}/${two(d)}`],
    plates: [
      ['ナンバーは{}', '品川 300 あ 12-34'],
      ['車のナンバー：{}', '横浜 500 さ 45-67'],
    ],
    passwords: ['パスワードは{}です', 'パスワード：{}'],
    people: [
      ['田中太郎', ['{田中太郎}さんに聞いて', '{田中}さんが来た', '{太郎}くん元気？']],
      ['さくら', ['{さくら}ちゃんと行く', '昨日{さくら}に会った']],
    ],
  },
  ko: {
    script: 'Hangul',
    country: 'KR',
    talk: ['{} 적어 줘', '종이에 {}라고 써 있어', '어제 {}를 받았어', '이거 {}이야'],
    phones: [
      (r) => `010-${between4(r)}-${p4(r)}`,
      (r) => `010${between4(r)}${p4(r)}`,
      (r) => `+82 10 ${between4(r)} ${p4(r)}`,
    ],
    ids: ['KR'],
    said: [
      ['여권 번호는 {}', 'passport'],
      ['운전면허 번호 {}', 'digits12'],
      ['주민등록번호는 {}이야', 'digits13'],
    ],
    addresses: ['서울특별시 강남구 테헤란로 152', '부산광역시 해운대구 센텀로 30', '경기도 성남시 분당구 판교로 235'],
    born: ['생일은 {}이야', '생년월일: {}', '{}에 태어났어'],
    days: (y, m, d) => [`${y}년 ${m}월 ${d}일`, `${y}.${two(m)}.${two(d)}`],
    plates: [
      ['차량번호 {}', '12가 3456'],
      ['번호판이 {}야', '123나 4567'],
    ],
    passwords: ['비밀번호는 {}', '비밀번호: {}', '비번 말고 비밀번호가 {}'],
    people: [['김민수', ['{김민수}가 왔다', '{민수}야 뭐해', '{김민수} 씨에게', '어제 {민수}랑 봤어']]],
  },
  ar: {
    script: 'Arabic',
    country: 'SA',
    talk: ['اكتب {} من فضلك', 'الورقة فيها {} على ما أظن', 'أعطاني {} أمس'],
    phones: [
      (r) => `05${pick(r, ['0', '5'])}${digits(r, 7)}`,
      (r) => `+966 50 ${digits(r, 3)} ${p4(r)}`,
      (r) => arabic(`055${digits(r, 7)}`),
    ],
    ids: [],
    said: [
      ['رقم الهوية {}', 'digits10'],
      ['جواز السفر رقم {}', 'passport'],
      ['الرقم القومي {}', 'digits13'],
      ['رقم هويتي هو {}', 'digits10'],
    ],
    addresses: ['شارع الملك فهد 12', 'شارع النيل رقم 45', '15 شارع التحرير'],
    born: ['ولدت في {}', 'تاريخ الميلاد: {}', 'مواليد {}'],
    days: (y, m, d) => [...slashes(y, m, d), arabic(`${y}/${m}/${d}`)],
    plates: [['رقم اللوحة {}', 'أ ب ج 1234']].map(
      ([a, b]) => [String(a).replace('رقم اللوحة', 'لوحة السيارة'), String(b)] as const,
    ),
    passwords: ['كلمة السر هي {}', 'كلمة المرور: {}'],
    people: [['أحمد علي', ['قلت ل{أحمد} شيئا', 'رأيت {أحمد علي}', '{احمد} هنا', 'و{أحمد} معنا']]],
  },
  he: {
    script: 'Hebrew',
    country: 'IL',
    talk: ['תרשום {} בבקשה', 'בנייר כתוב {} נראה לי', 'הוא נתן לי {} אתמול'],
    phones: [
      (r) => `052-${pick(r, ['2', '4', '6'])}${digits(r, 6)}`,
      (r) => `+972 54 ${pick(r, ['2', '4'])}${digits(r, 2)} ${p4(r)}`,
    ],
    ids: [],
    said: [
      ['תעודת זהות {}', 'digits9'],
      ['מספר הדרכון {}', 'digits8'],
      ['ת.ז. {}', 'digits9'],
    ],
    addresses: ['רחוב הרצל 12', 'שדרות רוטשילד 45', 'רח׳ דיזנגוף 99'],
    born: ['נולדתי ב-{}', 'תאריך לידה: {}', 'יום הולדת שלי {}'],
    days: (y, m, d) => [...dots(y, m, d), ...slashes(y, m, d)],
    plates: [
      ['מספר הרכב {}', '12-345-67'],
      ['לוחית רישוי {}', '123-45-678'],
    ],
    passwords: ['הסיסמה היא {}', 'סיסמה: {}'],
    people: [['דוד לוי', ['ראיתי את {דוד} אתמול', 'אמרתי ל{דוד}', '{דוד לוי} כאן']]],
  },
  hi: {
    script: 'Devanagari',
    country: 'IN',
    talk: ['{} लिख लो', 'कागज़ पर {} लिखा है', 'उसने कल {} दिया'],
    phones: [
      (r) => `98${digits(r, 8)}`,
      (r) => `+91 ${pick(r, ['98', '99'])}${digits(r, 3)} ${digits(r, 5)}`,
      (r) => devanagari(`98${digits(r, 8)}`),
    ],
    ids: ['IN'],
    said: [
      ['मेरा पासपोर्ट नंबर {} है', 'passport'],
      ['आधार नंबर {} है', 'digits12'],
      ['पैन कार्ड {}', 'passport'],
    ],
    addresses: ['मकान नंबर 45, गांधी नगर', 'महात्मा गांधी रोड 12', '221 MG Road'.replace('MG', 'Gandhi')],
    born: ['जन्म तिथि: {}', 'मेरा जन्म {} को हुआ', 'जन्मदिन {}'],
    days: (y, m, d) => [...slashes(y, m, d), devanagari(`${d}/${m}/${y}`)],
    plates: [
      ['गाड़ी नंबर {}', 'DL 01 AB 1234'],
      ['नंबर प्लेट {}', 'MH12DE1433'],
    ],
    passwords: ['पासवर्ड {} है', 'पासवर्ड: {}', 'मेरा पासवर्ड है {}'].slice(1),
    people: [['राहुल शर्मा', ['{राहुल} आया था', '{राहुल शर्मा} को बोलो', '{शर्मा} जी कहाँ हैं']]],
  },
  th: {
    script: 'Thai',
    country: 'TH',
    talk: ['จด{}ไว้นะ', 'ในกระดาษเขียนว่า{}ใช่ไหม', 'เมื่อวานเขาให้{}มา', 'นี่ {} ครับ'],
    phones: [
      (r) => `08${pick(r, ['1', '9'])}-${digits(r, 3)}-${p4(r)}`,
      (r) => `08${pick(r, ['1', '6'])}${digits(r, 7)}`,
      (r) => `+66 81 ${digits(r, 3)} ${p4(r)}`,
    ],
    ids: [],
    said: [
      ['เลขบัตรประชาชน {}', 'digits13'],
      ['พาสปอร์ตเลข {}', 'passport'],
      ['หนังสือเดินทางเลขที่ {}', 'passport'],
    ],
    addresses: ['บ้านเลขที่ 12/3 ถนนสุขุมวิท', 'เลขที่ 45 ซอยอารีย์', '99/1 ถนนพระราม 9'],
    born: ['เกิดวันที่ {}', 'วันเกิดคือ {}'],
    days: (y, m, d) => [...slashes(y, m, d), ...slashes(y + 543, m, d)],
    plates: [
      ['ทะเบียนรถ {}', 'กข 1234'],
      ['ทะเบียน {}', '1กก 5678'],
    ],
    passwords: ['รหัสผ่านคือ {}', 'รหัสผ่าน: {}'],
    people: [['สมชาย ใจดี', ['เมื่อวานเจอ{สมชาย}ที่ร้าน', '{สมชาย}มาแล้ว', 'คุณ{สมชาย ใจดี}ครับ']]],
  },
  lo: {
    script: 'Lao',
    country: 'LA',
    talk: ['ຈົດ{}ໄວ້ເດີ້', 'ໃນເຈ້ຍຂຽນວ່າ{}ແມ່ນບໍ່'],
    phones: [(r) => `020 5${digits(r, 3)} ${p4(r)}`, (r) => `+856 20 5${digits(r, 3)} ${p4(r)}`],
    ids: [],
    said: [['ໜັງສືຜ່ານແດນເລກ {}', 'passport']],
    addresses: [],
    born: ['ວັນເກີດ {}'],
    days: (y, m, d) => slashes(y, m, d),
    plates: [],
    passwords: ['ລະຫັດຜ່ານແມ່ນ {}'],
    people: [['ສົມສັກ', ['ມື້ວານພົບ{ສົມສັກ}ຢູ່ຮ້ານ']]],
  },
  km: {
    script: 'Khmer',
    country: 'KH',
    talk: ['សរសេរ{}ទុក', 'លើក្រដាសមាន{}មែនទេ'],
    phones: [
      (r) => `012 ${digits(r, 3)} ${digits(r, 3)}`.replace(' 0', ' 5'),
      (r) => `+855 12 ${pick(r, ['3', '5'])}${digits(r, 2)} ${digits(r, 3)}`,
    ],
    ids: [],
    said: [['លិខិតឆ្លងដែនលេខ {}', 'passport']],
    addresses: [],
    born: ['ថ្ងៃកំណើត {}'],
    days: (y, m, d) => slashes(y, m, d),
    plates: [],
    passwords: ['ពាក្យសម្ងាត់គឺ {}'],
    people: [['សុខា', ['ម្សិលមិញជួប{សុខា}នៅផ្សារ']]],
  },
}

function between4(r: Random): string {
  return String(2000 + (r.uint32() % 7999))
}
