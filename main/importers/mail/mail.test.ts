import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { RawItem } from '../raw-item.ts'
import { decodeText } from './charset.ts'
import { readEml, readMbox } from './index.ts'

let folder: string
beforeEach(async () => void (folder = await mkdtemp(join(tmpdir(), 'hearth-mail-'))))
afterEach(() => rm(folder, { recursive: true, force: true }))

async function read(
  content: string | Buffer,
  reader = readEml,
): Promise<{ items: RawItem[]; skipped: Record<string, number> }> {
  const path = join(folder, 'it')
  await writeFile(path, content)
  const skipped: Record<string, number> = {}
  const items: RawItem[] = []
  for await (const item of reader(path, 'it', (why) => void (skipped[why] = (skipped[why] ?? 0) + 1))) items.push(item)
  return { items, skipped }
}

const HEAD = 'From: Ana <ana@example.org>\nTo: bob@example.org\nSubject: Re: Garden\nMessage-ID: <1@example.org>\n'
const mail = (type: string, body: string | Buffer, more = ''): Buffer =>
  Buffer.concat([
    Buffer.from(`${HEAD}${more}MIME-Version: 1.0\nContent-Type: ${type}\n\n`.replaceAll('\n', '\r\n')),
    typeof body === 'string' ? Buffer.from(body.replaceAll('\n', '\r\n')) : body,
  ])
const textOf = async (type: string, body: string | Buffer, more = ''): Promise<string | undefined> =>
  (await read(mail(type, body, more))).items[0]?.text

