import type { DateOrder } from '../../../common/model/data-names.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { readLines } from '../../core/read-lines.ts'
import type { RawItem, Skip } from '../raw-item.ts'
import { isDeleted, isMedia, isNotice, isOpeningNotice, withoutTail } from './app-words.ts'
import { dayOf, OrderGuess } from './date-order.ts'
import { headerOf, looksLikeMessage, MARKS, speakerOf, type Header } from './header.ts'

const LEFT_TO_RIGHT = '\u200e'

interface Opened {
  readonly ts: number
  readonly author: string
  readonly lines: string[]
}

/** How a whole chat is written: one form of header, and one order of day and month. */
async function formOf(
  path: string,
  file: string,
  wanted: DateOrder | null,
): Promise<{ form: string; order: DateOrder }> {
  const forms = new Map<string, { guess: OrderGuess; seen: number }>()
  let first = ''
  for await (const { text } of readLines(path)) {
    first ||= text.trim()
    const header = headerOf(text)
    if (!header) continue
    const known = forms.get(header.form) ?? { guess: new OrderGuess(), seen: 0 }
    known.guess.see(header)
    known.seen++
    forms.set(header.form, known)
  }
  const [most] = [...forms].sort((a, b) => b[1].seen - a[1].seen)
  if (!most)
    throw new HearthError(
      'DATASET_BROKEN',
      `${file} has no line that begins like a WhatsApp message; it begins with “${first.slice(0, 80)}”`,
      { file },
    )
  return { form: most[0], order: wanted ?? most[1].guess.decide(file) }
}

/** A chat that WhatsApp exported as text, in any of its languages. Times are the exporting phone's wall clock. */
export async function* readWhatsApp(
  path: string,
  file: string,
  wanted: DateOrder | null,
  skip: Skip,
): AsyncGenerator<RawItem> {
  const { form, order } = await formOf(path, file, wanted)
  let [current, found, notice]: [Opened | null, boolean, boolean] = [null, false, false]
  for await (const { text, number } of readLines(path)) {
    const header = headerOf(text)
    if (header?.form !== form) {
      if (current) {
        // Somebody may have pasted another chat, or the phone has changed its language: that is said.
        if (header ?? looksLikeMessage(text)) skip('lines that look like messages in another form, kept as text')
        current.lines.push(text)
      } else if (text.trim() !== '' && !notice) skip('text before the first message')
      continue
    }
    if (current) yield* said(current, file, skip)
    current = opened(header, order, file, number)
    notice = current === null
    found ||= current !== null
    if (notice) skip('notices of the app')
  }
  if (current) yield* said(current, file, skip)
  if (!found)
    throw new HearthError('DATASET_BROKEN', `${file} has dates like a WhatsApp chat, but nobody speaks in it`, { file })
}

/** What a header begins, or null where it is a notice of the app. @throws HearthError DATASET_BROKEN */
function opened(header: Header, order: DateOrder, file: string, line: number): Opened | null {
  const day = dayOf(header, order)
  if (day === null)
    throw new HearthError('DATASET_BROKEN', `${file}, line ${line}: its date does not fit the order ${order}`, {
      file,
      line,
    })
  const speaker = speakerOf(header.rest)
  if (!speaker || isNotice(speaker.author) || isOpeningNotice(speaker.text)) return null
  return { ts: day + header.seconds * 1000, author: speaker.author, lines: [speaker.text] }
}

/** The person's own words of a message; what the app wrote in their place is left out and counted. */
function* said({ ts, author, lines }: Opened, file: string, skip: Skip): Generator<RawItem> {
  const own: string[] = []
  for (const [at, line] of lines.entries()) {
    // iPhones put a mark before their own words.
    const app = line.startsWith(LEFT_TO_RIGHT)
    if (app || at === 0) {
      if (isDeleted(line) && (app || lines.slice(1).every((other) => other.trim() === ''))) {
        skip('deleted messages')
        continue
      }
      if (isMedia(line)) {
        skip('media that the export left out')
        continue
      }
      if (app) {
        skip('notices of the app')
        continue
      }
    }
    const { text, media } = withoutTail(line)
    if (media) skip('media that the export left out')
    own.push(text)
  }
  while (own.length > 0 && own[0]?.replace(MARKS, '').trim() === '') own.shift()
  while (own.length > 0 && own.at(-1)?.replace(MARKS, '').trim() === '') own.pop()
  if (own.length === 0) return
  if (own.length === 1 && /^<[^<>]{4,60}>$/.test(own[0] ?? ''))
    skip('texts in angle brackets that the app may have written, kept as text')
  yield { ts, author, text: own.join('\n'), session: file, zoneless: true }
}
