import { importFormats, type ImportFormat } from '../../../common/model/data-names.ts'
import { importFile } from '../../../main/importers/import-file.ts'
import { detect } from '../../../main/processes/curation/personal/detect.ts'
import { People } from '../../../main/processes/curation/personal/people.ts'
import { statementsIn } from '../../../main/processes/memory/text/statements.ts'
import { drained, fileTarget, type Target } from '../target.ts'

const at = 1_709_764_000
const mail = [
  'From ana@example.org Wed Mar  6 22:45:01 2024',
  'From: Ana <ana@example.org>',
  'Subject: =?utf-8?Q?Gr=C3=BC=C3=9Fe?=',
  'Date: Wed, 6 Mar 2024 22:45:01 +0100',
  'Content-Type: multipart/alternative; boundary="b"',
  '',
  '--b',
  'Content-Type: text/plain; charset=windows-1252',
  'Content-Transfer-Encoding: quoted-printable',
  '',
  'Hello =80 you=',
  ' there',
  '> what you said',
  '--b',
  'Content-Type: text/html',
  '',
  '<p>Hello<blockquote type="cite">what you said</blockquote>',
  '--b--',
  '',
].join('\n')

const seeds: Readonly<Record<ImportFormat, readonly (string | Uint8Array)[]>> = {
  jsonl: ['{"text":"one","author":"Ana","time":"2024-03-06T22:45:01Z"}\n{"text":"two"}\n'],
  csv: ['text;author;date\n"one, ""two""";Ana;2024-03-06\n'],
  text: ['One paragraph\nof two lines.\n\nAnother.\n'],
  markdown: ['---\ntitle: A day\ndate: 2024-03-06\n---\n# Morning\nI got up.\n\n- one\n- two\n'],
  html: [
    '<html><body><div class="message default clearfix" id="message1"><div class="body"><div class="pull_right date ' +
      'details" title="06.03.2024 22:45:01 UTC+01:00">22:45</div><div class="from_name">Ana</div><div class="text">' +
      'Hello &amp; <b>you</b></div></div></div></body></html>',
    '<p>One</p><p>Two<br>three</p>',
  ],
  whatsapp: [
    '[06.03.24, 22:45:01] Ana: Hello\n[06.03.24, 22:46:00] Ben: two\nlines\n' +
      '[06.03.24, 22:47:00] Ana: <Media omitted>\n',
    '06/03/2024, 10:45 pm - Ana: Hello\n06/03/2024, 10:46 pm - Ana added Ben\n',
  ],
  wechat: ['2024-03-06 22:45:01 Ana\nHello\n\n2024-03-06 22:46:00 Ben\ntwo\n'],
  telegram: [
    JSON.stringify({
      name: 'Garden',
      type: 'personal_chat',
      id: 1,
      messages: [
        {
          id: 1,
          type: 'message',
          date_unixtime: `${at}`,
          from: 'Ana',
          text: ['Hello ', { type: 'bold', text: 'you' }],
        },
        { id: 2, type: 'service', date_unixtime: `${at}`, actor: 'Ana', action: 'pin_message' },
      ],
    }),
  ],
  chatgpt: [
    JSON.stringify([
      {
        title: 'A question',
        current_node: 'b',
        mapping: {
          a: { id: 'a', parent: null, children: ['b'], message: null },
          b: {
            id: 'b',
            parent: 'a',
            children: [],
            message: { author: { role: 'user' }, create_time: at, content: { content_type: 'text', parts: ['Hello'] } },
          },
        },
      },
    ]),
  ],
  claude: [
    JSON.stringify([
      {
        uuid: '1',
        name: 'A',
        chat_messages: [{ uuid: '2', text: 'Hello', sender: 'human', created_at: '2024-03-06' }],
      },
    ]),
  ],
  discord: [
    JSON.stringify({
      guild: {},
      channel: { id: '1', name: 'garden' },
      messages: [
        { id: '1', type: 'Default', timestamp: '2024-03-06T22:45:01Z', content: 'Hello', author: { name: 'A' } },
      ],
    }),
  ],
  'google-chat': [
    JSON.stringify({
      messages: [
        { creator: { name: 'Ana' }, created_date: 'Wednesday, March 6, 2024 at 10:45:01 PM UTC', text: 'Hello' },
      ],
    }),
  ],
  meta: [
    JSON.stringify({
      participants: [{ name: 'Ana' }],
      messages: [{ sender_name: 'Ana', timestamp_ms: at * 1000, content: 'Gr\u00c3\u00bc\u00c3\u009fe' }],
    }),
  ],
  twitter: [
    `window.YTD.tweets.part0 = ${JSON.stringify([
      { tweet: { id_str: '1', full_text: 'Hello &amp; you', created_at: 'Wed Mar 06 22:45:01 +0000 2024' } },
    ])}`,
  ],
  mbox: [mail],
  eml: [mail.slice(mail.indexOf('\n') + 1)],
  pdf: [
    '%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n' +
      '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R/Resources<</Font<</F<</Type/Font/Subtype' +
      '/Type1/BaseFont/Helvetica>>>>>>>>endobj\n4 0 obj<</Length 30>>stream\nBT /F 1 Tf (Hello) Tj ET\nendstream ' +
      'endobj\ntrailer<</Root 1 0 R>>',
  ],
}

