// node test/support/hostile-texts.ts FOLDER: gives the readers of what people are sent texts of half a megabyte that are
// made to hold them. Prints the name of each before it is read, so that whoever watches knows which one does.
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { HearthError } from '../../common/errors/index.ts'
import { importFile } from '../../main/importers/import-file.ts'
import { detect } from '../../main/processes/curation/personal/detect.ts'
import { People } from '../../main/processes/curation/personal/people.ts'
import { statementsIn } from '../../main/processes/memory/text/statements.ts'
import { termsOf } from '../../main/processes/memory/text/words.ts'

const SIZE = 2 ** 19
const fill = (text: string, size = SIZE): string => text.repeat(Math.ceil(size / text.length)).slice(0, size)
const many = <T>(count: number, of: (at: number) => T): T[] => Array.from({ length: count }, (_, at) => of(at))

/** What one person may write to another. */
const messages: Readonly<Record<string, string>> = {
  'begins of a token': fill('eyJ-'),
  'words of recovery phrases': fill('abandon '),
  addresses: fill('1.1.1.1 '),
  'digits and blanks': fill('1 2 3 4 5 6 7 8 9 0 '),
  digits: fill('1234567890'),
  'codes of countries': fill('+49 ((('),
  brackets: fill('(1) '),
  numbers: fill('030-1-'),
  'begins of keys': fill('-----BEGIN PRIVATE KEY-----'),
  mail: `a@${fill('a.')}`,
  'mail in Greek': `.@0.l.${fill('µ.')}`,
  'one word': fill('a'),
  colons: fill('a:'),
  'begins of an address': fill('Am Am '),
  'words with capitals': fill('Aa '),
  'parts of a password': fill('password is '),
  'names of fields': fill('api_key-'),
  'words for a day': fill('born geb. '),
  'Chinese numbers': fill('12号'),
  'signs of accounts': fill('@a.'),
  'letters with marks': fill('a\u0301'),
  'letters of Hangul': fill('\u1100'),
  links: fill('http://h'),
  'what somebody has': fill('my favorite \u00aa'),
}

const people = new People([
  ...many(20_000, (at) => `王${String.fromCodePoint(0x4e00 + (at % 200), 0x4e00 + Math.floor(at / 200))}`),
  many(15, (at) => `Name${at}`).join(' '),
])
const lines: Readonly<Record<string, string>> = {
  'a name of many words again and again': fill(`${many(15, (at) => `Name${at}`).join(' ')} `),
  'the first sign of many names': fill('王'),
}

const mail = (type: string, body: string, head = ''): string =>
  `From: a@b.c\nTo: d@e.f\nSubject: hi\nMessage-ID: <x@y>\n${head}Content-Type: ${type}\n\n${body}`
const telegram = '<div class="message" id="message1">'

/** Files that one person may send to another, by their extension. */
const files: Readonly<Record<string, readonly [extension: string, text: string]>> = {
  'a heading of blanks': ['md', `# a${fill(' ')}b\n\ntext`],
  'a heading of marks': ['md', `# a${fill('#')}b\n\ntext`],
  'front matter of blanks': ['md', `---\ndate: a${fill(' ')}b\n---\ntext`],
  'a first line like a chat’s': ['txt', `2023-05-01 12:34:56 x<${fill('@')}\nhi`],
  'brackets of a chat': ['txt', `[1/1/23, 1:1:1 ${fill(' ')}`],
  'elements within elements': ['html', fill('<div>')],
  'one tag': ['html', `<a ${fill('b=c ')}>x`],
  'texts of one message': ['html', `${telegram}${fill('<div class="text">a</div>', 4 * SIZE)}`],
  'mail of styles': ['eml', mail('text/html', fill('<style'))],
  'mail of elements': ['eml', mail('text/html', fill('<div <'))],
  'mail of addresses': ['eml', mail('text/plain', 'x', `Cc: ${fill('a <a@b.c>, ')}\n`)],
  'mail of encoded words': ['eml', mail('text/plain', 'x', `Subject: ${fill('=?utf-8?q?')}\n`)],
  'mail of comments': ['eml', mail('text/plain', 'x', `Reply-To: ${fill('(')}\n`)],
  'mail of parameters': ['eml', mail(`text/plain; ${fill('a="b\\"; ')}`, 'x')],
  'mail of an answer': ['eml', mail('text/plain', 'x', `References: a\nSubject: re${fill(' ')}x\n`)],
  'mail of quotations': ['eml', mail('text/plain', fill('--\n-----\nOn 1.1.2024 10:00 a@b.c wrote:\n'))],
  'mailbox of separators': ['mbox', `From a@b.c 2024\nFrom: a\n\nx${fill('\nFrom ')}`],
  'mailbox of days': ['mbox', `From a@b.c 2024 10:00\nFrom: a\n\nx${fill(`\nFrom ${fill('Aaa 0 Aaa,', 2000)}\n`)}`],
  columns: ['csv', `text,${many(100_000, (at) => `c${at}`).join(',')}\na`],
  quotes: ['csv', `text\n"${fill('""')}`],
  'depth of JSON': ['json', fill('[')],
  'depth of JSON lines': ['jsonl', `{"text":${fill('[')}`],
  'a time of words': ['jsonl', JSON.stringify({ text: 'x', time: fill('1 of ') })],
  'a line without an end': ['txt', fill('a', 15 * 2 ** 20)],
}

async function read(extension: string, text: string, folder: string): Promise<void> {
  const path = join(folder, `hostile.${extension}`)
  await writeFile(path, text)
  try {
    for await (const _ of importFile(path, { format: null, dateOrder: 'dmy' }, new Map()));
  } catch (error) {
    if (!(error instanceof HearthError)) throw error
  }
}

if (process.argv[1] === import.meta.filename) {
  const [folder = ''] = process.argv.slice(2)
  const begin = (name: string): void => void process.stdout.write(`${name}\n`)
  for (const [name, text] of Object.entries(messages)) {
    begin(name)
    detect(text, { country: 'DE', people: new People([]) })
    statementsIn(text)
    termsOf(text)
  }
  for (const [name, text] of Object.entries(lines)) {
    begin(name)
    detect(text, { country: 'DE', people })
  }
  for (const [name, [extension, text]] of Object.entries(files)) {
    begin(name)
    await read(extension, text, folder)
  }
  begin('done')
}
