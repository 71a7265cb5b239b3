import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Item } from '../../../common/model/item.ts'
import { importFile, type ImportOptions, type Skipped } from '../import-file.ts'
import { headerOf } from './header.ts'

const folder = mkdtempSync(join(tmpdir(), 'hearth-whatsapp-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function read(content: string, options: Partial<ImportOptions> = {}) {
  const file = join(folder, 'chat.txt')
  writeFileSync(file, content)
  const skipped: Skipped = new Map()
  const items: Item[] = []
  for await (const item of importFile(file, { format: null, dateOrder: null, ...options }, skipped)) items.push(item)
  skipped.delete('times without a zone, read as UTC')
  return { items, said: items.map(({ author, text }) => [author, text]), skipped: Object.fromEntries(skipped) }
}

describe('headers: half past two in the afternoon of 27 December 2023', () => {
  test.each([
    ['American', '12/27/23, 2:30 PM - '],
    ['American, with a narrow space', '12/27/23, 2:30\u202fPM - '],
    ['American, iPhone', '[12/27/23, 2:30:00\u202fPM] '],
    ['American, the oldest iPhones', '12/27/23, 2:30:00 PM: '],
    ['British', '27/12/2023, 14:30 - '],
    ['Australian', '27/12/23, 2:30 pm - '],
    ['Canadian', '2023-12-27, 2:30 p.m. - '],
    ['Canadian French', '2023-12-27 14 h 30 - '],
    ['French', '27/12/2023 à 14:30 - '],
    ['German', '27.12.23, 14:30 - '],
    ['German, iPhone', '[27.12.23, 14:30:00] '],
    ['Spanish', '27/12/23, 14:30 - '],
    ['Spanish of Colombia', '27/12/23, 2:30 p.\u00a0m. - '],
    ['Spanish of Mexico, in words', '27/12/23, 2:30 de la tarde - '],
    ['Brazilian', '27/12/2023 14:30 - '],
    ['Portuguese', '27/12/2023 às 14:30 - '],
    ['Italian', '27/12/23, 14:30 - '],
    ['Italian, with words', '27/12/23 alle ore 14:30 - '],
    ['Dutch', '27-12-2023 14:30 - '],
    ['Danish', '27.12.2023 14.30 - '],
    ['Danish, with kl.', '27.12.2023 kl. 14.30 - '],
    ['Swedish', '2023-12-27 14:30 - '],
    ['Swedish, of twelve hours', '2023-12-27, 2:30 em - '],
    ['Norwegian', '27.12.2023, 14:30 - '],
    ['Finnish', '27.12.2023 klo 14.30 - '],
    ['Finnish, of twelve hours', '27.12.2023 klo 2.30 ip. - '],
    ['Polish', '27.12.2023, 14:30 - '],
    ['Czech', '27. 12. 2023 14:30 - '],
    ['Czech, of twelve hours', '27.12.23 2:30 odp. - '],
    ['Slovak', '27. 12. 2023, 14:30 - '],
    ['Hungarian', '2023. 12. 27. 14:30 - '],
    ['Hungarian, of twelve hours', '2023. 12. 27. du. 2:30 - '],
    ['Croatian', '27. 12. 2023. 14:30 - '],
    ['Bosnian', '27. 12. 2023. u 14:30 - '],
    ['Slovenian', '27. 12. 23, 2:30 pop. - '],
    ['Serbian, of twelve hours', '27.12.23. 2:30 по подне - '],
    ['Bulgarian', '27.12.23 г., 14:30 - '],
    ['Bulgarian, with the hour’s word', '27.12.23 г., 14:30 ч. - '],
    ['Bulgarian, of twelve hours', '27.12.23 г., 2:30 сл.об. - '],
    ['Russian', '27.12.2023, 14:30 - '],
    ['Ukrainian, of twelve hours', '27.12.23, 2:30 пп - '],
    ['Greek', '27/12/23, 2:30 μ.μ. - '],
    ['Greek, without dots', '27/12/23, 2:30 μμ - '],
    ['Turkish', '27.12.2023 14:30 - '],
    ['Turkish, of twelve hours', '27.12.2023 ÖS 2:30 - '],
    ['Albanian', '27.12.23, 2:30 e pasdites - '],
    ['Latvian', '27.12.23 plkst. 14:30 - '],
    ['Estonian', '27.12.23, kell 14:30 - '],
    ['Basque', '23/12/27 (14:30) - '],
    ['Arabic', '٢٧\u200f/١٢\u200f/٢٠٢٣، ٢:٣٠ م - '],
    ['Arabic, iPhone', '[٢٧\u200f/١٢\u200f/٢٠٢٣، ٢:٣٠:٠٠ م] '],
    ['Arabic, with the years of the Hijra', '١٤\u200f/٦\u200f/١٤٤٥ هـ، ٢:٣٠ م - '],
    ['Persian', '۲۰۲۳/۱۲/۲۷،\u200f ۱۴:۳۰ - '],
    ['Persian, with its own years', '۱۴۰۲/۱۰/۶،\u200f ۱۴:۳۰ - '],
    ['Persian, of twelve hours', '۲۰۲۳/۱۲/۲۷،\u200f ۲:۳۰ بعدازظهر - '],
    ['Urdu', '27/12/23, 2:30 بعد دوپہر - '],
    ['Hebrew', '27.12.2023, 14:30 - '],
    ['Hindi', '27/12/23, 2:30 pm - '],
    ['Hindi, with its digits and words', '२७/१२/२३, दोपहर २:३० - '],
    ['Marathi', '२७/१२/२३, २:३० PM - '],
    ['Punjabi', '27/12/23, 2:30 ਬਾ.ਦੁ. - '],
    ['Bengali', '২৭/১২/২৩, ২:৩০ PM - '],
    ['Thai, with Buddhist years', '27/12/2566 14:30 - '],
    ['Thai, with two digits of them', '27/12/66 14:30 น. - '],
    ['Vietnamese', '27/12/2023, 2:30 CH - '],
    ['Vietnamese, the time first', '14:30, 27/12/2023 - '],
    ['Malay', '27/12/23, 2:30 PTG - '],
    ['Indonesian', '27/12/23 14.30 - '],
    ['Chinese', '2023/12/27 下午2:30 - '],
    ['Chinese, with words', '2023年12月27日 下午2:30 - '],
    ['Chinese, iPhone', '[2023/12/27 下午2:30:00] '],
    ['Chinese of Hong Kong', '27/12/2023 下午2:30 - '],
    ['Japanese', '2023/12/27 14:30 - '],
    ['Japanese, of twelve hours', '2023/12/27 午後2:30 - '],
    ['Korean', '2023. 12. 27. 오후 2:30 - '],
    ['Korean, with two digits of the year', '23. 12. 27. 오후 2:30 - '],
    ['Korean, with words', '2023년 12월 27일 오후 2:30 - '],
    ['Korean, iPhone', '[2023. 12. 27. 오후 2:30:00] '],
  ])('%s', async (_, header) => {
    const { items, said, skipped } = await read(`${header}Ana: first\n\u200e${header}Bob: second\nfor Ana\n`)
    expect(items.map(({ ts }) => new Date(ts ?? 0).toISOString())).toEqual(
      Array.from({ length: 2 }, () => '2023-12-27T14:30:00.000Z'),
    )
    expect(said).toEqual([
      ['Ana', 'first'],
      ['Bob', 'second\nfor Ana'],
    ])
    expect(skipped).toEqual({})
  })

  test.each([
    ['12:05 AM', 5],
    ['12:05 PM', 725],
    ['11:59 PM', 1439],
    ['上午12:05', 5],
    ['下午12:05', 725],
    ['凌晨2:05', 125],
    ['오전 12:05', 5],
    ['12:05 π.μ.', 5],
    ['12:05 μ.μ.', 725],
    ['12:05 ص', 5],
    ['9:05 ч. вечера', 1265],
    ['0:05', 5],
    ['10:05 at night', 1325],
  ])('%s is minute %i of its day', (clock, minute) =>
    expect(headerOf(`2023/12/31 ${clock} - Ana: x`)?.seconds).toBe(minute * 60),
  )

  test.each([
    ['a word that no language has there', '27/12/23, 2:30 xyz - Ana: hi'],
    ['the name of a month', '27 Aralık 2023 14:30 - Ana: hi'],
    ['no dash', '27/12/23 14:30 Ana: hi'],
    ['an hour that comes twice under one word', '27/12/23, 25:30 - Ana: hi'],
    ['a bracket that does not close', '[27/12/23, 14:30 - Ana: hi'],
  ])('one that is not known is asked about with its first line: %s', async (_, line) => {
    await expect(read(`${line}\n${line.replace('Ana', 'Bob')}\n`)).rejects.toMatchObject({
      code: 'UNKNOWN_TEXT',
      message: expect.stringContaining(line) as unknown,
    })
    expect((await read(`${line}\n`, { format: 'text' })).said).toEqual([[null, line]])
    await expect(read(`${line}\n`, { format: 'whatsapp' })).rejects.toMatchObject({ code: 'DATASET_BROKEN' })
  })

  test('lines without end are told by how they begin', () => {
    for (const piece of ['a ', '9', '1/', ' - ', ', a', '下', 'a.b ', '\u200f'])
      expect(headerOf(`31/12/23, ${piece.repeat(100_000)}`)).toBeNull()
  })

  test('one form of header holds for a whole chat: what was pasted into a message stays in it', async () => {
    const { said, skipped } = await read(
      '[27/12/23, 14:30:00] Ana: look\n27/12/23, 14:31 - Eve: hi\n' +
        '[27/12/23, 14:32:00] Bob: who is\n[14:31, 27/12/2023] Eve: x\n',
    )
    expect(said).toEqual([
      ['Ana', 'look\n27/12/23, 14:31 - Eve: hi'],
      ['Bob', 'who is\n[14:31, 27/12/2023] Eve: x'],
    ])
    expect(skipped).toEqual({ 'lines that look like messages in another form, kept as text': 2 })
  })

  test('a day that is the same in both orders is not asked about', async () => {
    expect((await read('05/05/2024, 10:00 - Ana: a\n06/06/2024, 10:00 - Bob: b\n')).items).toHaveLength(2)
  })
})

describe('what the app writes', () => {
  const chat = (...texts: string[]): string =>
    texts.map((text, i) => `27/12/23, 14:${String(10 + i)} - ${text}\n`).join('')

  test.each([
    '<Media omitted>',
    '<Medien ausgeschlossen>',
    '<Multimedia omitido>',
    '<Médias omis>',
    '<Mídia oculta>',
    '<Media omessi>',
    '<Media weggelaten>',
    '<Без медиафайлов>',
    '<Medya dahil edilmedi>',
    '<pominięto multimedia>',
    '<تم استبعاد الوسائط>',
    '<המדיה לא נכללה>',
    '<省略多媒体文件>',
    '<メディアなし>',
    '<미디어 파일 제외됨>',
    '<मीडिया के बिना>',
    '<bỏ qua tệp phương tiện>',
    '\u200eimage omitted',
    'Bild weggelassen',
    '\u200eimagen omitida',
    'immagine omessa',
    '\u200eизображение отсутствует',
    '\u200eتم حذف الملصقات',
    '\u200e<attached: 00000012-PHOTO-2023-12-27-14-30-00.jpg>',
    '\u200e<Anhang: 00000012-AUDIO-2023-12-27-14-30-00.opus>',
    '\u200e<pièce jointe : Devis.pdf>',
    'IMG-20231227-WA0001.jpg (file attached)',
    'IMG-20231227-WA0001.jpg (чего-то там)',
    'Plan of the garden.pdf (Datei angehängt)',
    '\u200ePlan.pdf • \u200e2 pages \u200edocument omitted',
    'Plan.pdf • 2 pages document omitted',
  ])('%s is no text', async (placeholder) => {
    const { said, skipped } = await read(chat(`Ana: ${placeholder}`, 'Bob: nice', 'Ana: thanks'))
    expect(said).toEqual([
      ['Bob', 'nice'],
      ['Ana', 'thanks'],
    ])
    expect(skipped).toEqual({ 'media that the export left out': 1 })
  })

  test.each([
    'I promise, nothing was omitted',
    'the image omitted from the book',
    'compromis',
    'Je promets, rien d’omis',
    'Was hast du weggelassen?',
    '省略',
    'a <Media omitted> in the middle',
    'see plan.pdf (the new one)',
    'This message was deleted, wasn’t it?',
    '<3 you',
    'IMG-20231227-WA0001.jpg is mine',
  ])('%j is somebody’s text', async (text) => {
    expect((await read(chat(`Ana: ${text}`, 'Bob: nice', 'Ana: thanks'))).said[0]).toEqual(['Ana', text])
  })

  test('captions under and before media are kept', async () => {
    const { said } = await read(
      chat(
        'Ana: <Media omitted>\nThe gate code has changed\nto the new one',
        'Bob: IMG-20231227-WA0001.jpg (file attached)\nthe gate',
        'Ana: look at this \u200e<attached: 00000012-PHOTO-2023-12-27-14-30-00.jpg>',
        'Bob: \u200eimage omitted\nmine',
      ),
    )
    expect(said).toEqual([
      ['Ana', 'The gate code has changed\nto the new one'],
      ['Bob', 'the gate'],
      ['Ana', 'look at this'],
      ['Bob', 'mine'],
    ])
  })

  test.each([
    'This message was deleted',
    'You deleted this message.',
    'Diese Nachricht wurde gelöscht.',
    'Se eliminó este mensaje.',
    'Ce message a été supprimé',
    'Mensagem apagada',
    'Questo messaggio è stato eliminato',
    'Данное сообщение удалено',
    'Bu mesaj silindi',
    'تم حذف هذه الرسالة',
    'הודעה זו נמחקה',
    '此訊息已刪除。',
    'このメッセージは削除されました。',
    '삭제된 메시지입니다.',
    'यह संदेश मिटाया गया',
    '\u200eTa wiadomość została usunięta.',
  ])('%s is dropped and counted', async (text) => {
    const { said, skipped } = await read(chat('Ana: hi', `Bob: ${text}`, 'Ana: what was it?'))
    expect(said.map(([author]) => author)).toEqual(['Ana', 'Ana'])
    expect(skipped).toEqual({ 'deleted messages': 1 })
  })

  test('that a message was changed is not part of it', async () => {
    const { said } = await read(
      chat(
        'Ana: see you at ten <This message was edited>',
        'Bob: gut \u200e<Diese Nachricht wurde bearbeitet.>',
        'Ana: a <b> tag',
      ),
    )
    expect(said.map(([, text]) => text)).toEqual(['see you at ten', 'gut', 'a <b> tag'])
  })

  test('notices are nobody’s words, with a colon or without', async () => {
    const { said, skipped } = await read(
      chat(
        'Messages and calls are end-to-end encrypted. No one outside of this chat can read them.',
        'Ana created group "Trip"',
        'Ana changed the subject from "Trip" to "Trip: Rome"',
        'Ana changed the group description to: bring snacks\nand: water',
        'Ana hat den Betreff von „Reise“ zu „Reise: Rom“ geändert',
        'Ana cambió el asunto de “Viaje” a “Viaje: Roma”',
        'Ana a changé le sujet de « Voyage » en « Voyage : Rome : août »',
        'Ana изменила тему с «Поездка» на «Поездка: Рим»',
        '小明将主题从「旅行」改为「旅行: 罗马」',
        'Ana: hello',
        'Ana Maria de la Cruz: hello too',
        'Ana: "so: quoted"',
        'Walter Alexander von Berg: in',
        'Chang Wei Ming Lee: in too',
        'The 5" Club: and we',
        'Bob: Messages and calls are end-to-end encrypted. Not even WhatsApp can read them.',
        'Bob: he changed the subject to: rain',
      ),
    )
    expect(said).toEqual([
      ['Ana', 'hello'],
      ['Ana Maria de la Cruz', 'hello too'],
      ['Ana', '"so: quoted"'],
      ['Walter Alexander von Berg', 'in'],
      ['Chang Wei Ming Lee', 'in too'],
      ['The 5" Club', 'and we'],
      ['Bob', 'he changed the subject to: rain'],
    ])
    expect(skipped).toEqual({ 'notices of the app': 10 })
  })

  test('iPhones mark their own words, in any language', async () => {
    const { said, skipped } = await read(
      '[27/12/23, 14:30:00] Trip: \u200eAna bjó til hópinn\n' +
        '[27/12/23, 14:30:01] Trip: \u200eSkilaboð og símtöl eru dulkóðuð. : x\n' +
        '[27/12/23, 14:30:02] ~\u202fAna: \u200ePOLL:\nWhere to?\n\u200eOPTION: Rome (2 votes)\n' +
        '[27/12/23, 14:30:03] Bob: hæ @\u2068Ana\u2069\n[27/12/23, 14:30:04] Bob: já\n',
    )
    expect(said).toEqual([
      ['Ana', 'Where to?'],
      ['Bob', 'hæ @\u2068Ana\u2069'],
      ['Bob', 'já'],
    ])
    expect(skipped['notices of the app']).toBe(4)
  })

  test('digits, spaces and marks of a text are as they were written', async () => {
    const text = 'she wrote ٣ and ५ on 10\u00a0000\u202f€, room 12:30'
    const { said } = await read(chat(`Ana: ${text}`, 'Ana: again\n  and ٣', 'Bob: ok'))
    expect(said.slice(0, 2)).toEqual([
      ['Ana', text],
      ['Ana', 'again\n  and ٣'],
    ])
  })

  test('a text in brackets that is not known is kept, and said', async () => {
    const { said, skipped } = await read(chat('Ana: <nežinomas failas>', 'Bob: ok', 'Ana: ok'))
    expect(said[0]).toEqual(['Ana', '<nežinomas failas>'])
    expect(skipped).toEqual({ 'texts in angle brackets that the app may have written, kept as text': 1 })
  })

  test('a chat in which nobody speaks is a failure', async () => {
    const notices = chat('Messages are encrypted, not even WhatsApp can read them.', 'Ana left')
    await expect(read(notices)).rejects.toMatchObject({ code: 'UNKNOWN_TEXT' })
    await expect(read(notices, { format: 'whatsapp' })).rejects.toMatchObject({ code: 'DATASET_BROKEN' })
    await expect(read(chat('Ana: <Media omitted>', 'Ana: <Media omitted>'))).rejects.toMatchObject({
      code: 'DATASET_BROKEN',
    })
  })
})

describe('zones', () => {
  const summer = '[27/07/23, 14:30:00] Ana: a\n[27/12/23, 14:30:00] Bob: b\n'
  test('a clock without one is read where the person says it stood, by summer and winter time', async () => {
    expect(
      (await read(summer, { zone: 'Europe/Vienna' })).items.map(({ ts }) => new Date(ts ?? 0).toISOString()),
    ).toEqual(['2023-07-27T12:30:00.000Z', '2023-12-27T13:30:00.000Z'])
    await expect(read(summer, { zone: 'Middle/Earth' })).rejects.toMatchObject({ code: 'BAD_INPUT' })
  })
})
