import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { mboxReader } from 'mbox-reader'
import PostalMime, { type Email } from 'postal-mime'
import { HearthError } from '../../common/errors/index.ts'
import type { RawItem, Skip } from './raw-item.ts'

const MOST_MESSAGE = 64 * 2 ** 20

/** What the sender wrote: without what is quoted below it, and without the signature (RFC 3676, 4.3). */
const ownWords = (text: string): string =>
  text
    .replace(/\r/g, '')
    .replace(/\n-- \n[\s\S]*$/, '')
    .replace(
      /\n[^\n]{0,200}(?:wrote|schrieb|écrit|escribió|scrisse|写道|のメール)[^\n]{0,80}:\s*\n(?:>[^\n]*\n?)[\s\S]*$/u,
      '',
    )
    .split('\n')
    .filter((line) => !line.startsWith('>'))
    .join('\n')
    .trim()

const plain = (html: string): string =>
  html
    .replace(/<(?:style|script)[\s\S]*?<\/(?:style|script)>/gi, '')
    .replace(/<(?:br|\/p|\/div|\/tr)[^>]*>/gi, '\n')
    .replace(/<[^>]{0,2000}>/g, '')
    .replace(/&nbsp;/g, ' ')
    .replace(/&lt;/g, '<')
    .replace(/&gt;/g, '>')
    .replace(/&quot;/g, '"')
    .replace(/&amp;/g, '&')

function itemOf({ messageId, date, from, subject, text, html, references, inReplyTo }: Email): RawItem {
  const body = ownWords(text ?? (html ? plain(html) : ''))
  // The first message of a thread is named by all that answer it (RFC 5322, 3.6.4).
  const thread = references?.trim().split(/\s+/)[0] ?? inReplyTo ?? messageId ?? null
  const author = from && 'address' in from ? from.name || from.address || null : null
  return {
    ...(messageId ? { id: messageId.slice(0, 200) } : {}),
    ts: date ? Date.parse(date) || null : null,
    author: author?.slice(0, 500) ?? null,
    text: subject && !/^(?:re|aw|fwd?|sv|rv|回复)\s*[:：]/iu.test(subject) ? `${subject}\n${body}`.trim() : body,
    session: (thread ?? subject ?? null)?.slice(0, 500) ?? null,
  }
}

/** One message (RFC 5322). Attachments are left out. */
export async function* readEml(path: string, file: string, skip: Skip): AsyncGenerator<RawItem> {
  const { size } = await stat(path)
  if (size > MOST_MESSAGE)
    throw new HearthError('DATASET_BROKEN', `${file} has ${size} bytes, more than one message may have`, { file })
  const mail = await PostalMime.parse(await readFile(path))
  if (mail.headers.length === 0) throw new HearthError('DATASET_BROKEN', `${file} is no e-mail`, { file })
  for (let i = 0; i < mail.attachments.length; i++) skip('attachments')
  yield itemOf(mail)
}

/** A mailbox (RFC 4155), of any length: one message is held at a time. */
export async function* readMbox(path: string, file: string, skip: Skip): AsyncGenerator<RawItem> {
  let count = 0
  for await (const { content } of mboxReader(createReadStream(path))) {
    count++
    if (content.length > MOST_MESSAGE) {
      skip('messages that are too large')
      continue
    }
    const mail = await PostalMime.parse(content)
    for (let i = 0; i < mail.attachments.length; i++) skip('attachments')
    yield itemOf(mail)
  }
  if (count === 0) throw new HearthError('DATASET_BROKEN', `${file} is no mailbox`, { file })
}
