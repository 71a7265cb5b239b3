import { HearthError } from '../../common/errors/index.ts'
import { readLines } from '../core/read-lines.ts'
import { chatOrDiary, looksLikeTimeAndName } from './time-and-name.ts'
import { headerOf, looksLikeMessage, speakerOf } from './whatsapp/header.ts'

/** Each chat of WhatsApp opens with a notice that says so, in its language. */
const ENCRYPTION =
  /encr|verschlüssel|versleut|cifrad|chiffr|crittogr|criptogr|шифр|şifre|szyfr|加密|暗号|암호|مشفر|מוצפנ/iu
/** Lines that are looked at. */
const MOST_LINES = 300

interface Looks {
  readonly lines: number
  readonly first: string
  /** Lines that begin like messages of WhatsApp, and the names that speak in them. */
  readonly headers: number
  readonly names: readonly string[]
  /** Whether they begin as the app writes them today: not a date in brackets as some diaries have it. */
  readonly isPlain: boolean
  readonly hasAppWords: boolean
  readonly timeAndName: number
  readonly unknown: number
}

async function looksOf(path: string): Promise<Looks> {
  const names: string[] = []
  let [lines, first, headers, isPlain, hasAppWords, timeAndName, unknown] = [0, '', 0, false, false, 0, 0]
  for await (const { text } of readLines(path)) {
    if (text.trim() === '') continue
    first ||= text.trim()
    hasAppWords ||= text.includes('\u200e') || (text.includes('WhatsApp') && ENCRYPTION.test(text))
    const header = headerOf(text)
    if (header) {
      headers++
      isPlain ||= header.exact || header.form !== 'brackets'
      const speaker = speakerOf(header.rest)
      if (speaker) names.push(speaker.author)
    } else if (looksLikeTimeAndName(text)) timeAndName++
    else if (looksLikeMessage(text)) unknown++
    if (++lines >= MOST_LINES) break
  }
  return { lines, first, headers, names, isPlain, hasAppWords, timeAndName, unknown }
}

/**
 * What a text file is, by how its lines begin.
 * @throws HearthError UNKNOWN_TEXT where it may be a chat in a form that is not known, or a diary: that is asked
 */
export async function chatOrText(path: string, file: string): Promise<'whatsapp' | 'wechat' | 'text'> {
  const { lines, first, headers, names, isPlain, hasAppWords, timeAndName, unknown } = await looksOf(path)
  const ask = (): never => {
    throw new HearthError(
      'UNKNOWN_TEXT',
      `${file} begins with “${first.slice(0, 120)}”. ` +
        'It may be a chat in a form that is not known, or notes with times; ' +
        'say what it is: whatsapp, wechat, or text, which keeps it as paragraphs without authors and times',
      { file, first: first.slice(0, 120) },
    )
  }
  if (timeAndName > headers) {
    const kind = await chatOrDiary(path)
    return kind === 'unclear' ? ask() : kind === 'chat' ? 'wechat' : 'text'
  }
  if (names.length === 0 && headers > 0 && !hasAppWords && unknown === 0) return 'text'
  if (names.length > 0) {
    const isRepeated = new Set(names).size < names.length
    return isRepeated || (isPlain && (names.length * 2 >= headers || hasAppWords)) ? 'whatsapp' : ask()
  }
  if (headers > 0) return ask()
  return unknown > 0 && unknown * 4 >= lines ? ask() : 'text'
}
