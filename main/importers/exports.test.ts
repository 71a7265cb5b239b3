import { createWriteStream } from 'node:fs'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
// @ts-expect-error The library brings no types; it makes archives for these tests alone.
import { ZipFile } from 'yazl'
import type { Item } from '../../common/model/item.ts'
import type { HearthError } from '../../common/errors/index.ts'
import { importFile, type Skipped } from './import-file.ts'
import { timeOf } from './raw-item.ts'

interface Zip {
  addBuffer(content: Buffer, name: string): void
  end(): void
  readonly outputStream: NodeJS.ReadableStream
}

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'hearth-exports-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function read(name: string, content: string | Buffer) {
  await writeFile(join(folder, name), content)
  const skipped: Skipped = new Map()
  const items: Item[] = []
  for await (const item of importFile(join(folder, name), { format: null, dateOrder: null }, skipped)) items.push(item)
  return { items, skipped: Object.fromEntries(skipped) }
}

async function zipOf(files: Readonly<Record<string, string | Buffer>>): Promise<Buffer> {
  const zip = new ZipFile() as Zip
  for (const [name, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), name)
  zip.end()
  const path = join(folder, 'made.bin')
  await pipeline(zip.outputStream, createWriteStream(path))
  return readFile(path)
}

const CHAT = '[2024-03-06, 22:45:01] Ana: Hello\n'

describe('JSON exports', () => {
  test('Discord: a channel, and a person’s own package', async () => {
    const channel = {
      guild: {},
      channel: { id: '1', name: 'garden' },
      messages: [
        {
          id: '7',
          type: 'Default',
          timestamp: '2024-01-02T03:04:05+01:00',
          content: 'hi',
          author: { name: 'ana', nickname: 'Ana' },
        },
        {
          id: '8',
          type: 'ChannelPinnedMessage',
          timestamp: '2024-01-02T03:04:05Z',
          content: '',
          author: { name: 'x' },
        },
      ],
    }
    expect(await read('channel.json', JSON.stringify(channel))).toEqual({
      items: [{ id: '7', ts: Date.UTC(2024, 0, 2, 2, 4, 5), author: 'Ana', text: 'hi', session: 'garden' }],
      skipped: { 'notices of the app': 1 },
    })
    const own = await read(
      'messages.json',
      JSON.stringify([{ ID: 12, Timestamp: '2024-01-02 03:04:05', Contents: 'mine', Attachments: '' }]),
    )
    expect(own.items).toMatchObject([{ id: '12', ts: Date.UTC(2024, 0, 2, 3, 4, 5), author: 'me', text: 'mine' }])
  })

  test('Messenger and Instagram: oldest first, and letters as they were written', async () => {
    const broken = (text: string): string => Buffer.from(text, 'utf8').toString('latin1')
    const chat = {
      participants: [{ name: 'Ana' }],
      title: broken('Müller'),
      messages: [
        { sender_name: broken('José'), timestamp_ms: 2000, content: broken('grüße 👋') },
        { sender_name: 'Ana', timestamp_ms: 1000, content: 'plain' },
        { sender_name: 'Ana', timestamp_ms: 500 },
      ],
    }
    const { items, skipped } = await read('message_1.json', JSON.stringify(chat))
    expect(items.map(({ ts, author, text, session }) => [ts, author, text, session])).toEqual([
      [1000, 'Ana', 'plain', 'Müller'],
      [2000, 'José', 'grüße 👋', 'Müller'],
    ])
    expect(skipped).toEqual({ 'media that the export left out': 1 })
  })

  test('X: an archive that is JavaScript', async () => {
    const tweets = [
      { tweet: { id_str: '1', created_at: 'Wed Oct 10 20:19:24 +0000 2018', full_text: 'first' } },
      { tweet: { id_str: '2', created_at: 'Wed Oct 10 20:19:24 +0000 2018', full_text: 'RT @somebody: theirs' } },
    ]
    expect(await read('tweets.js', `window.YTD.tweets.part0 = ${JSON.stringify(tweets)}`)).toMatchObject({
      items: [{ id: '1', ts: Date.UTC(2018, 9, 10, 20, 19, 24), text: 'first' }],
      skipped: { 'words of others': 1 },
    })
  })
})

