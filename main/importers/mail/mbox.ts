import { createReadStream } from 'node:fs'

/** Names of a day and a month, a date and a clock: `Tue Jan 02 03:04:05 2024`, as C writes it, or `Tue, 2 Jan`. */
const DAY = /\b[A-Z][a-z]{2},? {1,3}(?:[A-Z][a-z]{2} {1,3}\d{1,2}|\d{1,2} {1,3}[A-Z][a-z]{2})\b/
const CLOCK = /\b\d{1,2}:\d{2}/
const YEAR = /\b(?:19|20)\d{2}\b/
const isDated = (line: string): boolean => CLOCK.test(line) && YEAR.test(line)
function isCtime(line: string): boolean {
  const day = DAY.exec(line)
  return day !== null && CLOCK.test(line.slice(day.index + day[0].length))
}
const FIELD = /^[A-Za-z][!-9;-~]{0,100}:/
const KNOWN_FIELDS = [
  'return-path|received|from|to|cc|date|subject|message-id|mime-version|content-[a-z-]+|delivered-to|reply-to|sender',
  'status|x-[!-9;-~]+|dkim-signature|authentication-results|arc-[a-z-]+|references|in-reply-to|envelope-to',
].join('|')
const KNOWN_FIELD = new RegExp(`^(?:>From |(?:${KNOWN_FIELDS}):)`, 'i')
/** More than a separator and the two lines behind it have. */
const LOOK_AHEAD = 4096
const FROM = Buffer.from('\nFrom ', 'latin1')

/**
 * Whether a line that begins with "From " parts two messages, or a sentence begins so. Programs write all kinds of
 * dates and senders there, or none; headers must follow.
 */
function isSeparator(line: string, next: string, afterBlank: boolean): boolean {
  const who = line.slice(5).trimStart().split(' ')[0] ?? ''
  if (!afterBlank) return isCtime(line) && isDated(line) && KNOWN_FIELD.test(next)
  if (KNOWN_FIELD.test(next)) return isDated(line) || who === '' || who === '-' || who.includes('@')
  return isCtime(line) && isDated(line) && (FIELD.test(next) || next === '')
}

/** One message of a mailbox, or one too large to be held. */
export type Found = { readonly bytes: Buffer } | 'too large'

/** Cuts a mailbox (RFC 4155, in all of its dialects) into messages while it is read; one is held at a time. */
class Splitter {
  readonly #most: number
  #held: Buffer = Buffer.alloc(0)
  /** Nothing before this needs to be looked at again. */
  #seen = 0
  /** Null until the first lines have told whether this is a mailbox. */
  #begun: boolean | null = null
  #tooLarge = false

  constructor(most: number) {
    this.#most = most
  }

  get isNone(): boolean {
    return this.#begun === false
  }

  *write(chunk: Buffer): Generator<Found> {
    this.#held = Buffer.concat([this.#held, chunk])
    yield* this.#take(false)
  }

  *end(): Generator<Found> {
    yield* this.#take(true)
    if (this.#begun) yield this.#found(this.#held)
  }

  *#take(atEnd: boolean): Generator<Found> {
    if (this.#begun === null) {
      if (this.#held.length < LOOK_AHEAD && !atEnd) return
      this.#begin()
    }
    if (!this.#begun) return
    for (;;) {
      const at = this.#separator(atEnd)
      if (at === null) break
      yield this.#found(this.#held.subarray(0, at))
      this.#held = this.#held.subarray(at)
      this.#seen = 0
    }
    if (this.#held.length <= this.#most) return
    this.#tooLarge = true
    this.#held = this.#held.subarray(Math.max(0, this.#seen - 2))
    this.#seen = Math.min(this.#seen, 2)
  }

  #begin(): void {
    const from = /^(?:\xef\xbb\xbf)?[\r\n]*/.exec(this.#held.toString('latin1', 0, 64))?.[0].length ?? 0
    this.#begun = this.#held.toString('latin1', from, from + 5) === 'From ' && this.#isSeparator(from, true)
    this.#held = this.#held.subarray(from)
  }

  /** Where the next message begins; null where more must be read to tell. */
  #separator(atEnd: boolean): number | null {
    const said = this.#saidEnd(atEnd)
    if (said === 'unknown yet') return null
    if (said !== null) return said
    for (;;) {
      const at = this.#held.indexOf(FROM, this.#seen)
      if (at < 0 || (!atEnd && this.#held.length - at < LOOK_AHEAD)) {
        this.#seen = at < 0 ? Math.max(this.#seen, this.#held.length - FROM.length) : at
        return null
      }
      this.#seen = at + 1
      const before = this.#held[at - 1] === 0x0d ? at - 1 : at
      if (this.#isSeparator(at + 1, this.#held[before - 1] === 0x0a)) return at + 1
    }
  }

  #isSeparator(at: number, afterBlank: boolean): boolean {
    const most = Math.min(this.#held.length, at + LOOK_AHEAD)
    const end = this.#lineEnd(at, most)
    const lineOf = (from: number, to: number): string => this.#held.toString('latin1', from, to).replace(/\r$/, '')
    return isSeparator(lineOf(at, end), lineOf(end + 1, this.#lineEnd(end + 1, most)), afterBlank)
  }

  #lineEnd(from: number, most: number): number {
    const end = this.#held.subarray(0, most).indexOf(0x0a, from)
    return end < 0 ? most : end
  }

  /** Where a message says that it ends (mboxcl), if there is a separator or the end; others copy the header and err. */
  #saidEnd(atEnd: boolean): number | 'unknown yet' | null {
    if (this.#seen > 0 || this.#tooLarge) return null
    const head = this.#held.toString('latin1', 0, 1 << 16)
    const blank = /\r?\n\r?\n/.exec(head)
    if (!blank) return !atEnd && this.#held.length < 1 << 16 ? 'unknown yet' : null
    const length = /^content-length:[ \t]*(\d{1,9})[ \t]*\r?$/im.exec(head.slice(0, blank.index + 1))?.[1]
    if (length === undefined) return null
    let end = blank.index + blank[0].length + Number(length)
    if (Number(length) > this.#most) return null
    if (this.#held.length < end + LOOK_AHEAD) {
      if (!atEnd) return 'unknown yet'
      if (this.#held.length < end) return null
    }
    while (this.#held[end] === 0x0a || this.#held[end] === 0x0d) end++
    if (end >= this.#held.length) this.#seen = this.#held.length
    const isEnd = this.#held.toString('latin1', end, end + 5) === 'From ' && this.#isSeparator(end, true)
    return isEnd ? end : null
  }

  #found(bytes: Buffer): Found {
    const tooLarge = this.#tooLarge || bytes.length > this.#most
    this.#tooLarge = false
    return tooLarge ? 'too large' : { bytes: unescaped(bytes.subarray(bytes.indexOf(0x0a) + 1)) }
  }
}

/** A line of the text that would part messages has a ">" before it, and one more for each that it had (mboxrd). */
function unescaped(bytes: Buffer): Buffer {
  const text = bytes.toString('latin1')
  return text.includes('>From ') ? Buffer.from(text.replaceAll(/^>(>*From )/gm, '$1'), 'latin1') : bytes
}

/** Messages of a mailbox, one after the other. @param most bytes of one that is held */
export async function* messagesOf(path: string, most: number): AsyncGenerator<Found> {
  const splitter = new Splitter(most)
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
    yield* splitter.write(chunk as Buffer)
    if (splitter.isNone) return
  }
  yield* splitter.end()
}
