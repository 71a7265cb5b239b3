import type { CountryCode } from 'libphonenumber-js/max'
import { describe, expect, test } from 'vitest'
import type { Item } from '../../../../common/model/item.ts'
import { detect, sameOf } from './detect.ts'
import { fold } from './fold.ts'
import { passesMyNumber, passesNhs, passesNric, passesSnils } from './ids.ts'
import { People } from './people.ts'
import { Pseudonyms } from './pseudonyms.ts'
import { entitiesIn, peopleIn, Redactor } from './redact.ts'

const kinds = (text: string, country: CountryCode = 'US', names: string[] = []) =>
  detect(text, { country, people: new People(names) }).map(({ kind, text: found }) => `${kind}:${found}`)
async function* stream(...items: Partial<Item>[]): AsyncGenerator<Item> {
  for (const [i, item] of items.entries())
    yield await Promise.resolve({ id: String(i), ts: null, author: null, text: '', session: null, ...item })
}

describe('what is found', () => {
  test.each([
    ['write to john.smith+x@mail.example.co.uk today', ['email:john.smith+x@mail.example.co.uk']],
    ['mailto:ana@example.org是我的', ['email:mailto:ana@example.org']],
    ['ana [at] example (dot) org', ['email:ana [at] example (dot) org']],
    [
      'Card 4111 1111 1111 1111 exp 10/27, IBAN DE89 3704 0044 0532 0130 00',
      ['card:4111 1111 1111 1111', 'iban:DE89 3704 0044 0532 0130 00'],
    ],
    ['2223003122003222', ['card:2223003122003222']],
    ['4111\u00a01111\u20091111\u20111111', ['card:4111\u00a01111\u20091111\u20111111']],
    ['卡号４１１１１１１１１１１１１１１１谢谢', ['card:４１１１１１１１１１１１１１１１']],
    [
      '2200 7702 3909 7761 is Mir’s, 6200000000000005 UnionPay’s',
      ['card:2200 7702 3909 7761', 'card:6200000000000005'],
    ],
    ['de89 3704 0044 0532 0130 00 danke dir', ['iban:de89 3704 0044 0532 0130 00']],
    ['GB29–NWBK–6016–1331–9268–19 says the bank', ['iban:GB29–NWBK–6016–1331–9268–19']],
    ['Call +34 612 345 678 or (415) 555-2671', ['phone:+34 612 345 678', 'phone:(415) 555-2671']],
    ['call me at 0151 23456789', ['phone:0151 23456789']],
    ['hi @491701234567, https://wa.me/491701234568', ['phone:@491701234567', 'phone:https://wa.me/491701234568']],
    ['tel:+49-170-1234567', ['phone:tel:+49-170-1234567']],
    ['from 192.168.0.12 and 2001:db8::8a2e:370:7334', ['ip:192.168.0.12', 'ip:2001:db8::8a2e:370:7334']],
    ['The server is 203.0.113.45.', ['ip:203.0.113.45']],
    ['It was 198.51.100.7...', ['ip:198.51.100.7']],
    ['Ping 2001:db8::1: no answer', ['ip:2001:db8::1']],
    ['http://203.0.113.9:8080/x or [fe80::1ff:fe23:4567:890a]', ['ip:203.0.113.9', 'ip:fe80::1ff:fe23:4567:890a']],
    ['my password: hunter2!', ['secret:hunter2!']],
    ['my password is hunter2, ok', ['secret:hunter2']],
    ['密码是abc12345，别说', ['secret:abc12345']],
    ['пароль: Зима2024', ['secret:Зима2024']],
    ['Server=db;User Id=app;Password=s3cr3tX;', ['secret:s3cr3tX']],
    ['postgres://app:Wx9kLm2@db.example.org/main', ['secret:Wx9kLm2']],
    ['PIN: 4821', ['secret:4821']],
    [
      'key sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCD',
      ['secret:sk-proj-abcdefghijklmnopqrstuvwxyz0123456789ABCD'],
    ],
    [
      'seed: legal winner thank year wave sausage worth useful legal winner thank yellow',
      ['phrase:legal winner thank year wave sausage worth useful legal winner thank yellow'],
    ],
    [
      'ssn 078-05-1120, DNI 12345678Z, CPF 529.982.247-25, 11010519491231002X',
      ['id:078-05-1120', 'id:12345678Z', 'id:529.982.247-25', 'id:11010519491231002X'],
    ],
    ['born on 5 May 1990', ['birth:5 May 1990']],
    ['他1990年5月3日出生', ['birth:1990年5月3日']],
    ['doğum tarihim 03.05.1990', ['birth:03.05.1990']],
    ['at 12 Main Street, Springfield, IL 62704', ['address:12 Main Street, Springfield, IL 62704']],
    ['住在北京市朝阳区建国路88号3号楼', ['address:北京市朝阳区建国路88号3号楼']],
    ['48.8566, 2.3522', ['coordinates:48.8566, 2.3522']],
    ['48°51′24″N 2°21′03″E', ['coordinates:48°51′24″N 2°21′03″E']],
    ['https://www.instagram.com/anna.k/ and @anna_k', ['account:https://www.instagram.com/anna.k/', 'account:@anna_k']],
    ['das Kennzeichen ist B-MW 1234', ['plate:B-MW 1234']],
    ['京A·12345停在门口', ['plate:京A·12345']],
    ['my passport number is C01X00T47', ['id:C01X00T47']],
    ['P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<', ['id:P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<']],
  ])('%s', (text, found) => expect(kinds(text)).toEqual(found))

  test.each([
    ['我的手机号是13800138000请打给我', 'CN'],
    ['电话：13800138000。', 'CN'],
    ['手机 13800138000', 'CN'],
    ['我的电话13800138000谢谢', 'US'],
    ['โทร0812345678ครับ', 'TH'],
    ['ໂທ02055123456ເດີ້', 'LA'],
    ['ទូរស័ព្ទ012345678បាទ', 'KH'],
    ['電話は09012345678です', 'JP'],
    ['전화는01012345678이야', 'KR'],
    ['رقمي ٠٥٠١٢٣٤٥٦٧', 'SA'],
    ['मेरा नंबर ९८७६५४३२१० है', 'IN'],
    ['電話：０９０ー１２３４ー５６７８', 'JP'],
    ['138\u200b0013\u200b8000', 'CN'],
  ] as const)('a number in the midst of any script: %s', (text, country) => {
    expect(kinds(text, country)).toHaveLength(1)
    expect(kinds(text, country)[0]).toMatch(/^phone:/)
  })

  test.each([
    ['DE', '65 929 970 489'],
    ['DE', '65 170839 J 003'],
    ['FR', '2 95 10 99 126 111 93'],
    ['IT', 'RCCMNL83S18D969H'],
    ['ES', 'X-2482300W'],
    ['BE', '85.07.30-033.28'],
    ['CZ', '710319/2745'],
    ['SE', '880320-0016'],
    ['DK', '211062-5629'],
    ['FI', '131052-308T'],
    ['NO', '151086 95088'],
    ['CH', '756.9217.0769.85'],
    ['AT', '1237 010180'],
    ['GB', 'JG103759A'],
    ['US', '536-90-4399'],
    ['US', '912-90-3456'],
    ['CA', '123-456-782'],
    ['BR', '390.533.447-05'],
    ['BR', '16.727.230/0001-97'],
    ['MX', 'BOXW310820HNERXN09'],
    ['AR', '20-05536168-2'],
    ['CL', '12.531.909-2'],
    ['IN', '2341 2341 2346'],
    ['IN', 'ACUPA7085R'],
    ['CN', '360426199101010071'],
    ['TW', 'A123456789'],
    ['KR', '971013-9019902'],
    ['SG', 'S1234567D'],
    ['RU', '112-233-445 95'],
    ['LV', '161175-19997'],
    ['IS', '450401-3150'],
    ['PK', '42201-0397640-8'],
    ['TH', '1-2345-45678-78-1'],
    ['MY', '770305-02-1234'],
    ['PL', '44051401359'],
    ['NL', '111222333'],
    ['ZA', '7503305044089'],
    ['TR', '17291716060'],
    ['IL', '039337423'],
    ['RO', '1630615123457'],
    ['BG', '7523169263'],
    ['HR', '33392005961'],
    ['EE', '36805280109'],
    ['LT', '33309240064'],
    ['JP', '123456789018'],
    ['UA', '1759013776'],
    ['RU', '500100732259'],
    ['PT', '123456789'],
    ['GR', '01013099997'],
    ['IE', '6433435F'],
    ['AU', '123 456 782'],
  ] as const)('a national id of %s, by its own check: %s', (country, id) =>
    expect(kinds(`it is ${id}, ok`, country)).toEqual([`id:${id}`]),
  )

  test.each([
    'my social security number is 536904399',
    'Steuer-ID: 65929970489',
    'numéro de passeport 12AB34567',
    'mi cédula es 1020304050',
    'BSN 111222333',
    'numer dowodu osobistego ABC123456',
    'паспорт 45 06 123456',
    'мій ІПН 1759013776',
    'TC kimlik no 17291716060',
    'תעודת זהות 039337423',
    'رقم الهوية ١٠٢٣٤٥٦٧٨٩',
    'आधार नंबर 234123412346',
    'เลขบัตรประชาชน 1234545678781',
    'căn cước 001099012345',
    '护照号码E12345678',
    'マイナンバーは123456789018です',
    '여권 번호 M12345678',
    'NHS number 943 476 5919',
    'her driving licence MORGA657054SM9IJ',
  ])('a weak number with a word that says what it is: %s', (text) => {
    expect(kinds(text)).toHaveLength(1)
    expect(kinds(text)[0]).toMatch(/^id:/)
  })
})