test('Claude: what was said, without tools and thoughts, in old exports and new ones', async () => {
  const chat = {
    uuid: 'c',
    name: 'Garden',
    chat_messages: [
      { uuid: 'm1', sender: 'human', created_at: '2024-05-06T07:08:09.000Z', text: 'old', content: [] },
      {
        uuid: 'm2',
        sender: 'assistant',
        created_at: '2024-05-06T07:09:09.000Z',
        text: 'both',
        content: [
          { type: 'thinking', thinking: 'hidden' },
          { type: 'text', text: 'said' },
        ],
      },
      { uuid: 7 },
    ],
  }
  const { items, skipped } = await read('conversations.json', JSON.stringify([chat]))
  expect(items).toEqual([
    { id: 'm1', ts: Date.UTC(2024, 4, 6, 7, 8, 9), author: 'user', text: 'old', session: 'Garden' },
    { id: 'm2', ts: Date.UTC(2024, 4, 6, 7, 9, 9), author: 'assistant', text: 'said', session: 'Garden' },
  ])
  expect(skipped).toEqual({ 'messages that cannot be read': 1 })
})

test('Google Chat: times as Takeout writes them, and no time where it writes another language', async () => {
  const message = (id: string, created_date: string) => ({
    creator: { name: 'Ana' },
    created_date,
    text: `hi ${id}`,
    topic_id: 't',
    message_id: id,
  })
  const { items } = await read(
    'messages.json',
    JSON.stringify({
      messages: [
        message('1', 'Monday, May 8, 2023 at 1:56:00\u202fPM UTC'),
        message('2', 'Thursday, 2 March 2023 at 17:32:04 UTC'),
        message('3', 'jeudi 2 mars 2023 à 17:32:04 UTC'),
      ],
    }),
  )
  expect(items.map(({ id, ts }) => [id, ts])).toEqual([
    ['1', Date.UTC(2023, 4, 8, 13, 56)],
    ['2', Date.UTC(2023, 2, 2, 17, 32, 4)],
    ['3', null],
  ])
})

test('a folder of notes: days from names and front matter, headings kept, hidden folders left alone', async () => {
  const notes = join(folder, 'vault')
  await mkdir(join(notes, '.obsidian'), { recursive: true })
  await mkdir(join(notes, 'trips'))
  await writeFile(join(notes, '.obsidian', 'app.json'), '{}')
  await writeFile(join(notes, '2023-05-08.md'), '# Morning\nRan along\nthe river.\n\nThen slept.\n')
  await writeFile(join(notes, 'trips', 'oslo.md'), '---\ndate: 2022-01-02\n---\nSnow.\n')
  await writeFile(join(notes, 'photo.png'), 'no text')
  const skipped: Skipped = new Map()
  const items: Item[] = []
  for await (const item of importFile(notes, { format: null, dateOrder: null }, skipped)) items.push(item)
  expect(
    items.map(({ ts, text, session }) => ({ ts, text, session })).toSorted((a, b) => a.text.localeCompare(b.text)),
  ).toEqual([
    { ts: Date.UTC(2023, 4, 8), text: 'Morning: Ran along\nthe river.', session: '2023-05-08.md' },
    { ts: Date.UTC(2023, 4, 8), text: 'Morning: Then slept.', session: '2023-05-08.md' },
    { ts: Date.UTC(2022, 0, 2), text: 'Snow.', session: 'oslo.md' },
  ])
  expect(Object.fromEntries(skipped)).toEqual({ 'files without text': 1, 'hidden files and folders': 1 })
})

