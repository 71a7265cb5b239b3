import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Item } from '../../common/model/item.ts'
import { clockOf, isTimeZone } from '../../common/model/time-zone.ts'
import { importFile, type ImportOptions, type Skipped } from './import-file.ts'
import { timeOf } from './raw-item.ts'

const folder = mkdtempSync(join(tmpdir(), 'hearth-chats-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function readAt(path: string, options: Partial<ImportOptions> = {}) {
  const skipped: Skipped = new Map()
  const items: Item[] = []
  for await (const item of importFile(path, { format: null, dateOrder: null, ...options }, skipped)) items.push(item)
  return { items, said: items.map(({ author, text }) => [author, text]), skipped: Object.fromEntries(skipped) }
}
function read(name: string, content: unknown, options: Partial<ImportOptions> = {}) {
  const path = join(folder, name)
  writeFileSync(path, typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content))
  return readAt(path, options)
}

describe('Telegram, as a page', () => {
  const message = (id: number, inside: string, joined = false, at = '05.03.2024 12:00:00 UTC+01:00'): string =>
    `<div class="message default clearfix${joined ? ' joined' : ''}" id="message${id}"><div class="body">` +
    `<div class="pull_right date details" title="${at}">12:00</div>${inside}</div></div>`
  const from = (name: string): string => `<div class="from_name">\n${name}\n</div>`
  const text = (words: string): string => `<div class="text">\n${words}\n</div>`
  const first = ' <span class="date details" title="01.03.2024 10:00:00 UTC+01:00"> 01.03.2024 10:00:00</span>'
  const forwarded = (name: string, words: string): string =>
    '<div class="pull_left forwarded userpic_wrap"><div class="userpic"><div class="initials">B</div></div></div>' +
    `<div class="forwarded body">${name && from(name + first)}${text(words)}</div>`
  const page = (...messages: string[]): string =>
    '<html><head><title>Exported Data</title></head><body><div class="page_wrap"><div class="page_header">' +
    '<a class="content block_link" href="#"><div class="text bold">Club &amp; friends</div></a></div>' +
    '<div class="page_body chat_page"><div class="history"><div class="message service" id="message-1">' +
    `<div class="body details">5 March 2024</div></div>${messages.join('\n')}</div></div></div></body></html>`

  test('what was forwarded is not the words of whoever passed it on, nor of who writes next', async () => {
    const { items, skipped } = await read(
      'messages.html',
      page(
        message(11, from('Ana') + text('hello')),
        message(12, from('Ana') + forwarded('Bob', 'words of Bob')),
        message(13, forwarded('', 'more words of Bob'), true),
        message(14, text('I live by the river'), true),
        message(15, `${from('Eve via <span class="details">@gif</span>')}<div class="media_wrap">GIF</div>`),
        message(16, text('2 < 3'.replace('<', '&lt;')), true),
      ),
    )
    expect(items.map(({ author, text: said, session, ts }) => [author, said, session, ts])).toEqual(
      [
        ['Ana', 'hello'],
        ['Ana', 'I live by the river'],
        ['Eve via', '2 < 3'],
      ].map((said) => [...said, 'Club & friends', Date.UTC(2024, 2, 5, 11)]),
    )
    expect(skipped).toEqual({
      'notices of the app': 1,
      'words of others': 2,
      'media that the export left out': 1,
    })
  })

  test('two chats with the same numbers of messages stay two', async () => {
    const at = join(folder, 'telegram')
    for (const [chat, name] of [
      ['chat_1', 'Ana'],
      ['chat_2', 'Bob'],
    ] as const) {
      await mkdir(join(at, chat), { recursive: true })
      await writeFile(
        join(at, chat, 'messages.html'),
        page(message(1, from(name) + text(`I am ${name}`))).replace('Club &amp; friends', name),
      )
    }
    expect(new Set((await readAt(at)).items.map(({ author }) => author))).toEqual(new Set(['Ana', 'Bob']))
  })
})