describe('what is not seen', () => {
  test.each([
    'order 4111 1111 1111 1112 is not a card',
    'version 1.2.3.400',
    'version 1.2.3.4',
    'v10.20.30.40',
    'Chrome/120.0.6099.109',
    'pkg==1.2.3.4',
    'OID 1.3.6.1.4.1',
    'DE89370400440532013001',
    'legal winner thank year wave sausage worth useful legal winner thank thank',
    '12345678A',
    '529.982.247-26',
    'at 12:30:45 we met',
    'the Smith chart',
    'call std::map or a::b or fade::cafe',
    '127.0.0.1 and 255.255.255.0',
    'the password is wrong',
    'I forgot my password and it is annoying',
    'your passport expired on 12.05.2024',
    'Password: required',
    'a senha está errada',
    'ISBN 978-3-16-148410-0',
    '550e8400-e29b-41d4-a716-446655440000',
    'npm i @types/node @vitejs/plugin-react',
    '@Override void run()',
    '@everyone look',
    'https://github.com/nodejs/node/issues/12345',
    'order number 12345678',
    'Sitzplatz 14',
    'born to be wild in May',
    '12 345 678 km',
    '€ 12.345.678,00',
    '订单号12345678',
    '密码错误',
    '버스로 30분',
    'RFC 2616',
    '2024-05-12T10:30:00Z',
    'π = 3.14159265358',
    'pip install numpy==1.26.4',
  ])('%s', (text) => expect(kinds(text)).toEqual([]))
})

