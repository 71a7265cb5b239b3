import { HearthError } from '../../../common/errors/index.ts'
import type { Skip } from '../raw-item.ts'
import { decodeText } from './charset.ts'
import { readHeaders, structured, type Headers, type Structured } from './headers.ts'
import { htmlLines } from './html-lines.ts'
import { flowedLines, plainLines, type Line } from './line.ts'

const MOST_DEPTH = 30
const MOST_PARTS = 5000

interface Part {
  readonly headers: Headers
  readonly type: Structured
  readonly body: Buffer
  readonly children: readonly Part[]
  /** Taken apart when it is first asked for. */
  readonly said: () => Said
}

/** A message's headers, its text, and how it is written. */
export interface Message {
  readonly headers: Headers
  readonly charset: string | null
  readonly lines: readonly Line[]
}

/**
 * Reads a message (RFC 5322, RFC 2045 to 2049). What is attached is passed over, messages too: they are others' words.
 * @throws HearthError DATASET_BROKEN where parts lie in each other deeper, or are more, than a person's
 */
export function readMessage(bytes: Buffer, skip: Skip): Message {
  const root = readPart(bytes, 'text/plain', 0, { parts: 0 })
  const { texts, attachments } = textsOf(root)
  for (let i = 0; i < attachments; i++) skip('attachments')
  const said = texts.map((part) => part.said())
  for (const { problem } of said) if (problem !== null) skip(problem)
  return {
    headers: root.headers,
    charset: texts[0]?.type.parameters.get('charset') ?? null,
    lines: said.flatMap(({ lines }) => lines),
  }
}

const tooMany = () => new HearthError('DATASET_BROKEN', 'a message has more parts within parts than can be read')

function readPart(bytes: Buffer, otherwise: string, depth: number, count: { parts: number }): Part {
  if (depth > MOST_DEPTH || ++count.parts > MOST_PARTS) throw tooMany()
  const { headers, body } = readHeaders(bytes)
  const said = structured(headers.get('content-type'))
  const type = said.value.includes('/') ? said : { ...said, value: otherwise }
  const boundary = type.value.startsWith('multipart/') ? type.parameters.get('boundary') : undefined
  const content = bytes.subarray(body)
  let text: Said | undefined
  const child = type.value === 'multipart/digest' ? 'message/rfc822' : 'text/plain'
  return {
    headers,
    type,
    body: content,
    children: boundary ? split(content, boundary).map((part) => readPart(part, child, depth + 1, count)) : [],
    said: () => (text ??= saidIn(headers, type, content)),
  }
}

/** What stands between the lines of a boundary (RFC 2046, 5.1.1). */
function split(body: Buffer, boundary: string): Buffer[] {
  const mark = Buffer.from(`--${boundary}`, 'latin1')
  const parts: Buffer[] = []
  let from: number | null = null
  for (let at = body.indexOf(mark); at >= 0; at = body.indexOf(mark, at + mark.length)) {
    if (at > 0 && body[at - 1] !== 0x0a) continue
    const end = body.indexOf(0x0a, at)
    const rest = body.toString('latin1', at + mark.length, end < 0 ? body.length : end).trimEnd()
    if (rest !== '' && rest !== '--') continue
    // The line end before a boundary is the boundary's.
    if (parts.length > MOST_PARTS) throw tooMany()
    if (from !== null) parts.push(body.subarray(from, Math.max(from, at - (body[at - 2] === 0x0d ? 2 : 1))))
    from = rest === '--' || end < 0 ? null : end + 1
    if (rest === '--') break
  }
  if (from !== null) parts.push(body.subarray(from))
  return parts
}

interface Texts {
  readonly texts: readonly Part[]
  readonly attachments: number
}

/** The parts that hold what somebody wrote, of each choice the one that shows it best. */
function textsOf(part: Part): Texts {
  const { value } = part.type
  if (value === 'multipart/alternative') return choose(part.children.map(textsOf))
  if (part.children.length > 0) {
    // Beside the message that they are shown in, texts with a name are files.
    const found = part.children.map((child, i) =>
      i > 0 && isNamed(child) ? { texts: [], attachments: 1 } : textsOf(child),
    )
    return { texts: found.flatMap(({ texts }) => texts), attachments: sumOf(found) }
  }
  const isText = value === 'text/plain' || value === 'text/html'
  if (isText && structured(part.headers.get('content-disposition')).value !== 'attachment')
    return { texts: [part], attachments: 0 }
  return { texts: [], attachments: part.body.length > 0 ? 1 : 0 }
}

const sumOf = (found: readonly Texts[]): number => found.reduce((sum, { attachments }) => sum + attachments, 0)

/** Plain text, if it says anything, and otherwise the last that does: choices come with the richest last. */
function choose(choices: readonly Texts[]): Texts {
  const saying = choices.filter(({ texts }) =>
    texts.some((part) => part.said().lines.some(({ text }) => text.trim() !== '')),
  )
  const chosen = saying.find(({ texts }) => texts.every(({ type }) => type.value === 'text/plain')) ?? saying.at(-1)
  // A choice without text is no form of it: an invitation beside a letter.
  const others = choices.filter(({ texts }) => texts.length === 0)
  return { texts: chosen?.texts ?? [], attachments: sumOf(others) + (chosen?.attachments ?? 0) }
}

function isNamed({ headers, type }: Part): boolean {
  const disposition = structured(headers.get('content-disposition'))
  return disposition.parameters.has('filename') || type.parameters.has('name')
}

/** A part's text, and what is to be counted of it. */
interface Said {
  readonly lines: readonly Line[]
  readonly problem: string | null
}

function saidIn(headers: Headers, type: Structured, body: Buffer): Said {
  const bytes = transferred(body, structured(headers.get('content-transfer-encoding')).value)
  if (!bytes) return { lines: [], problem: 'texts in an encoding that is not known' }
  const text = decodeText(bytes, type.parameters.get('charset') ?? null)
  if (text === null) return { lines: [], problem: 'texts in a charset that is not known' }
  return {
    lines: linesOf(text, type),
    problem: text.includes('\ufffd') ? 'letters that are no letters of their charset' : null,
  }
}

function linesOf(text: string, { value, parameters }: Structured): Line[] {
  if (value === 'text/html') return htmlLines(text)
  return parameters.get('format')?.toLowerCase() === 'flowed'
    ? flowedLines(text, { deleteSpace: parameters.get('delsp')?.toLowerCase() === 'yes' })
    : plainLines(text)
}

/** Bytes as they were before they were sent (RFC 2045, 6), or null where nobody knows how. */
function transferred(body: Buffer, encoding: string): Buffer | null {
  switch (encoding) {
    case 'base64':
      return Buffer.from(body.toString('latin1'), 'base64')
    case 'quoted-printable':
      return unquoted(body)
    case '':
    case '7bit':
    case '8bit':
    case 'binary':
      return body
    default:
      return null
  }
}

/** Without spaces at the end; a byte of 160 is half of a letter, perhaps. */
function trimmed(line: string): string {
  let end = line.length
  while (end > 0 && (line[end - 1] === ' ' || line[end - 1] === '\t')) end--
  return line.slice(0, end)
}

function unquoted(body: Buffer): Buffer {
  const lines = body.toString('latin1').split(/\r?\n/).map(trimmed)
  // A line that ends in "=" goes on in the next one.
  const text = lines.map((line, i) =>
    line.endsWith('=') ? line.slice(0, -1) : i + 1 < lines.length ? `${line}\n` : line,
  )
  return Buffer.from(
    text.join('').replaceAll(/=([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )
}
