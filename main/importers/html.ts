import { createReadStream } from 'node:fs'
import { TextDecoder } from 'node:util'
import { Parser } from 'htmlparser2'
import { HearthError } from '../../common/errors/index.ts'
import { timeOf, type RawItem } from './raw-item.ts'

const LONGEST = 1 << 20
const UNSEEN: ReadonlySet<string> = new Set(['script', 'style', 'noscript', 'template', 'nav', 'head'])
const BLOCKS: ReadonlySet<string> = new Set([
  'p',
  'div',
  'li',
  'td',
  'th',
  'tr',
  'h1',
  'h2',
  'h3',
  'h4',
  'h5',
  'h6',
  'blockquote',
  'pre',
  'section',
  'article',
  'dd',
  'dt',
  'ul',
  'ol',
  'table',
  'body',
  'figcaption',
  'header',
  'footer',
  'main',
  'hr',
])
/** What Telegram's program calls the parts of a message. */
const TELEGRAM = ['from_name', 'text', 'date'] as const
type TelegramPart = (typeof TELEGRAM)[number]

/** Reads a page piece by piece: paragraphs one after the other, or the messages of a chat that Telegram exported. */
class PageReader {
  readonly #file: string
  readonly #parser: Parser
  #ready: RawItem[] = []
  #text = ''
  #unseen = 0
  /** How deep the page is, and where the part of a message began that is being read. */
  #depth = 0
  #part: { readonly name: TelegramPart; readonly depth: number } | null = null
  #message: { readonly id: string; readonly depth: number; ts: number | null; text: string } | null = null
  #author: string | null = null

  constructor(file: string) {
    this.#file = file
    this.#parser = new Parser(
      {
        onopentag: (name, attributes) => this.#open(name, attributes),
        ontext: (text) => this.#add(text),
        onclosetag: (name) => this.#close(name),
      },
      { decodeEntities: true, lowerCaseTags: true },
    )
  }

  write(chunk: string): RawItem[] {
    this.#parser.write(chunk)
    if (this.#text.length > LONGEST)
      throw new HearthError('DATASET_BROKEN', `${this.#file}: a paragraph is longer than ${LONGEST} characters`, {
        file: this.#file,
      })
    return this.#taken()
  }

  end(): RawItem[] {
    this.#parser.end()
    this.#paragraph()
    return this.#taken()
  }

  #taken(): RawItem[] {
    const items = this.#ready
    this.#ready = []
    return items
  }

  #open(name: string, { class: classes = '', id = '', title }: Readonly<Record<string, string>>): void {
    this.#depth++
    if (UNSEEN.has(name)) this.#unseen++
    if (BLOCKS.has(name)) this.#paragraph()
    if (name === 'br') this.#text += '\n'
    const names = classes.split(/\s+/)
    if (name === 'div' && names.includes('message') && /^message\d+$/.test(id))
      this.#message = { id, depth: this.#depth, ts: null, text: '' }
    const part = TELEGRAM.find((candidate) => names.includes(candidate))
    if (!this.#message || !part || this.#part) return
    this.#part = { name: part, depth: this.#depth }
    if (part === 'date' && title !== undefined) this.#message.ts = telegramTime(title)
  }

  #add(text: string): void {
    if (this.#unseen === 0) this.#text += text
  }

  #close(name: string): void {
    if (UNSEEN.has(name)) this.#unseen--
    if (this.#part?.depth === this.#depth) {
      const text = plain(this.#text)
      // What follows without a name is by whoever wrote before.
      if (this.#part.name === 'from_name' && text !== '') this.#author = text
      else if (this.#part.name === 'text') this.#message!.text = text
      this.#text = ''
      this.#part = null
    } else if (BLOCKS.has(name)) this.#paragraph()
    if (this.#message?.depth === this.#depth) {
      const { id, ts, text } = this.#message
      if (text !== '')
        this.#ready.push({
          id: `${this.#file}#${id}`.slice(-200),
          ts,
          author: ts === null ? null : this.#author,
          text,
          session: this.#file,
        })
      this.#message = null
    }
    this.#depth--
  }

  #paragraph(): void {
    if (this.#part) {
      this.#text += '\n'
      return
    }
    const text = plain(this.#text)
    this.#text = ''
    // Outside of its parts, a message says nothing but the time again.
    if (text !== '' && !this.#message) this.#ready.push({ ts: null, author: null, text, session: this.#file })
  }
}

/** Spaces as a browser shows them; lines stay. */
const plain = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter((line) => line !== '')
    .join('\n')

/** `05.03.2024 12:34:56 UTC+01:00`, as Telegram's program writes it in every language. */
function telegramTime(title: string): number | null {
  const [, day, month, year, clock, zone = 'Z'] =
    /^(\d{2})\.(\d{2})\.(\d{4}) (\d{2}:\d{2}:\d{2})(?: UTC([+-]\d{2}:\d{2}))?$/.exec(title) ?? []
  return day === undefined ? null : timeOf(`${year}-${month}-${day}T${clock}${zone}`)
}

/** A saved page, one item a paragraph, or a chat that Telegram exported as HTML, one item a message. */
export async function* readHtml(path: string, file: string): AsyncGenerator<RawItem> {
  const reader = new PageReader(file)
  const decoder = new TextDecoder('utf-8', { fatal: true })
  const decode = (chunk?: Uint8Array): string => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode()
    } catch (error) {
      throw new HearthError(
        'DATASET_BROKEN',
        `${file} is not UTF-8; save the page as UTF-8 and try again`,
        { file },
        { cause: error },
      )
    }
  }
  for await (const chunk of createReadStream(path)) yield* reader.write(decode(chunk as Uint8Array))
  yield* reader.write(decode())
  yield* reader.end()
}