describe('names of the export', () => {
  const people = [
    '李雷',
    '田中太郎',
    '김민수',
    'Muster, Ana',
    'J\u00fcrgen Maier',
    'x',
    'Иван Петров',
    'أحمد علي',
    'Will Miller',
    'Tomek Wójcik',
    'Nguyễn Văn An',
    'Pieter van der Berg',
    '陈建国',
  ]
  test.each([
    ['昨天和李雷吃饭', '昨天和[]吃饭'],
    ['田中太郎さんに聞いて', '[]さんに聞いて'],
    ['田中さんと太郎くん', '[]さんと[]くん'],
    ['김민수가 왔다', '[]가 왔다'],
    ['민수야', '[]야'],
    ['Dear Muster', 'Dear []'],
    ['ask ana or MUSTER', 'ask [] or []'],
    ['Ju\u0308rgen was here', '[] was here'],
    ['Juergens Auto', '[] Auto'],
    ['jurgen maier', '[]'],
    ['с Иваном Петровым, дай Ивану', 'с [], дай []'],
    ['قلت لأحمد', 'قلت ل[]'],
    ['Ana Muster and Muster, Ana', '[] and []'],
    ['I will go with Will', 'I will go with []'],
    ['will miller came', '[] came'],
    ['@Ana come', '[] come'],
    ['Any bananas? Anatomy x', 'Any bananas? Anatomy x'],
    ['z Tomkiem i Pawłem', 'z [] i Pawłem'],
    ['Nguyễn Văn An nói, an toàn', '[] nói, an toàn'],
    ['will miller, van der Berg; van der Straat', '[], []; van der Straat'],
    ['@Ana Muster hi @ana_k87', '[] hi []'],
    ['ａｎａ and A\u200bna', '[] and []'],
    ['陈先生', '[]先生'],
    ['和Ana吃饭', '和[]吃饭'],
  ])('%s', (text, expected) => {
    const found = detect(text, { country: 'US', people: new People(people) })
    let shown = text
    for (const { start, end } of found.toReversed()) shown = `${shown.slice(0, start)}[]${shown.slice(end)}`
    expect(shown).toBe(expected)
  })

  test('all forms of a person, a number and an account have one mark, and what was kept stays', async () => {
    const items = () =>
      stream(
        { author: 'Muster, Ana', text: 'call me: 0170 1234567' },
        { author: 'Ana Muster', text: '+49 170 1234567 is MUSTER’s; ask @ana or Anas sister' },
        { author: 'Bob', text: 'tel:+491701234567' },
      )
    const people = await peopleIn(items())
    const redact = async (keep: ReadonlySet<string>) => {
      const redactor = new Redactor({ country: 'DE', people, keep })
      const out: string[] = []
      for await (const item of items()) out.push(`${redactor.redact(item).author}: ${redactor.redact(item).text}`)
      return out
    }
    expect(await redact(new Set())).toEqual([
      '[name 1]: call me: [phone 1]',
      '[name 1]: [phone 1] is [name 1]’s; ask [name 1] or [name 1] sister',
      '[name 2]: [phone 1]',
    ])
    const { entities } = await entitiesIn(items(), { country: 'DE', people }, 10)
    expect(entities.map(({ kind, count }) => [kind, count])).toEqual([
      ['name', 5],
      ['phone', 3],
      ['name', 1],
    ])
    const ana = entities[0]?.id ?? ''
    expect((await redact(new Set([ana])))[1]).toBe('Ana Muster: [phone 1] is MUSTER’s; ask @ana or Anas sister')
  })

  test('names of the export are found as words, and everybody keeps one mark', () => {
    const pseudonyms = new Pseudonyms()
    const options = { country: 'DE', people: new People(['Ana María', 'Ana']) } as const
    const redact = (text: string) => pseudonyms.redact(text, detect(text, options))
    expect(redact('Ana María wrote to Bananas@x.org. Ana?')).toBe('[name 1] wrote to [email 1]. [name 2]?')
    expect(redact('Ask bananas@X.org or Ana.')).toBe('Ask [email 1] or [name 2].')
    expect(redact('nothing here')).toBe('nothing here')
  })
})