describe('Telegram, as JSON', () => {
  const said = (id: number, text: unknown, more: object = {}) => ({
    id,
    type: 'message',
    date: '2024-03-05T12:00:00',
    date_unixtime: '1709636400',
    from: 'Me',
    from_id: 'user1',
    text,
    ...more,
  })
  test('chats that were left are read, what was forwarded is nobody’s here, and other parts are named', async () => {
    const { items, skipped } = await read('result.json', {
      about: 'x',
      contacts: { list: [] },
      stories: [],
      chats: {
        list: [
          {
            name: 'Ana',
            id: 1,
            messages: [
              said(1, ['see ', { type: 'bold', text: 'this' }, ' & ', { type: 'link', text: 'x.org' }]),
              said(2, 'I was born in Oslo', { forwarded_from: 'Bob' }),
              said(3, 'from a closed account', { forwarded_from: null }),
              said(4, '', { photo: 'photo_1.jpg' }),
              said(5, 'a caption', { photo: 'photo_2.jpg' }),
              said(6, 'gone', { from: null, from_id: 'user7' }),
              { id: 7, type: 'service', action: 'phone_call' },
              { id: 'x', type: 'message' },
            ],
          },
        ],
      },
      left_chats: { list: [{ name: 'Old club', id: 3, messages: [said(1, 'said in a group that I left')] }] },
    })
    expect(items.map(({ author, text, session }) => [author, text, session])).toEqual([
      ['Me', 'see this & x.org', 'Ana'],
      ['Me', 'a caption', 'Ana'],
      ['user7', 'gone', 'Ana'],
      ['Me', 'said in a group that I left', 'Old club'],
    ])
    expect(skipped).toEqual({
      'the part “contacts” of the archive': 1,
      'the part “stories” of the archive': 1,
      'words of others': 2,
      'media that the export left out': 1,
      'notices of the app': 1,
      'messages that cannot be read': 1,
    })
  })

  test('only chats that were left', async () => {
    expect(
      (await read('left.json', { left_chats: { list: [{ name: 'Old', id: 3, messages: [said(1, 'hi')] }] } })).said,
    ).toEqual([['Me', 'hi']])
  })
})

describe('ChatGPT', () => {
  const node = (id: string, parent: string | null, children: string[], message: object | null) => ({
    [id]: { id, parent, children, message: message && { id, create_time: null, ...message } },
  })
  const words = (role: string, ...parts: unknown[]) => ({
    author: { role },
    content: { content_type: 'multimodal_text', parts },
    recipient: 'all',
  })
  const tree = {
    ...node('root', null, ['sys'], null),
    ...node('sys', 'root', ['q'], words('system', 'be good')),
    ...node('q', 'sys', ['old', 'new'], words('user', 'Which bean climbs?')),
    ...node('old', 'q', [], { ...words('assistant', 'None.'), create_time: 9e8 }),
    ...node('new', 'q', ['call'], { ...words('assistant', 'Runner beans do.'), create_time: 5e8 + 0.123456 }),
    ...node('call', 'new', ['v'], { ...words('assistant', 'search("beans")'), recipient: 'web' }),
    ...node('v', 'call', ['w'], {
      ...words(
        'user',
        { content_type: 'audio_transcription', text: 'and in the shade?' },
        { content_type: 'audio_asset_pointer' },
      ),
      create_time: 1,
    }),
    ...node('w', 'v', ['th'], words('user', { content_type: 'image_asset_pointer' }, 'see the picture')),
    ...node('th', 'w', ['end'], { author: { role: 'assistant' }, content: { content_type: 'thoughts', thoughts: [] } }),
    ...node('end', 'th', [], {
      author: { role: 'assistant' },
      content: { content_type: 'code', text: 'beans()' },
      recipient: 'all',
    }),
  }
  const right = ['Which bean climbs?', 'Runner beans do.', 'and in the shade?', 'see the picture', 'beans()']

  test('is read along the branch that the app shows, with what was spoken', async () => {
    const { items, skipped } = await read('conversations.json', [
      { title: 'Beans', current_node: 'end', mapping: tree },
    ])
    expect(items.map(({ text }) => text)).toEqual(right)
    expect(items[1]?.ts).toBe(5e11 + 123)
    expect(skipped).toEqual({
      'branches not taken': 1,
      'messages of the system': 3,
      'media that the export left out': 1,
    })
  })

  test('takes the branch that was begun last where none is named, and ends where a parent names itself', async () => {
    expect((await read('unnamed.json', [{ mapping: tree }])).items.map(({ text }) => text)).toEqual(right)
    const circle = { ...node('a', 'b', ['b'], words('user', 'a')), ...node('b', 'a', ['a'], words('user', 'b')) }
    expect((await read('circle.json', [{ current_node: 'a', mapping: circle }])).items).toHaveLength(2)
  })
})

