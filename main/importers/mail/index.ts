import { readFile, stat } from 'node:fs/promises'
import { HearthError } from '../../../common/errors/index.ts'
import type { RawItem, Skip } from '../raw-item.ts'
import { authorOf, dateOf, headerText } from './headers.ts'
import { messagesOf } from './mbox.ts'
import { readMessage } from './mime.ts'
import { ownWords } from './own-words.ts'
import { isAnswersSubject } from './phrases.ts'

const MOST_MESSAGE = 64 * 2 ** 20
/** One of these stands in every message (RFC 5322, 3.6), whatever else a file that only looks like one has. */
const OF_A_MESSAGE = ['from', 'date', 'message-id', 'subject', 'received', 'to']

/** @returns null for what is no message */
function itemOf(bytes: Buffer, skip: Skip): RawItem | null {
  const { headers, charset, lines } = readMessage(bytes, skip)
  if (!OF_A_MESSAGE.some((name) => headers.has(name))) return null
  const text = (name: string): string => headerText(headers.get(name) ?? '', charset)
  const [subject, id, answered] = [text('subject'), text('message-id'), text('in-reply-to')]
  const body = ownWords(lines)
  const references = text('references')
  const isAnswer = isAnswersSubject(subject) || (references + answered !== '' && /^\p{L}{1,6}\s*[:：]/u.test(subject))
  // The first message of a thread is named by all that answer it (RFC 5322, 3.6.4).
  const thread = references.split(/\s+/)[0] || answered || id || subject
  return {
    ...(id ? { id: id.slice(0, 200) } : {}),
    ts: dateOf(headers.get('date')),
    author: authorOf(headers.get('from') ?? '', charset)?.slice(0, 500) ?? null,
    text: isAnswer ? body : `${subject}\n${body}`.trim(),
    session: thread.slice(0, 500) || null,
  }
}

/** One message (RFC 5322). Attachments are left out. */
export async function* readEml(path: string, file: string, skip: Skip): AsyncGenerator<RawItem> {
  const { size } = await stat(path)
  if (size > MOST_MESSAGE)
    throw new HearthError('DATASET_BROKEN', `${file} has ${size} bytes, more than one message may have`, { file })
  const item = itemOf(await readFile(path), skip)
  if (!item) throw new HearthError('DATASET_BROKEN', `${file} is no e-mail`, { file })
  yield item
}

/** A mailbox (RFC 4155), of any length: one message is held at a time. */
export async function* readMbox(path: string, file: string, skip: Skip): AsyncGenerator<RawItem> {
  let count = 0
  for await (const found of messagesOf(path, MOST_MESSAGE)) {
    count++
    const item = found === 'too large' ? found : readable(found.bytes, skip)
    if (item === 'too large') skip('messages that are too large')
    else if (item === null) skip('messages that cannot be read')
    else yield item
  }
  if (count === 0) throw new HearthError('DATASET_BROKEN', `${file} is no mailbox`, { file })
}

/** One message that is broken does not take a mailbox with it. */
function readable(bytes: Buffer, skip: Skip): RawItem | null {
  try {
    return itemOf(bytes, skip)
  } catch (error) {
    if (error instanceof HearthError && error.code === 'DATASET_BROKEN') return null
    throw error
  }
}