describe('own words are kept, and those of others left out', () => {
  test.each<[string, string, string]>([
    ['under a quote', '> Shall we?\n> Yes?\n\nWe shall.', 'We shall.'],
    ['between quotes', 'Hi Bob,\n\n> one?\n\nFirst.\n\n> two?\n\nSecond.', 'Hi Bob,\n\nFirst.\n\nSecond.'],
    [
      'under a quote with its introduction',
      'On Tue, Jan 2, 2024 at 3:04 AM Bob <bob@example.org> wrote:\n> Shall we?\n\nWe shall.\n',
      'We shall.',
    ],
    [
      'over a quote with a wrapped introduction',
      'Yes.\n\nOn Tue, 2 Jan 2024, Bob Longname\n<b@example.org>\nwrote:\n\n> q',
      'Yes.',
    ],
    ['right before an introduction', 'I agree.\nBob wrote:\n> q\nSo do I.', 'I agree.\nSo do I.'],
    [
      'under a signature and a quote',
      'Top.\n-- \nAna\n\nOn 2 Jan 2024 at 3:04, Bob wrote:\n> q\nBelow.',
      'Top.\nBelow.',
    ],
    ['with a "--" that parts them', 'One.\n--\na\nb\nc\nd\ne\nf\ng', 'One.\n--\na\nb\nc\nd\ne\nf\ng'],
    ['before a signature whose space a program cut', 'One.\n--\nAna\nGardener', 'One.'],
    ['that speak of writing', 'In 2019 my mother wrote:\nbe kind.\n', 'In 2019 my mother wrote:\nbe kind.'],
    [
      'that are a timetable',
      'From: Oslo\nTo: Bergen\nDate: 2 January 2024\nSee you',
      'From: Oslo\nTo: Bergen\nDate: 2 January 2024\nSee you',
    ],
    ['amid dashes', '----- Shopping -----\nMilk: two\nEggs: ten\n', '----- Shopping -----\nMilk: two\nEggs: ten'],
    ['under a line of dashes', 'One\n----------\nTwo', 'One\n----------\nTwo'],
    [
      'amid an Outlook block that marks what it quotes',
      '-----Original Message-----\n> From: Bob\n> I was in Oslo\nAnd I here.',
      'And I here.',
    ],
    [
      'under an Outlook block with marks',
      'From: Bob <b@x.org>\nSent: Tue\nTo: Ana\nSubject: Hi\n\n> Oslo\nBergen',
      'Bergen',
    ],
    [
      'over a message of Yahoo, which has no marks',
      'Mine.\n\n  On Tuesday, January 2, 2024 at 03:04:05 AM GMT+1, Bob <bob@example.org> wrote:  \n \n Oslo',
      'Mine.',
    ],
    [
      'signed with OpenPGP',
      '-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nMine.\n-----BEGIN PGP ' +
        'SIGNATURE-----\n\niQ==\n=x\n-----END PGP SIGNATURE-----\n',
      'Mine.',
    ],
    ['sent on from Apple Mail', 'FYI\n\nBegin forwarded message:\n\n> From: Bob <b@x.org>\n> Oslo\n', 'FYI'],
    [
      'sent on from Apple Mail without marks',
      'FYI\n\nAnfang der weitergeleiteten Nachricht:\n\nVon: Bob <b@x.org>\nBetreff: Hi\nDatum: 2. ' +
        'Januar 2024\nAn: Ana\n\nOslo\n',
      'FYI',
    ],
    [
      'sent on from Thunderbird, which begins with the subject',
      'FYI\n\n-------- Weitergeleitete Nachricht --------\nBetreff: \tTurnips\nDatum: \tMon, 1 Jan 2024 ' +
        '03:04:05 +0100\nVon: \tBob <b@x.org>\nAn: \tAna\n\nOslo',
      'FYI',
    ],
    ['between quotes that have a name', 'Yes\n\nBob> Oslo\nBob> more\n\nNo', 'Yes\n\nNo'],
    [
      'under other dashes',
      'Yes\n\n‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐\nOn 2 Jan 2024, Bob wrote:\n\n> ' + 'Oslo\n\nNo',
      'Yes\n\nNo',
    ],
    [
      'over heads on one line',
      'Yes\n\n-------- Original message --------From: Bob <b@x.org> Date: ' +
        '1/2/24  3:04 AM  (GMT+01:00) To: ana@x.org Subject: Hi \nOslo',
      'Yes',
    ],
    [
      'over heads in another order',
      'Yes\n\nSubject: Re: Hi\nFrom: bob@x.org\nDate: Tue, 2 Jan ' + '2024\nTo: ana@x.org\n\nOslo',
      'Yes',
    ],
    [
      'over heads of Lotus',
      'Yes\n\n----- Forwarded by Ana/Org on 01/02/2024 ' +
        '-----\n\nFrom:\tBob/Org\nTo:\tAna/Org\nDate:\t01/02/2024\nSubject:\tHi\n\nOslo',
      'Yes',
    ],
    [
      'that invite',
      'Hi\n\nTo: everybody\nSubject: cake\n\nBring cake.',
      'Hi\n\nTo: everybody\nSubject: ' + 'cake\n\nBring cake.',
    ],
    [
      'that tell of a letter',
      'In her mail of 2 Jan 2024, 10:00, Eva wrote:\n"be there"\n\nI will.',
      'In her mail of 2 Jan 2024, 10:00, Eva wrote:\n"be there"\n\nI will.',
    ],
    [
      'that tell of a room',
      'From: 2 Jan 2024\nTo: 5 Jan 2024\nSubject: to change\n\nFine?',
      'From: 2 Jan 2024\nTo: 5 Jan 2024\nSubject: to change\n\nFine?',
    ],
    [
      'that end in a colon',
      'Call bob@x.org on 2024-01-02 at 10:00 about:\n\ncake',
      'Call bob@x.org on 2024-01-02 at 10:00 about:\n\ncake',
    ],
    ['with bold labels', 'Yes.\n\n*From:* Bob <b@x.org>\n*Sent:* Tuesday\n*To:* Ana\n*Subject:* Hi\n\nOslo', 'Yes.'],
    [
      'over a block in a language that nobody here knows',
      'Yes.\n\n________________________________\nXuu: Bob <b@x.org>\nYtt: 2 Zan 2024 3:04\nZpp: Ana\nQrr: Hi\n\nOslo',
      'Yes.',
    ],
    [
      'over an Outlook block with wrapped recipients',
      'Yes.\n\nFrom: Bob <b@x.org>\nSent: Tuesday\nTo: Ana <a@x.org>; Carl <c@x.org>;\n Dora <d@x.org>' +
        '\nSubject: Hi\n\nOslo',
      'Yes.',
    ],
    ['before an introduction alone', 'Yes.\n\nOn 2 Jan 2024, at 03:04, Bob <bob@example.org> wrote:\n', 'Yes.'],
  ])('%s', async (_, body, own) => {
    expect(await textOf('text/plain; charset=utf-8', body)).toBe(own)
  })

  test.each([
    'From|Sent|To|Subject',
    'Von|Gesendet|An|Betreff',
    'De|Envoyé|À|Objet',
    'De|Enviado el|Para|Asunto',
    'De|Enviada em|Para|Assunto',
    'Da|Inviato|A|Oggetto',
    'Van|Verzonden|Aan|Onderwerp',
    'Från|Skickat|Till|Ämne',
    'Fra|Sendt|Til|Emne',
    'Lähettäjä|Lähetetty|Vastaanottaja|Aihe',
    'Od|Wysłane|Do|Temat',
    'Od|Odesláno|Komu|Předmět',
    'Odosielateľ|Odoslané|Komu|Predmet',
    'Feladó|Elküldve|Címzett|Tárgy',
    'От|Отправлено|Кому|Тема',
    'Від|Надіслано|Кому|Тема',
    'Kimden|Gönderildi|Kime|Konu',
    'De la|Trimis|Către|Subiect',
    'Από|Στάλθηκε|Προς|Θέμα',
    'מאת|נשלח|אל|נושא',
    'من|تم الإرسال|إلى|الموضوع',
    '发件人|发送时间|收件人|主题',
    '寄件者|寄件日期|收件者|主旨',
    '差出人|送信日時|宛先|件名',
    '보낸 사람|보낸 날짜|받는 사람|제목',
    'จาก|ส่ง|ถึง|เรื่อง',
    'Từ|Đã gửi|Đến|Chủ đề',
    'Dari|Dikirim|Ke|Subjek',
    'Saatja|Saadetud|Adressaat|Teema',
    'Šalje|Poslano|Prima|Predmet',
    'De|Enviat|Per a|Assumpte',
    'От|Изпратено|До|Относно',
    'Fra|Dato|Til|Emne',
    'Von|Datum|An|Betreff',
    'De|Date|A|Objet',
  ])('over an Outlook block: %s', async (labels) => {
    const [from, sent, to, subject] = labels.split('|')
    for (const colon of [': ', ' : ', '：']) {
      const block =
        `${from}${colon}Bob Builder\n${sent}${colon}2. 1. 2024 ` +
        `3.04\n${to}${colon}Ana\n${subject}${colon}Hi\n\nOslo`
      expect(await textOf('text/plain; charset=utf-8', `Yes.\n\n${block}`), colon).toBe('Yes.')
    }
  })

  test.each([
    '-----Original Message-----',
    '-----Ursprüngliche Nachricht-----',
    '-----Message d’origine-----',
    '-----Mensaje original-----',
    '-----Mensagem original-----',
    '-----Messaggio originale-----',
    '-----Oorspronkelijk bericht-----',
    '-----Ursprungligt meddelande-----',
    '-----Opprinnelig melding-----',
    '-----Oprindelig meddelelse-----',
    '-----Alkuperäinen viesti-----',
    '-----Wiadomość oryginalna-----',
    '-----Původní zpráva-----',
    '-----Исходное сообщение-----',
    '-----Eredeti üzenet-----',
    '-----Özgün İleti-----',
    '-----邮件原件-----',
    '------------------ 原始邮件 ------------------',
    '-----元のメッセージ-----',
    '-----원본 메시지-----',
    '----- Mail original -----',
    '---------- Forwarded message ---------',
    '---------- Пересылаемое сообщение ----------',
    '---------- 转发邮件 ----------',
    '____________ Reply Message ____________',
  ])('over %s', async (line) => {
    expect(await textOf('text/plain; charset=utf-8', `Yes.\n\n${line}\nI was born in Oslo.\n`)).toBe('Yes.')
  })

  test.each([
    'On Tue, Jan 2, 2024 at 3:04 AM Bob <bob@example.org> wrote:',
    'Am Di., 2. Jan. 2024 um 03:04 Uhr schrieb Bob <bob@example.org>:',
    'Am 02.01.24 um 03:04 schrieb Bob:',
    'Le mar. 2 janv. 2024 à 03:04, Bob <bob@example.org> a écrit :',
    'El mar, 2 ene 2024 a las 3:04, Bob (<bob@example.org>) escribió:',
    'Il giorno mar 2 gen 2024 alle ore 03:04 Bob <bob@example.org> ha scritto:',
    'Em ter., 2 de jan. de 2024 às 03:04, Bob <bob@example.org> escreveu:',
    'Op di 2 jan 2024 om 03:04 schreef Bob <bob@example.org>:',
    'Den tis 2 jan. 2024 kl 03:04 skrev Bob <bob@example.org>:',
    'ti 2. tammik. 2024 klo 3.04 Bob (bob@example.org) kirjoitti:',
    'wt., 2 sty 2024 o 03:04 Bob <bob@example.org> napisał(a):',
    'út 2. 1. 2024 v 3:04 odesílatel Bob <bob@example.org> napsal:',
    'Bob <bob@example.org> ezt írta (időpont: 2024. jan. 2., K, 3:04):',
    'вт, 2 янв. 2024 г. в 03:04, Bob <bob@example.org>:',
    '2 января 2024 г. 03:04 пользователь Bob написал:',
    'вт, 2 січ. 2024 р. о 03:04 Bob <bob@example.org> пише:',
    'Bob <bob@example.org>, 2 Oca 2024 Sal, 03:04 tarihinde şunu yazdı:',
    'Pe mar., 2 ian. 2024 la 03:04, Bob <bob@example.org> a scris:',
    'Στις Τρί 2 Ιαν 2024 στις 3:04 π.μ., ο χρήστης Bob <bob@example.org> έγραψε:',
    '\u202bבתאריך יום ג׳, 2 בינו׳ 2024 ב-3:04 מאת \u202aBob\u202c\u200f <\u202abob@example.org\u202c\u200f>:\u202c',
    'في الثلاثاء، 2 يناير 2024 في 3:04 ص تمت كتابة ما يلي بواسطة Bob <bob@example.org>:',
    'Bob <bob@example.org> 于2024年1月2日周二 03:04写道：',
    '在 2024-01-02 03:04:05，"Bob" <bob@example.org> 写道：',
    'Bob <bob@example.org> 於 2024年1月2日 週二 上午3:04寫道：',
    '2024年1月2日(火) 3:04 Bob <bob@example.org>:',
    '2024년 1월 2일 (화) 오전 3:04, Bob <bob@example.org>님이 작성:',
    'ในวันที่ อ. 2 ม.ค. 2024 เวลา 03:04 Bob <bob@example.org> เขียนว่า:',
    'Vào Th 3, 2 thg 1, 2024 vào lúc 03:04 Bob <bob@example.org> đã viết:',
    'Pada Sel, 2 Jan 2024 pukul 03.04 Bob <bob@example.org> menulis:',
    '02.01.2024, 03:04, "Боб" <bob@example.org>:',
    'Вторник, 2 января 2024, 3:04 +03:00 от Боб <bob@example.org>:',
    'Dnia 2 stycznia 2024 03:04 Bob <bob@example.org> napisał(a):',
    'Il 2 gennaio 2024 alle 3.04 Bob <bob@example.org> ha scritto:',
  ])('with the introduction %s', async (line) => {
    const marked = `Yes.\n\n${line}\n\n> I was born in Oslo.\n\nBelow.`
    expect(await textOf('text/plain; charset=utf-8', marked)).toBe('Yes.\n\nBelow.')
    // What a program leaves without marks goes too, where an address or a time says whose it is.
    expect(await textOf('text/plain; charset=utf-8', `Yes.\n\n${line}\n\nI was born in Oslo.`)).toBe('Yes.')
  })

  test.each<[string, string, string]>([
    [
      'Gmail, with answers between',
      '<div dir="ltr">Hi</div><div class="gmail_quote"><div class="gmail_attr">On Tue, 2 Jan 2024 at ' +
        '3:04, Bob &lt;b@x.org&gt; wrote:<br></div><blockquote class="gmail_quote">one?</blockquote><div>' +
        'First.</div><blockquote class="gmail_quote">two?</blockquote></div><div>Last.</div>',
      'Hi\nFirst.\nLast.',
    ],
    [
      'Gmail, sending on, with words below',
      '<div>FYI</div><div class="gmail_quote"><div>---------- Forwarded message ---------<br>From: <b>' +
        'Bob</b> &lt;b@x.org&gt;<br>Date: Mon, Jan 1, 2024<br>Subject: Turnips<br>To: Ana<br></div><p>Oslo</p>' +
        '</div><p>Mine again.</p>',
      'FYI\nMine again.',
    ],
    [
      'Outlook on the web',
      '<p>Agreed.</p><div id="appendonsend"></div><hr><div id="divRplyFwdMsg"><b>Frm:</b> Bob<br><b>' +
        'Snt:</b> x</div><p>Oslo</p>',
      'Agreed.',
    ],
    [
      'Outlook on a desk, in a language that nobody here knows',
      '<p>Agreed.</p><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0 0 0"><p><b>' +
        'Xuu:</b> Bob &lt;b@x.org&gt;<br><b>Ytt:</b> 2. 1. 2024 3:04<br><b>Zpp:</b> Ana<br><b>Qrr:</b> ' +
        'Hi</p></div><p>Oslo</p>',
      'Agreed.',
    ],
    [
      'Apple',
      '<div>Yes.</div><blockquote type="cite"><div>On 2 Jan 2024, at 3:04, Bob wrote:</div>' +
        'Oslo</blockquote><div>Below.</div>',
      'Yes.\nBelow.',
    ],
    [
      'Yahoo',
      '<div>Yes.</div><div id="ydp1yahoo_quoted_1" class="yahoo_quoted"><div>On Tuesday, Bob ' +
        'wrote:</div><div>Oslo</div></div>',
      'Yes.',
    ],
    [
      'Thunderbird',
      '<p>Yes.</p><div class="moz-cite-prefix">On 02.01.24 03:04, Bob wrote:<br></div><blockquote ' +
        'type="cite" cite="mid:x">Oslo</blockquote><p>Below.</p>',
      'Yes.\nBelow.',
    ],
    [
      'Proton',
      '<div>Yes.</div><div class="protonmail_quote">On Tuesday, Bob wrote:<blockquote ' +
        'class="protonmail_quote" type="cite">Oslo</blockquote></div>',
      'Yes.',
    ],
    [
      'QQ',
      '<div>好。</div><div><div>------------------&nbsp;原始邮件&nbsp;------------------</div><div><b>发件人:</b>' +
        '&nbsp;"Bob"</div></div><div>奥斯陆</div>',
      '好。',
    ],
    [
      'a quotation without a name',
      '<p>As she said:</p><blockquote>Be kind.</blockquote><p>I am.</p>',
      'As she said:\nI am.',
    ],
    [
      'text that is only moved in',
      '<p>List:</p><blockquote style="margin:0 0 0 40px;border:none;padding:0px"><div>Milk</div></blockquote>',
      'List:\nMilk',
    ],
    [
      'what nobody sees',
      '<style>p{}</style><div style="display:none">spam</div><p>Seen<br><br>too</p><script>x</script>',
      'Seen\n\ntoo',
    ],
    [
      'a quotation of Gmail as Outlook writes it',
      '<p>Yes</p><blockquote style="border:none;border-left:solid #CCCCCC 1.0pt;padding:0">Oslo</blockquote>',
      'Yes',
    ],
    ['marks of plain text', '<div>Yes<br>&gt; Oslo<br>No</div>', 'Yes\nNo'],
    ['text as it was set', '<pre>a  b\n  c</pre>', 'a  b\nc'],
    [
      'entities',
      '<p>&lt;b&gt; &amp;amp; &#128512; &#x80; &nbsp;x &notanentity; 3 < 4 &copy</p>',
      '<b> &amp; 😀 € x ¬anentity; 3 < 4 ©',
    ],
  ])('in HTML: %s', async (_, html, own) => {
    expect(await textOf('text/html; charset=utf-8', html)).toBe(own)
  })

  test('attached messages and files are passed over, and of two forms of one text the plain one is read', async () => {
    const message = 'From: Bob <b@x.org>\nSubject: Turnips\n\nI was born in Oslo.\n'
    const { items, skipped } = await read(
      mail(
        'multipart/mixed; boundary="a b"',
        [
          '--a b\nContent-Type: multipart/alternative; boundary*0=in; boundary*1=ner\n',
          '--inner\nContent-Type: text/plain\n\nMine.\n--inner\nContent-Type: text/html\n\n<p>Mine, but ' +
            'as a page.</p>\n--inner--',
          `--a b\nContent-Type: message/rfc822\n\n${message}`,
          `--a b\nContent-Type: message/rfc822\nContent-Disposition: attachment\n\n${message}`,
          '--a b\nContent-Type: text/plain; name="notes.txt"\n\nof Bob\n--a b\nContent-Type: ' +
            'image/png\n\nx\n--a b--\nepilogue',
        ].join('\n'),
      ),
    )
    expect(items[0]?.text).toBe('Mine.')
    expect(skipped).toEqual({ attachments: 4 })
    const digest = `--d\n\n${message}--d\n\n${message}--d--\n`
    expect((await read(mail('multipart/digest; boundary=d', digest))).items[0]?.text).toBe('')
  })

  test('an empty plain text does not hide the page beside it', async () => {
    const body = '--b\nContent-Type: text/plain\n\n \n--b\nContent-Type: text/html\n\n<p>Here.</p>\n--b--'
    expect(await textOf('multipart/alternative; boundary=b', body)).toBe('Here.')
  })

  test.each(['Re: ', 'AW: ', 'SV: ', 'Odp: ', 'RE[2]: ', '回复：', 'YNT: ', 'Fwd: ', 'TR : ', 'Antw: '])(
    'the subject of an answer (%s) is another’s',
    async (prefix) => {
      const { items } = await read(`From: ana@example.org\nSubject: ${prefix}Garden\n\nYes.`)
      expect(items[0]?.text).toBe('Yes.')
    },
  )

  test('a subject of one’s own with a colon is kept', async () => {
    const { items } = await read('From: ana@example.org\nSubject: Garden: a plan\n\nYes.')
    expect(items[0]?.text).toBe('Garden: a plan\nYes.')
  })
})