test('X writes some letters as HTML does, once', async () => {
  const tweet = (id: string, full_text: string) => ({
    tweet: { id_str: id, created_at: 'Wed Oct 10 20:19:24 +0000 2018', full_text },
  })
  const { items } = await read(
    'tweets.js',
    `window.YTD.tweets.part0 = ${JSON.stringify([
      tweet('1', 'R&amp;D: 3 &lt; 4 &gt; 2'),
      tweet('2', 'type &amp;lt; for &lt;'),
      tweet('3', 'AT&T &copy'),
    ])}`,
  )
  expect(items.map(({ text }) => text)).toEqual(['R&D: 3 < 4 > 2', 'type &lt; for <', 'AT&T &copy'])
})

describe('Messenger and Instagram', () => {
  test('end-to-end encrypted chats, as Messenger’s own download has them', async () => {
    const { items, skipped } = await read('Bob_12.json', {
      participants: ['Ana', 'Bob'],
      threadName: 'Bob_12',
      messages: [
        { isUnsent: false, senderName: 'Bob', text: 'thanks – ä', timestamp: 1704164646000, type: 'text' },
        {
          isUnsent: false,
          senderName: 'Ana',
          text: 'the key is under the pot',
          timestamp: 1704164645000,
          type: 'text',
        },
        { isUnsent: true, senderName: 'Ana', text: '', timestamp: 1704164647000, type: 'text' },
        {
          isUnsent: false,
          senderName: 'Ana',
          text: '',
          media: [{ uri: 'x' }],
          timestamp: 1704164648000,
          type: 'media',
        },
      ],
    })
    expect(items.map(({ author, text, session }) => [author, text, session])).toEqual([
      ['Ana', 'the key is under the pot', 'Bob_12'],
      ['Bob', 'thanks – ä', 'Bob_12'],
    ])
    expect(skipped).toEqual({ 'deleted messages': 1, 'media that the export left out': 1 })
  })

  test('letters are mended where they are broken, and only there; what was unsent and calls are left out', async () => {
    const broken = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')
    const message = (content: string | undefined, more: object = {}) => ({
      sender_name: broken('José'),
      timestamp_ms: 1704164645000,
      content,
      ...more,
    })
    const { said, skipped } = await read('message_1.json', {
      participants: [{ name: broken('José') }],
      messages: [
        message('already “right” 没有'),
        message('plain café'),
        message(broken('naïve – “x” 👩‍🌾 ñ')),
        message(undefined, { is_unsent: true }),
        message(broken('José called you.'), { call_duration: 12 }),
      ],
    })
    expect(said).toEqual([
      ['José', 'naïve – “x” 👩‍🌾 ñ'],
      ['José', 'plain café'],
      ['José', 'already “right” 没有'],
    ])
    expect(skipped).toEqual({ 'deleted messages': 1, 'notices of the app': 1 })
  })
})

