import { createReadStream } from 'node:fs'
import { TextDecoder } from 'node:util'
import { Parser } from 'htmlparser2'
import { HearthError } from '../../common/errors/index.ts'
import { timeOf, type RawItem, type Skip, type When } from './raw-item.ts'

const LONGEST = 1 << 20
/** The parser shifts all that is open for each element, so a page that only opens would take the square of it. */
const MOST_DEPTH = 2000
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
type TelegramPart = (typeof TELEGRAM)[number] | 'title'
interface Message {
  readonly id: string
  readonly depth: number
  when: When
  readonly texts: string[]
  length: number
  /** Where the part begins that came from elsewhere. */
  forwarded: number | null
  isForward: boolean
}

const HERE = { forwarded: null, isForward: false } as const

/** Reads a page piece by piece: paragraphs one after the other, or the messages of a chat that Telegram exported. */
class PageReader {
  readonly #file: string
  readonly #skip: Skip
  readonly #parser: Parser
  #ready: RawItem[] = []
  #text = ''
  #unseen = 0
  /** How deep the page is, and where the part of a message began that is being read. */
  #depth = 0
  #part: { readonly name: TelegramPart; readonly depth: number } | null = null
  /** Within a name, where its details begin: when something was said first, or by which program. */
  #details: number | null = null
  #message: Message | null = null
  #author: string | null = null
  /** Whether the page is a chat of Telegram, where nothing but messages is anybody's words; and its name. */
  #isChat = false
  #chat: string | null = null
  #header: number | null = null

  constructor(file: string, skip: Skip) {
    this.#file = file
    this.#skip = skip
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
    if (this.#text.length > LONGEST) throw this.#broken(`a paragraph is longer than ${LONGEST} characters`)
    return this.#taken()
  }

  end(): RawItem[] {
    this.#parser.end()
    this.#paragraph()
    return this.#taken()
  }

  #broken(why: string): HearthError {
    return new HearthError('DATASET_BROKEN', `${this.#file}: ${why}`, { file: this.#file })
  }

  #taken(): RawItem[] {
    const items = this.#ready
    this.#ready = []
    return items
  }

  #open(name: string, { class: classes = '', id = '', title }: Readonly<Record<string, string>>): void {
    if (++this.#depth > MOST_DEPTH) throw this.#broken('more elements lie within elements than can be read')
    if (UNSEEN.has(name)) this.#unseen++
    if (BLOCKS.has(name)) this.#paragraph()
    if (name === 'br') this.#text += '\n'
    const names = new Set(classes.split(/\s+/))
    if (name === 'div') this.#openPart(names, id)
    if (this.#part?.name === 'from_name' && names.has('details')) this.#details ??= this.#depth
    if (this.#part) return
    if (this.#header !== null && names.has('text')) {
      this.#text = ''
      this.#part = { name: 'title', depth: this.#depth }
    }
    const part = TELEGRAM.find((candidate) => names.has(candidate))
    if (!this.#message || !part) return
    this.#text = ''
    this.#part = { name: part, depth: this.#depth }
    if (part === 'date' && title !== undefined && this.#message.forwarded === null)
      this.#message.when = telegramTime(title)
  }

  #openPart(names: ReadonlySet<string>, id: string): void {
    if (names.has('page_header')) this.#header = this.#depth
    if (this.#message && names.has('forwarded') && names.has('body')) {
      this.#message.forwarded = this.#depth
      this.#message.isForward = true
    }
    if (!names.has('message') || !/^message-?\d+$/.test(id)) return
    // What was read so far is the page's own: its heading, and links.
    if (!this.#isChat) this.#ready = []
    this.#isChat = true
    if (names.has('service')) this.#skip('notices of the app')
    else this.#message = { id, depth: this.#depth, when: { ts: null }, texts: [], length: 0, ...HERE }
  }

  #add(text: string): void {
    if (this.#unseen === 0 && this.#details === null) this.#text += text
  }

  #close(name: string): void {
    if (UNSEEN.has(name)) this.#unseen--
    if (this.#details === this.#depth) this.#details = null
    if (this.#part?.depth === this.#depth) this.#closePart(this.#part.name)
    else if (BLOCKS.has(name)) this.#paragraph()
    if (this.#header === this.#depth) this.#header = null
    if (this.#message?.forwarded === this.#depth) this.#message.forwarded = null
    if (this.#message?.depth === this.#depth) this.#closeMessage(this.#message)
    this.#depth--
  }

  #closePart(part: TelegramPart): void {
    const text = plain(this.#text)
    this.#text = ''
    this.#part = null
    if (part === 'title') this.#chat ??= text || null
    if (!this.#message || this.#message.forwarded !== null || text === '') return
    // What follows without a name is by whoever wrote before.
    if (part === 'from_name') this.#author = text
    else if (part === 'text') {
      this.#message.texts.push(text)
      this.#message.length += text.length
      if (this.#message.length > LONGEST) throw this.#broken(`a message is longer than ${LONGEST} characters`)
    }
  }

  #closeMessage({ id, when, texts, isForward }: Message): void {
    this.#message = null
    const text = texts.join('\n')
    const session = this.#chat ?? this.#file
    if (text !== '')
      this.#ready.push({ id: `${session}#${id}`.slice(-200), ...when, author: this.#author, text, session })
    else this.#skip(isForward ? 'words of others' : 'media that the export left out')
  }

  #paragraph(): void {
    if (this.#part) {
      this.#text += '\n'
      return
    }
    const text = plain(this.#text)
    this.#text = ''
    // Outside of its messages, a chat says nothing but the days again.
    if (text !== '' && !this.#isChat) this.#ready.push({ ts: null, author: null, text, session: this.#file })
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
function telegramTime(title: string): When {
  const [, day, month, year, clock, zone = ''] =
    /^(\d{2})\.(\d{2})\.(\d{4}) (\d{2}:\d{2}:\d{2})(?: UTC([+-]\d{2}:\d{2}))?$/.exec(title) ?? []
  return day === undefined ? { ts: null, unread: true } : timeOf(`${year}-${month}-${day}T${clock}${zone}`)
}

/** A saved page, one item a paragraph, or a chat that Telegram exported as HTML, one item a message. */
export async function* readHtml(path: string, file: string, skip: Skip): AsyncGenerator<RawItem> {
  const reader = new PageReader(file, skip)
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