describe('letters', () => {
  test.each<[string, string, Buffer]>([
    ['windows-1252', '“it’s 5 € – cheap”', Buffer.from('\x93it\x92s 5 \x80 \x96 cheap\x94', 'latin1')],
    ['ISO-8859-1', '€', Buffer.from('\x80', 'latin1')],
    ['cp1252', '€', Buffer.from('\x80', 'latin1')],
    ['us-ascii', 'Grüße', Buffer.from('Gr\xfc\xdfe', 'latin1')],
    ['us-ascii', 'Grüße', Buffer.from('Grüße')],
    ['unknown-8bit', 'Grüße', Buffer.from('Gr\xfc\xdfe', 'latin1')],
    ['iso-8859-2', 'žluťoučký', Buffer.from('\xbelu\xbbou\xe8k\xfd', 'latin1')],
    ['iso-8859-15', '€', Buffer.from('\xa4', 'latin1')],
    ['ISO8859_15', '€', Buffer.from('\xa4', 'latin1')],
    ['iso-8859-16', 'ș', Buffer.from('\xba', 'latin1')],
    ['windows-28605', '€', Buffer.from('\xa4', 'latin1')],
    ['iso-8859-8-i', 'שלום', Buffer.from('\xf9\xec\xe5\xed', 'latin1')],
    ['windows-1256', 'سلام', Buffer.from('\xd3\xe1\xc7\xe3', 'latin1')],
    ['windows-1251', 'Привет', Buffer.from('\xcf\xf0\xe8\xe2\xe5\xf2', 'latin1')],
    ['koi8-r', 'Привет', Buffer.from('\xf0\xd2\xc9\xd7\xc5\xd4', 'latin1')],
    ['x-koi8-u', 'ї', Buffer.from('\xa7', 'latin1')],
    ['ibm866', 'Привет', Buffer.from('\x8f\xe0\xa8\xa2\xa5\xe2', 'latin1')],
    ['macintosh', 'é', Buffer.from('\x8e', 'latin1')],
    ['tis-620', 'ไทย', Buffer.from('\xe4\xb7\xc2', 'latin1')],
    ['gb2312', '你好', Buffer.from('\xc4\xe3\xba\xc3', 'latin1')],
    ['gb18030', '你好𠀀', Buffer.from('\xc4\xe3\xba\xc3\x95\x32\x82\x36', 'latin1')],
    ['cp936', '你好', Buffer.from('\xc4\xe3\xba\xc3', 'latin1')],
    ['big5', '你好', Buffer.from('\xa7\x41\xa6\x6e', 'latin1')],
    ['shift_jis', 'こんにちは①', Buffer.from('\x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd\x87\x40', 'latin1')],
    ['cp932', 'あ', Buffer.from('\x82\xa0', 'latin1')],
    ['euc-jp', 'あ', Buffer.from('\xa4\xa2', 'latin1')],
    ['iso-2022-jp', 'あ', Buffer.from('\x1b$B$"\x1b(B', 'latin1')],
    ['us-ascii', 'あ', Buffer.from('\x1b$B$"\x1b(B', 'latin1')],
    ['euc-kr', '안녕', Buffer.from('\xbe\xc8\xb3\xe7', 'latin1')],
    ['ks_c_5601-1987', '안녕', Buffer.from('\xbe\xc8\xb3\xe7', 'latin1')],
    ['utf-16le', 'é', Buffer.from('\xe9\x00', 'latin1')],
    ['iso-8859-1', 'é', Buffer.from('\ufeffé')],
    ['x-made-up', 'plain', Buffer.from('plain')],
  ])('%s: %s', (label, text, bytes) => expect(decodeText(bytes, label)).toBe(text))

  test('of a charset that nobody knows are not guessed, but counted', async () => {
    const { items, skipped } = await read(mail('text/plain; charset=cp437', Buffer.from('caf\x82', 'latin1')))
    expect([items[0]?.text, skipped]).toEqual(['', { 'texts in a charset that is not known': 1 }])
    for (const label of ['utf-7', 'iso-2022-kr', 'hz-gb-2312'])
      expect(decodeText(Buffer.from('+AOk-'), label)).toBeNull()
    const broken = await read(mail('text/plain; charset=utf-8', Buffer.from('caf\xe9', 'latin1')))
    expect(broken.skipped).toEqual({ 'letters that are no letters of their charset': 1 })
  })

  test.each<[string, string]>([
    ['=?utf-8?q?Ana_M=C3=BCller?= <a@example.org>', 'Ana Müller'],
    ['=?utf-8?B?QW5hIE3DvGxsZXI=?= <a@example.org>', 'Ana Müller'],
    ['=?utf-8?Q?M=C3=BCller=2C_Ana?= <a@example.org>', 'Müller, Ana'],
    ['"=?utf-8?Q?Ana_M=C3=BCller?=" <a@example.org>', 'Ana Müller'],
    ['=?windows-1252?Q?Ana_=96_home?= <a@example.org>', 'Ana – home'],
    ['=?iso-2022-jp?B?GyRCJCIbKEI=?= <a@example.org>', 'あ'],
    ['=?koi8-r?B?8NLJ18XU?= <a@example.org>', 'Привет'],
    ['=?utf-8?B?5L0=?= =?utf-8?B?oOWlvQ==?= <a@example.org>', '你好'.replace('你', '\u4f60')],
    ['=?utf-8*en?q?Ana?= =?utf-8?q?_M=C3=BCller?= <a@example.org>', 'Ana Müller'],
    ['"Müller, Ana" <a@example.org>', 'Müller, Ana'],
    ['Ana (at home) <a@example.org>', 'Ana'],
    ['a@example.org', 'a@example.org'],
    ['=?x-made-up?q?caf=82?= <a@example.org>', '=?x-made-up?q?caf=82?='],
  ])('of a name: %s', async (from, name) => {
    const [item] = (await read(`From: ${from}\nSubject: x\n\ny`)).items
    expect(item?.author).toBe(name)
  })

  test('of a name that stands there as it is, in what the message is written in', async () => {
    const raw = Buffer.from(
      'From: \xe1\xed\xed\xe0 <a@example.org>\nContent-Type: text/plain; charset=windows-1251\n\n\xe4\xe0',
      'latin1',
    )
    expect((await read(raw)).items[0]).toMatchObject({ author: 'бнна', text: 'да' })
  })
})