describe('notes with times are no chats', () => {
  test.each([
    ['titles alone', '2024-01-02 10:00 Went to the dentist\nIt hurt a little.\n\n2024-01-03 09:30 Planted beans\n'],
    ['brackets', '[2024-01-02 10:00] Went to the dentist. It hurt.\n\n[2024-01-03 09:30] Planted beans.\n'],
    [
      'brackets and seconds',
      '[2024-01-02 10:00:00 AM] Went to the dentist. It hurt.\n\n[2024-01-03 09:30:00 AM] Planted beans.\n',
    ],
    ['the name of an app', '[2024-01-02 10:00] Dentist\n[2024-01-03 09:30] Planted beans, sent them by WhatsApp\n'],
    ['a dash', '2024-01-02 10:00 - Went to the dentist\n\n2024-01-03 09:30 - Planted beans\n'],
    ['sentences', '2024-01-02 10:00 Went to the dentist.\nIt hurt.\n\n2024-01-03 09:30 Planted beans.\nIn rows.\n'],
    ['prose', 'At 10:30 we met: it was cold.\nThen we left.\nDentist at noon.\nPlanted beans.\n'],
  ])('%s', async (_, text) => {
    const { items } = await read('diary.txt', text)
    expect(items.filter(({ author, ts }) => author !== null || ts !== null)).toEqual([])
    expect(items.map((item) => item.text).join('\n\n')).toContain('lanted beans')
    expect(items.map((item) => item.text).join('\n')).toContain('entist')
  })

  test.each([
    ['titles with text', '2024-01-02 10:00 Dentist\nIt hurt.\n\n2024-01-03 09:30 Garden\nBeans.\n'],
    ['colons', '[2024-01-02 10:00] Dentist: it hurt\n[2024-01-03 09:30] Garden: beans\n'],
    ['plans within notes', '[2024-01-02 10:00] Dentist\n10:30: Bus: late\n[2024-01-03 09:30] Garden\n'],
    ['one colon', '2024-01-02 10:00 - Dentist\n2024-01-03 09:30 - WhatsApp: no\n2024-01-04 09:30 - Garden\n'],
    ['a chat of an app that is not known', '10:05\tAna: hi\n10:06\tBob: hello\n10:07\tAna: bye\n'],
    ['KakaoTalk', '2023년 12월 31일 오후 10:05, Ana : hi\n2023년 12월 31일 오후 10:06, Bob : hello\n'],
    ['Signal’s desktop app', 'Dec 31, 2023 10:05 PM Ana: hi\nDec 31, 2023 10:06 PM Bob: hello\n'],
  ])('where it is not plain, it is asked: %s', async (_, text) => {
    const first = text.slice(0, text.indexOf('\n'))
    await expect(read('unclear.txt', text)).rejects.toMatchObject({
      code: 'UNKNOWN_TEXT',
      message: expect.stringContaining(first) as unknown,
    })
    const { items } = await read('unclear.txt', text, { format: 'text' })
    expect(items.every(({ author }) => author === null)).toBe(true)
  })

  test('a chat of WeChat in which names come again is one', async () => {
    const { said } = await read(
      'chat.txt',
      '2023-05-01 12:34:56 Ana\nhi\n\n2023-05-01 12:35:10 Bob\nhello\n\n' +
        '2023-05-01 12:36 Ana\nbye\n\n2023-05-01 12:37 Bob\nbye\n',
    )
    expect(said.map(([author]) => author)).toEqual(['Ana', 'Bob', 'Ana', 'Bob'])
  })

  test('nothing found is a failure', async () => {
    await expect(read('empty.txt', '\n\n')).rejects.toMatchObject({ code: 'DATASET_BROKEN' })
    await expect(read('prose.txt', 'no chat\n', { format: 'wechat' })).rejects.toMatchObject({ code: 'DATASET_BROKEN' })
    await expect(read('prose.txt', 'no chat\n', { format: 'whatsapp' })).rejects.toThrow('begins with “no chat”')
    await expect(read('none.json', { chats: { list: [] } })).rejects.toMatchObject({ code: 'DATASET_BROKEN' })
    await expect(read('blank.jsonl', '{"text":" "}\n')).rejects.toThrow('1 without text')
  })
})