/** What people bring: each format by name. */
export const exportTargets = importFormats.map((format) =>
  fileTarget(`import-${format}`, 'input.bin', seeds[format], (path) =>
    drained(importFile(path, { format, dateOrder: 'dmy' }, new Map())),
  ),
)

const zip = Buffer.from(
  'UEsDBBQAAAAIAHcffl3M8H+1NAAAAD4AAAAJAAAAX2NoYXQudHh0izYw0zMw1jMy0VEwMrIyMbUyMIxVcMxLtFLwSM3JyeeKRpU3szIwiFVwSs2z' +
    'Uigpz+cCAFBLAQIUAxQAAAAIAHcffl3M8H+1NAAAAD4AAAAJAAAAAAAAAAAAAACAAQAAAABfY2hhdC50eHRQSwUGAAAAAAEAAQA3AAAAWwAAAAAA',
  'base64',
)

/** An archive of a chat, as phones export it. */
export const archiveTarget = fileTarget('import-zip', 'input.zip', [zip], (path) =>
  drained(importFile(path, { format: null, dateOrder: 'dmy' }, new Map())),
)

/** A text file, of which the reader finds out what it is. */
export const textTarget = fileTarget('import-any-text', 'input.txt', Object.values(seeds).flat(), (path) =>
  drained(importFile(path, { format: null, dateOrder: null }, new Map())),
)

const people = new People(['Ana Muster', 'Иван Петров', '王小明', '田中太郎'])

/** What people write to each other, as the detectors of personal data read it. */
export const messageTarget: Target = {
  name: 'personal-data',
  seeds: [
    'Call Ana on +49 151 23456789 or mail ana.muster@example.org, IBAN DE89 3704 0044 0532 0130 00, born 3 May 1990',
    'Am Alten Markt 12, 50667 Köln; my password is hunter2!; eyJhbGciOiJIUzI1.eyJzdWIiOiIxMjM0.SflKxwRJSMeKKF2QT4',
    '我的电话13800138000谢谢 北京市朝阳区建国路88号 @lena.k https://t.me/lena 48.13743, 11.57549 192.168.17.4',
    'abandon '.repeat(11) + 'about',
  ],
  words: ['-----BEGIN PRIVATE KEY-----', 'api_key="', 'geb. ', 'Personalausweis ', 'Kennzeichen ', '护照', 'plz '],
  read(input) {
    const text = Buffer.from(input).toString('utf8')
    return Promise.resolve([detect(text, { country: 'DE', people }), statementsIn(text)])
  },
}