test('letters whose last byte looks like a space are whole at the end of a line', async () => {
  const raw =
    `From: Ana à\nSubject: voilà\n à\nContent-Type: text/plain; charset=utf-8\n` +
    'Content-Transfer-Encoding: quoted-printable\n\nvoilà\nà=\nà'
  expect((await read(raw)).items[0]).toMatchObject({ text: 'voilà à\nvoilà\nàà' })
})

describe('lines', () => {
  test('that quoted-printable broke are whole again', async () => {
    const more = 'Content-Transfer-Encoding: quoted-printable\n'
    const body = 'a very =\nlong line=20  \nof caf=c3=A9 =3D 1=\n\nnext =ZZ'
    expect(await textOf('text/plain; charset=utf-8', body, more)).toBe('a very long line\nof café = 1\nnext =ZZ')
  })

  test('that flow are joined, those of a quote apart, with spaces or without', async () => {
    const body = 'One long \nparagraph.\n> quoted \n> long\nTwo \n> other\n From here.\n-- \nAna'
    expect(await textOf('text/plain; format=flowed', body)).toBe('One long paragraph.\nTwo\nFrom here.')
    expect(await textOf('text/plain; format=Flowed; delsp=yes', '你 \n好')).toBe('你好')
  })

  test('in base64', async () => {
    const body = Buffer.from(Buffer.from('Grüße\n> q\nund tschüss').toString('base64').replaceAll(/.{9}/g, '$&\r\n'))
    expect(await textOf('text/plain; charset="utf-8"', body, 'Content-Transfer-Encoding: BASE64\n')).toBe(
      'Grüße\nund tschüss',
    )
  })

  test('in an encoding that nobody knows are counted', async () => {
    const { items, skipped } = await read(mail('text/plain', 'M1', 'Content-Transfer-Encoding: x-uuencode\n'))
    expect([items[0]?.text, skipped]).toEqual(['', { 'texts in an encoding that is not known': 1 }])
  })
})