describe('tables', () => {
  test.each([
    ['comma', 'date,author,text\n2024-01-02,Ana,hi; there\n', 'hi; there'],
    ['semicolon', 'date;author;text\n2024-01-02;Ana;hi, there\n', 'hi, there'],
    ['tab', 'date\tauthor\ttext\n2024-01-02\tAna\thi, there; you | me\n', 'hi, there; you | me'],
    ['bar', 'date|author|text\n2024-01-02|Ana|hi, there; you\n', 'hi, there; you'],
    ['Excel’s own line', 'sep=;\r\ndate;author;text\r\n2024-01-02;Ana;hi, you\r\n', 'hi, you'],
    ['Excel’s own line, quoted', '"sep=|"\ndate|author|text\n2024-01-02|Ana|hi, you\n', 'hi, you'],
    ['quoted names', '"Date","Author","Text"\n"2024-01-02","Ana","a ""b"", c; d"\n', 'a "b", c; d'],
    ['a line break in a text', 'date;author;text\n2024-01-02;Ana;"a\n\nb;c"\n', 'a\n\nb;c'],
    ['one column', 'text\nhi, there; you\n'.replace('hi, there; you', '"hi, there; you"'), 'hi, there; you'],
    ['a mark of UTF-8', '\uFEFFdate;author;text\n2024-01-02;Ana;hi\n', 'hi'],
  ])('%s', async (_, table, text) =>
    expect((await read('a.csv', table)).items.map((item) => item.text)).toEqual([text]),
  )

  test('UTF-16 as Excel saves it', async () => {
    const bytes = Buffer.from('\uFEFFdate\tauthor\ttext\n2024-01-02\tAna\tgrüß dich\n', 'utf16le')
    expect((await read('utf16.csv', bytes)).said).toEqual([['Ana', 'grüß dich']])
  })

  test('a day and a clock of a column each, and columns that nobody reads are named', async () => {
    const { items, skipped } = await read('b.csv', 'Date,Time,From,Subject,Message\n2024-01-02,9:05,Ana,x,hi\n')
    expect(items.map(({ ts }) => ts)).toEqual([Date.UTC(2024, 0, 2, 9, 5)])
    expect(skipped).toEqual({
      'the column “subject”, which is not read': 1,
      'times without a zone, read as UTC': 1,
    })
  })

  test('what cannot be told is refused with the line', async () => {
    await expect(read('c.csv', 'when,who,what\n1,2,3\n')).rejects.toThrow('begins with “when,who,what”')
    await expect(read('c.csv', 'text,text\n1,2\n')).rejects.toThrow('two columns named “text”')
    await expect(read('c.csv', 'text,author\n1,2,3\n')).rejects.toMatchObject({ code: 'DATASET_BROKEN' })
    await expect(read('c.csv', Buffer.from('text\ngr\xfc\xdf\n', 'latin1'))).rejects.toThrow('is not UTF-8')
  })
})