describe('mail', () => {
  const mail = (id: string, extra: string, body: string): string =>
    `From: =?utf-8?q?Ana_M=C3=BCller?= <ana@example.org>\r\nTo: bob@example.org\r\nSubject: Garden\r\nDate: Tue, 2 ` +
    `Jan 2024 03:04:05 +0100\r\nMessage-ID: <${id}@example.org>\r\n${extra}Content-Type: text/plain; ` +
    `charset=utf-8\r\n\r\n${body}`
  const reply = mail(
    'b',
    'References: <a@example.org>\r\nIn-Reply-To: <a@example.org>\r\n',
    'Agreed.\r\n\r\nOn Tue, 2 Jan 2024, Bob wrote:\r\n> shall we?\r\n> yes\r\n',
  ).replace('Subject: Garden', 'Subject: Re: Garden')

  test('one message: own words, sender, thread', async () => {
    expect((await read('reply.eml', reply)).items).toEqual([
      {
        id: '<b@example.org>',
        ts: Date.UTC(2024, 0, 2, 2, 4, 5),
        author: 'Ana Müller',
        text: 'Agreed.',
        session: '<a@example.org>',
      },
    ])
  })

  test('a mailbox, message by message', async () => {
    const { items } = await read(
      'Sent.mbox',
      `From ana@example.org Tue Jan 02 03:04:05 ` +
        `2024\n${mail('a', '', 'Shall we?\n-- \nAna\n').replaceAll('\r', '')}\n\nFrom ana@example.org Tue Jan 02 ` +
        `03:05:05 2024\n${reply.replaceAll('\r', '')}\n`,
    )
    expect(items.map(({ text, session }) => [text, session])).toEqual([
      ['Garden\nShall we?', '<a@example.org>'],
      ['Agreed.', '<a@example.org>'],
    ])
  })

  test('what is none is refused', async () => {
    await expect(read('no.mbox', 'hello\n')).rejects.toMatchObject({ code: 'DATASET_BROKEN' })
  })
})

test('the text of a PDF, page by page', async () => {
  const stream = 'BT /F1 12 Tf 50 150 Td (Hello garden) Tj ET'
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
    `<</Length ${stream.length}>>stream\n${stream}\nendstream`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
  ]
  let pdf = '%PDF-1.4\n'
  const offsets = objects.map((body, i) => {
    const at = pdf.length
    pdf += `${i + 1} 0 obj${body}endobj\n`
    return at
  })
  const start = pdf.length
  pdf +=
    `xref\n0 6\n0000000000 65535 f ` +
    `\n${offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('')}trailer<</Size 6/Root 1 0 ` +
    `R>>\nstartxref\n${start}\n%%EOF`
  expect((await read('page.pdf', pdf)).items).toMatchObject([{ text: 'Hello garden', session: 'page.pdf' }])
  await expect(read('broken.pdf', 'no pdf')).rejects.toMatchObject({ code: 'DATASET_BROKEN' })
})