test.each<[string, number | null]>([
  ['Tue, 2 Jan 2024 03:04:05 +0100', Date.UTC(2024, 0, 2, 2, 4, 5)],
  ['Tue, 2 Jan 2024 03:04:05 +0100 (CET)', Date.UTC(2024, 0, 2, 2, 4, 5)],
  ['2 Jan 24 03:04 EST', Date.UTC(2024, 0, 2, 8, 4)],
  ['Tue, 02 Jan 2024 03:04:05 GMT+0100', Date.UTC(2024, 0, 2, 2, 4, 5)],
  ['Tue, 2 Jan 2024 03:04:05', Date.UTC(2024, 0, 2, 3, 4, 5)],
  ['Di, 2. Januar', null],
])('sent %s', async (date, ts) => {
  expect((await read(`From: a@example.org\nDate: ${date}\n\nx`)).items[0]?.ts).toBe(ts)
})

describe('a mailbox', () => {
  const one = (n: number, body: string, more = ''): string =>
    `From: Ana <ana@example.org>\nSubject: S${n}\nMessage-ID: <${n}@example.org>\n${more}\n${body}\n`
  const ids = async (content: string): Promise<unknown> => {
    const { items } = await read(content, readMbox)
    return items.map(({ id, text }) => [Number(id?.[1]), text.split('\n').slice(1).join('\n')])
  }

  test.each([
    'From ana@example.org Tue Jan 02 03:04:05 2024',
    'From 1789012345678901234@xxx Tue Jan 02 03:04:05 +0000 2024',
    'From - Tue Jan 02 03:04:05 2024',
    'From - Tue, 2 Jan 2024 03:04:05 +0100',
    'From -',
    'From ',
    'From MAILER-DAEMON Fri Jul  8 12:08:34 2011',
    'From ???@??? Tue Jan 02 03:04:05 2024',
    'From ana@example.org 2024-01-02T03:04:05Z',
    'From "ana b"@example.org  Tue Jan  2 03:04:05 2024',
  ])('with the separator "%s"', async (line) => {
    const content = `${line}\n${one(1, 'a')}\n${line}\n${one(2, 'b')}\n`
    expect(await ids(content)).toEqual([
      [1, 'a'],
      [2, 'b'],
    ])
    expect(await ids(`\ufeff${content.replaceAll('\n', '\r\n')}`)).toEqual([
      [1, 'a'],
      [2, 'b'],
    ])
  })

  const LINE = 'From ana@example.org Tue Jan 02 03:04:05 2024'
  test.each<[string, string]>([
    ['a sentence after an empty line', 'Hi\n\nFrom there we walk.\nEnd'],
    ['a sentence before what looks like a header', 'Hi\nFrom now on:\nBring: cake'],
    ['a sentence with a time and a year', 'Hi\n\nFrom 10:00 to 12:00 in 2024 we sing.\nEnd'],
    ['an invitation', 'Hi\n\nFrom Monday 10:00 on, 2024\nBring: cake'],
  ])('is not parted by %s', async (_, body) => {
    expect(await ids(`${LINE}\n${one(1, body)}\n${LINE}\n${one(2, 'b')}`)).toEqual([
      [1, body],
      [2, 'b'],
    ])
  })

  test('gives lines that were escaped back, and leaves quotes to others', async () => {
    const body = '>From the start.\n>>From a quote\n> From another\nEnd'
    expect(await ids(`${LINE}\n${one(1, body)}`)).toEqual([[1, 'From the start.\nEnd']])
  })

  test('goes by the length of a message where it is right, and not where it is wrong', async () => {
    const body = `Look:\n\n${LINE}\nSubject: inner\n\nit\n`
    const right = `${LINE}\n${one(1, body, `Content-Length: ${body.length}\n`)}\n`
    const wrong = `${LINE}\n${one(1, 'a', 'Content-Length: 3000\n')}\n`
    expect(await ids(right + `${LINE}\n${one(2, 'b')}`)).toEqual([
      [1, body.trim()],
      [2, 'b'],
    ])
    expect(await ids(right)).toEqual([[1, body.trim()]])
    expect(await ids(wrong + `${LINE}\n${one(2, 'b')}`)).toEqual([
      [1, 'a'],
      [2, 'b'],
    ])
  })

  test('whose messages no empty line parts is parted all the same', async () => {
    expect(await ids(`${LINE}\n${one(1, 'a')}${LINE}\n${one(2, 'b')}`)).toEqual([
      [1, 'a'],
      [2, 'b'],
    ])
  })

  test('of many messages is the same however it is cut while it is read', async () => {
    const content = Array.from({ length: 3000 }, (_, i) => `${LINE}\n${one(i % 10, 'x'.repeat(i))}\n`).join('')
    const { items } = await read(content, readMbox)
    expect(items.map(({ text }) => text.length - 3)).toEqual(Array.from({ length: 3000 }, (_, i) => i || -1))
  })

  test('with a broken message loses that one alone', async () => {
    const deep = Array.from(
      { length: 40 },
      (_, i) => `Content-Type: multipart/mixed; boundary=b${i}\n\n--b${i}\n`,
    ).join('')
    const { items, skipped } = await read(
      `${LINE}\n${deep}\n\n${LINE}\n\nno headers\n\n${LINE}\n${one(2, 'b')}`,
      readMbox,
    )
    expect(items).toHaveLength(1)
    expect(skipped).toEqual({ 'messages that cannot be read': 2 })
  })
})