describe('times without a zone', () => {
  const rows = [
    { ts: '2024-07-02T03:04:05', text: 'iso' },
    { ts: '2024-07-02 03:04', text: 'space' },
    { ts: '2 July 2024 03:04', text: 'named' },
    { ts: '2024-07-02', text: 'a day' },
    { ts: '2024-07-02T03:04:05Z', text: 'with one' },
    { ts: '2024-07-02 03:04:05 +05:30', text: 'with another' },
    { ts: 'last Tuesday', text: 'words' },
  ]
    .map((row) => JSON.stringify(row))
    .join('\n')
  const times = async (options: Partial<ImportOptions>) => {
    const { items, skipped } = await read('rows.jsonl', rows, options)
    return { times: items.map(({ ts }) => ts && new Date(ts).toISOString().slice(0, 16)), skipped }
  }

  test('are read as UTC and counted, whatever the machine’s own', async () => {
    const before = process.env.TZ
    try {
      for (const zone of ['UTC', 'America/New_York', 'Asia/Kolkata']) {
        process.env.TZ = zone
        expect(await times({})).toEqual({
          times: [
            '2024-07-02T03:04',
            '2024-07-02T03:04',
            '2024-07-02T03:04',
            '2024-07-02T00:00',
            '2024-07-02T03:04',
            '2024-07-01T21:34',
            null,
          ],
          skipped: { 'times without a zone, read as UTC': 3, 'times that cannot be read, left open': 1 },
        })
      }
    } finally {
      if (before === undefined) delete process.env.TZ
      else process.env.TZ = before
    }
  })

  test('are those of the zone that the person names', async () => {
    expect((await times({ zone: 'America/New_York' })).times.slice(0, 5)).toEqual([
      '2024-07-02T07:04',
      '2024-07-02T07:04',
      '2024-07-02T07:04',
      '2024-07-02T00:00',
      '2024-07-02T03:04',
    ])
  })

  test.each([
    ['Wed May 08 2024 13:56:00 GMT+0200 (CEST)', Date.UTC(2024, 4, 8, 11, 56), undefined],
    ['8 May 2024 13:56 UTC+2', Date.UTC(2024, 4, 8, 11, 56), undefined],
    ['8 May 2024 13:56 EST', Date.UTC(2024, 4, 8, 18, 56), undefined],
    ['IST 8 May 2024 13:56', null, undefined],
    ['30 February 2024', null, undefined],
    [1_704_067_200_000_000, Date.UTC(2024, 0, 1), undefined],
    ['1704067200', Date.UTC(2024, 0, 1), undefined],
    ['2024-02-30', null, undefined],
    ['2024-05-08 9:56:01,5', Date.UTC(2024, 4, 8, 9, 56, 1, 500), true],
    ['2024-05-08T13:56+02', Date.UTC(2024, 4, 8, 11, 56), undefined],
  ])('%s', (written, ts, zoneless) => expect(timeOf(written)).toMatchObject({ ts, ...(zoneless && { zoneless }) }))

  test('an hour that comes twice is its first, and one that is left out is as much later', () => {
    const vienna = clockOf('Europe/Vienna')
    expect(vienna(Date.UTC(2023, 9, 29, 2, 30))).toBe(Date.UTC(2023, 9, 29, 0, 30))
    expect(vienna(Date.UTC(2023, 2, 26, 2, 30))).toBe(Date.UTC(2023, 2, 26, 1, 30))
    expect(clockOf('Asia/Kolkata')(Date.UTC(2023, 0, 1, 0, 0, 0, 7))).toBe(Date.UTC(2022, 11, 31, 18, 30, 0, 7))
    expect([isTimeZone('Europe/Vienna'), isTimeZone('Middle/Earth'), isTimeZone('')]).toEqual([true, false, false])
  })
})

test('what an archive holds beside chats is counted by what it is', async () => {
  const at = join(folder, 'archive')
  await mkdir(join(at, '.git'), { recursive: true })
  await mkdir(join(at, '__MACOSX'))
  await writeFile(join(at, 'more.zip'), 'PK')
  await writeFile(join(at, '._chat.txt'), 'x')
  await writeFile(join(at, 'photo.jpg'), 'x')
  await writeFile(join(at, 'a.csv'), 'text\nhi\n')
  // What a person says of a text that does not tell is not said of the table.
  await writeFile(join(at, 'unclear.txt'), '10:05\tAna: hi\n10:06\tBob: hello\n')
  await expect(readAt(at)).rejects.toMatchObject({ code: 'UNKNOWN_TEXT' })
  const { items, skipped } = await readAt(at, { format: 'text' })
  expect(items.map(({ text }) => text).toSorted()).toEqual(['10:05\tAna: hi\n10:06\tBob: hello', 'hi'])
  expect(skipped).toEqual({
    'archives inside, which are not opened': 1,
    'files without text': 1,
    'hidden files and folders': 3,
  })
})
