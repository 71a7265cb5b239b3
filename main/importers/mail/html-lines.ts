import { Parser } from 'htmlparser2'
import { HearthError } from '../../../common/errors/index.ts'
import { bare, isMarked, type Line } from './line.ts'

const UNSEEN: ReadonlySet<string> = new Set(['script', 'style', 'noscript', 'template', 'head', 'title', 'object'])
const INLINE: ReadonlySet<string> = new Set(
  (
    'a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr o:p q ruby rb rp rt s ' +
    'samp small span strike strong sub sup time tt u var wbr'
  ).split(' '),
)
const EMPTY: ReadonlySet<string> = new Set(['br', 'hr', 'img', 'meta', 'link', 'input', 'wbr', 'col', 'area', 'base'])

/** How programs name what others wrote: Gmail, Yahoo, Thunderbird, Proton, Tutanota, Zoho, GMX, Mail.ru, Yandex. */
const QUOTE_NAMES = [
  'yahoo_quoted|moz-forward-container|protonmail_quote|tutanota_quote|zmail_extra|gmx-quote',
  'mail-quote-collapse|mailquote|js-original-message',
].join('|')
const QUOTES = new RegExp(String.raw`(?:^|[\s_])(?:${QUOTE_NAMES})`, 'i')
/** Where they put what they say of it, and in Gmail the answers amid it too. */
const SCOPES = /(?:^|\s)(?:gmail_quote|gmail_extra|gmail_quote_container)(?:$|\s)/i
/** Outlook puts this before the message that is answered, which goes on to the end. */
const CUTS = /(?:^|_)(?:divRplyFwdMsg|appendonsend|mail-editor-reference-message-container|reply-intro-headers)$/i
/** Text that is moved in, by programs that have no other means, is not quoted. */
const INDENTED = /border(?:-left)?:\s*(?:none|0)/i
const LINED = /border-left:\s*(?!none|0)\S/i

const MOST_DEPTH = 2000

type Attributes = Readonly<Record<string, string>>

const isHidden = ({ style = '', hidden }: Attributes): boolean =>
  hidden !== undefined || /display:\s*none|mso-hide:\s*all/i.test(style)

function isQuote(name: string, { class: classes = '', id = '', type, style = '' }: Attributes): boolean {
  if (QUOTES.test(classes) || QUOTES.test(id)) return true
  if (name !== 'blockquote') return false
  return type === 'cite' || /quote/i.test(classes) || LINED.test(style) || !INDENTED.test(style)
}

interface Open {
  readonly name: string
  readonly unseen: boolean
  readonly quote: boolean
  readonly scope: boolean
}

/** Takes a page's text apart into lines as a browser shows them, and marks what its program set aside as another's. */
class LineReader {
  readonly lines: Line[] = []
  readonly #open: Open[] = []
  #text = ''
  #unseen = 0
  #quotes = 0
  #pre = 0
  #scopes = 0
  #scope = 0
  #cut = false

  open(name: string, attributes: Attributes): void {
    if (name === 'br' && this.#text.trim() === '') this.#blank()
    if (!INLINE.has(name)) this.#line()
    if (name === 'hr') this.lines.push({ text: '', quoted: this.#quotes > 0, rule: true, scope: this.#scope })
    if (EMPTY.has(name)) return
    const { class: classes = '', id = '' } = attributes
    const open = {
      name,
      unseen: UNSEEN.has(name) || isHidden(attributes),
      quote: isQuote(name, attributes),
      scope: SCOPES.test(classes),
    }
    if (this.#open.push(open) > MOST_DEPTH)
      throw new HearthError('DATASET_BROKEN', 'a message is a page with more elements within elements than can be read')
    if (open.unseen) this.#unseen++
    if (open.quote) this.#quotes++
    if (name === 'pre') this.#pre++
    if (open.scope && this.#scope === 0) this.#scope = ++this.#scopes
    if (CUTS.test(id)) this.#cut = true
    if (/border-top:\s*solid/i.test(attributes['style'] ?? ''))
      this.lines.push({ text: '', quoted: this.#quotes > 0, rule: true, scope: this.#scope })
  }

  /** A line break where no text stands makes a line without text. */
  #blank(): void {
    if (this.#unseen === 0) this.lines.push({ text: '', quoted: this.#quotes > 0, scope: this.#scope })
  }

  add(text: string): void {
    if (this.#unseen > 0) return
    if (this.#pre === 0) this.#text += text
    else
      for (const [i, line] of text.split('\n').entries()) {
        if (i > 0) this.#line()
        this.#text += line
      }
  }

  close(name: string): void {
    if (!INLINE.has(name)) this.#line()
    if (EMPTY.has(name)) return
    const open = this.#open.pop()
    if (!open) return
    if (open.unseen) this.#unseen--
    if (open.quote) this.#quotes--
    if (open.name === 'pre') this.#pre--
    if (open.scope && !this.#open.some(({ scope }) => scope)) this.#scope = 0
  }

  end(): Line[] {
    this.#line()
    return this.lines
  }

  #line(): void {
    const text = bare(this.#pre > 0 ? this.#text : this.#text.replaceAll(/\s+/g, ' '))
    this.#text = ''
    if (text === '') return
    const quoted = this.#quotes > 0 || isMarked(text)
    this.lines.push({ text, quoted, scope: this.#scope, ...(this.#cut ? { cut: true } : {}) })
    this.#cut = false
  }
}

export function htmlLines(html: string): Line[] {
  const reader = new LineReader()
  const parser = new Parser(
    {
      onopentag: (name, attributes) => reader.open(name, attributes),
      ontext: (text) => reader.add(text),
      onclosetag: (name) => reader.close(name),
    },
    { decodeEntities: true, lowerCaseTags: true },
  )
  parser.write(html)
  parser.end()
  return reader.end()
}