describe('archives', () => {
  test('every export inside is read, the rest is passed over and nothing stays on the disk', async () => {
    const before = (await readdir(tmpdir())).filter((name) => name.startsWith('hearth-archive-')).length
    const zip = await zipOf({
      '_chat.txt': CHAT,
      'photo.jpg': 'x',
      'more/result.json': JSON.stringify({
        name: 'Bob',
        id: 7,
        messages: [{ id: 2, type: 'message', date_unixtime: '1704067200', from: 'Bob', text: 'yo' }],
      }),
      'settings.json': '{"a":1}',
    })
    const { items, skipped } = await read('WhatsApp Chat with Ana.zip', zip)
    expect(items.map(({ text, session }) => [text, session])).toEqual([
      ['Hello', 'WhatsApp Chat with Ana.txt'],
      ['yo', 'Bob'],
    ])
    expect(skipped).toEqual({
      'files without text': 1,
      'files that are no export': 1,
      'times without a zone, read as UTC': 1,
    })
    expect((await readdir(tmpdir())).filter((name) => name.startsWith('hearth-archive-'))).toHaveLength(before)
  })

  test('a bomb is not unpacked', async () => {
    await expect(read('bomb.zip', await zipOf({ 'bomb.txt': Buffer.alloc(64 * 2 ** 20, 'a') }))).rejects.toMatchObject({
      code: 'DATASET_BROKEN',
      message: expect.stringContaining('not unpacked') as unknown,
    })
  })

  test('that is damaged anywhere is said to be, or read as it was', async () => {
    const zip = await zipOf({ '_chat.txt': `${CHAT}[2024-03-06, 22:46:01] Ben: Something to compress, to compress\n` })
    const { items } = await read('damaged.zip', zip)
    for (let at = 0; at < zip.length; at++) {
      const damaged = Buffer.from(zip)
      damaged[at] = (damaged[at] ?? 0) ^ 0xff
      const texts = await read('damaged.zip', damaged).then(
        (found) => found.items.map(({ text }) => text),
        (error: HearthError) => error.code,
      )
      expect(['DATASET_BROKEN', items.map(({ text }) => text)], `byte ${at}`).toContainEqual(texts)
    }
  })

  test('a name that leads out of the folder is refused', async () => {
    const zip = await zipOf({ 'aaaaaaaaaaa.txt': CHAT })
    const evil = Buffer.from(zip.toString('latin1').replaceAll('aaaaaaaaaaa.txt', '../../../ev.txt'), 'latin1')
    await expect(read('slip.zip', evil)).rejects.toMatchObject({ code: 'DATASET_BROKEN' })
  })

  test('what is cut short or is none is refused, and a question about dates is asked', async () => {
    const zip = await zipOf({ '_chat.txt': '05/06/2024, 10:00 - Ana: a\n06/07/2024, 10:00 - Bob: b\n' })
    await expect(read('half.zip', zip.subarray(0, zip.length - 20))).rejects.toMatchObject({ code: 'DATASET_BROKEN' })
    await expect(read('none.zip', 'PK no')).rejects.toMatchObject({ code: 'DATASET_BROKEN' })
    await expect(read('chat.zip', zip)).rejects.toMatchObject({ code: 'AMBIGUOUS_DATES' })
    await expect(read('nothing.zip', await zipOf({ 'a.jpg': 'x' }))).rejects.toMatchObject({ code: 'DATASET_BROKEN' })
  })
})

test.each([
  ['1:56 pm on 8 May, 2023', Date.UTC(2023, 4, 8, 13, 56)],
  ['12:05 am on 1st of January 2024', Date.UTC(2024, 0, 1, 0, 5)],
  ['8 May 2023 13:56:00 +0200', Date.UTC(2023, 4, 8, 11, 56)],
  ['8 May 2023 13:56 CEST', null],
  ['Sept 3, 2021', Date.UTC(2021, 8, 3)],
  ['2023-05-08T13:56:00+02:00', Date.UTC(2023, 4, 8, 11, 56)],
  [1683554160, Date.UTC(2023, 4, 8, 13, 56)],
  ['03/04/2021', null],
  ['8 mai 2023', null],
  ['maybe 5, 2023', null],
])('%j is %j', (written, time) => expect(timeOf(written).ts).toBe(time))