test('what is no message is refused, whatever it begins with', async () => {
  for (const content of ['', 'hello', 'Dear: Bob\n\nhello', '\0\0\0'])
    await expect(read(content)).rejects.toMatchObject({ code: 'DATASET_BROKEN' })
  for (const content of ['', 'hello', 'From here to there\n', 'From: ana@example.org\n\nx'])
    await expect(read(content, readMbox)).rejects.toMatchObject({ code: 'DATASET_BROKEN' })
  const line = 'From ana@example.org Tue Jan 02 03:04:05 2024'
  const { items } = await read(`\r\n\n${line}\nFrom: ana@example.org\n\nafter empty lines`, readMbox)
  expect(items).toHaveLength(1)
})

test('a stranger’s message takes time by its length alone', async () => {
  const size = 40_000
  const bodies = [
    '<div>'.repeat(size),
    '<'.repeat(size),
    '-'.repeat(size),
    'a:\n'.repeat(size),
    'On 2024 wrote\n'.repeat(size / 10),
    '> q\n-- \n--\n'.repeat(size / 10),
    '-----BEGIN PGP MESSAGE-----\n'.repeat(size / 20),
    '_____\n'.repeat(size / 10),
    '----- x -----\n'.repeat(size / 10),
    ' '.repeat(size) + 'x',
    'From: b\nSubject: c\n'.repeat(size / 10),
  ]
  for (const body of bodies)
    for (const type of ['text/plain', 'text/html', 'text/plain; format=flowed'])
      await read(mail(type, body)).catch((error: unknown) => expect(error).toMatchObject({ code: 'DATASET_BROKEN' }))
  await read(`From: ${'=?utf-8?q?'.repeat(size)}\nContent-Type: ${'a;b="\\'.repeat(size)}\n\nx`)
  await read(mail('multipart/mixed; boundary=b', '--b\n'.repeat(4000)))
  const nested = Array.from(
    { length: 28 },
    (_, i) => `Content-Type: multipart/alternative; boundary=b${i}\n\n--b${i}\n\nx\n--b${i}\n`,
  )
  expect((await read(`From: a@example.org\n${nested.join('')}\ny`)).items[0]?.text).toBe('x')
})