test('a folded text leads back to the original one', () => {
  const text = 'a\u200bb １２ Ju\u0308 ٣٤\u00a0e\u0301'
  const folded = fold(text)
  expect(folded.text).toBe('ab 12 Jü 34 é')
  for (const [part, there] of [
    ['12', '１２'],
    ['Jü', 'Ju\u0308'],
    ['34', '٣٤'],
    ['é', 'e\u0301'],
    ['ab', 'a\u200bb'],
  ] as const) {
    const start = folded.text.indexOf(part)
    const { start: from, end: to } = folded.original(start, start + part.length)
    expect(text.slice(from, to)).toBe(there)
  }
})

test('the checks that are written here agree with published numbers', () => {
  expect([passesNhs('9434765919'), passesNhs('9434765918')]).toEqual([true, false])
  expect([passesSnils('11223344595'), passesSnils('11223344596')]).toEqual([true, false])
  expect([passesMyNumber('123456789018'), passesMyNumber('123456789012')]).toEqual([true, false])
  expect(['S1234567D', 'T1234567J', 'F1234567N', 'G1234567X', 'S1234567A'].map(passesNric)).toEqual([
    true,
    true,
    true,
    true,
    false,
  ])
  expect(sameOf('iban', 'de89 3704')).toBe('DE893704')
})

test.each([
  ['digits', '1 '],
  ['card groups', '4111 '],
  ['capitals', 'Ab Cd '],
  ['Han', '市路'],
  ['words of the list', 'abandon '],
  ['passwords', 'password is '],
  ['at signs', 'a@b.'],
  ['colons', 'ab:'],
  ['marks', '\u0301'],
  ['no width', '\u200b'],
  ['beginnings of keys', '-----BEGIN PRIVATE KEY-----\n'],
  ['dots', '1.2.'],
])('a text made to be slow is read to its end: %s', (_, part) => {
  // Thirty times what a quadratic detector would read in the time of a test.
  const text = part.repeat(Math.ceil(100_000 / part.length))
  expect(detect(text, { country: 'DE', people: new People(['Ab Cd']) })).toBeInstanceOf(Array)
})