describe('web pages', () => {
  test('give a paragraph an item, as a browser shows them', async () => {
    const { items } = await read(
      'page.html',
      '<!doctype html><html><head><title>No</title><style>p{}</style></head><body><nav>Menu</nav><h1>Our   ' +
        'garden</h1><p>We grew <b>tomatoes</b> &amp; beans.<br>And ' +
        'more.</p><script>alert("x")</script><ul><li>one</li><li>two</li></ul>loose</body></html>',
    )
    expect(items.map(({ text }) => text)).toEqual([
      'Our garden',
      'We grew tomatoes & beans.\nAnd more.',
      'one',
      'two',
      'loose',
    ])
  })

  test(
    'that Telegram exported are messages, with whoever wrote before as the author of what is ' + 'joined to it',
    async () => {
      const message = (id: number, name: string | null, date: string, text: string) =>
        [
          `<div class="message default clearfix${name === null ? ' joined' : ''}" id="message${id}">`,
          name === null ? '' : '<div class="pull_left userpic_wrap"><div class="initials">A</div></div>',
          `<div class="body"><div class="pull_right date details" title="${date}">12:34</div>`,
          name === null ? '' : `<div class="from_name">\n${name}\n</div>`,
          `<div class="text">${text}</div></div></div>`,
        ].join('')
      const { items } = await read(
        'messages.html',
        [
          '<html><body><div class="page_body"><div class="history">',
          '<div class="message service" id="message-1"><div class="body details">5 March 2024</div></div>',
          message(1, 'Anna', '05.03.2024 12:34:56 UTC+01:00', 'Is it <strong>raining</strong>?<br>Here it is.'),
          message(2, null, '05.03.2024 12:35:00 UTC+01:00', 'Take a coat'),
          message(3, 'Tom', '05.03.2024 12:36:00', 'Yes'),
          '</div></div></body></html>',
        ].join(''),
      )
      expect(
        items
          .filter(({ ts }) => ts !== null)
          .map(({ author, ts, text }) => [author, new Date(ts!).toISOString(), text]),
      ).toEqual([
        ['Anna', '2024-03-05T11:34:56.000Z', 'Is it raining?\nHere it is.'],
        ['Anna', '2024-03-05T11:35:00.000Z', 'Take a coat'],
        ['Tom', '2024-03-05T12:36:00.000Z', 'Yes'],
      ])
    },
  )

  test('that are broken end in items or a clear error, and never in a crash', async () => {
    for (const html of [
      '',
      '<p>open',
      '</div></div></p>text',
      '<div class="message" id="message1"><div class="text">half',
      '<p>'.repeat(20_000),
      '\u0000<a b=">',
      '<script>never closed <p>x',
    ])
      await read('broken.html', html).catch((error: unknown) => expect(error).toMatchObject({ code: 'DATASET_BROKEN' }))
    await expect(read('latin.html', Buffer.from([0x3c, 0x70, 0x3e, 0xe4, 0xf6]))).rejects.toThrow('is not UTF-8')
  })
})

test('WeChat and QQ chats as text: a line of time and name, then what was said', async () => {
  const { items, skipped } = await read(
    '微信 王芳.txt',
    '\uFEFF消息记录\n2023-05-01 12:34:56 王芳\n明天去爬山吗？\n\n2023-05-01 12:35:10 Anna(123456789)\n好啊\n带上水\n\n2023-05-01 ' +
      '9:05 李雷<li.lei@example.cn>\n[图片]\n',
  )
  expect(items.map(({ author, ts, text }) => [author, new Date(ts!).toISOString(), text])).toEqual([
    ['王芳', '2023-05-01T12:34:56.000Z', '明天去爬山吗？'],
    ['Anna', '2023-05-01T12:35:10.000Z', '好啊\n带上水'],
    ['李雷', '2023-05-01T09:05:00.000Z', '[图片]'],
  ])
  expect(skipped).toEqual({ 'text before the first message': 1, 'times without a zone, read as UTC': 3 })
  // A day that no calendar has is not guessed, and WhatsApp's lines are WhatsApp's.
  await expect(read('notes.txt', '2023-02-30 12:00:00 Anna\nhello\n')).rejects.toMatchObject({ code: 'DATASET_BROKEN' })
  expect(
    (await read('chat.txt', '2023-05-21, 12:00 - Anna: hi\n2023-05-22, 12:00 - Tom: hello\n')).items.map(
      ({ author }) => author,
    ),
  ).toEqual(['Anna', 'Tom'])
})
