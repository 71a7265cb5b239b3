import { bare, folded, type Line } from './line.ts'
import { labelOf, opensAnothers, saysThatSomebodyWrote, type Label } from './phrases.ts'

const ADDRESS = /[^\s<>@]@[^\s<>@]/
const CLOCK = /\d{1,2}[:.h]\d{2}/
const DAY = /(?:19|20|25)\d{2}|\d{1,2}[./-]\d{1,2}[./-]\d{2}/
const MOST_SIGNATURE = 6

const DASHES = '[-_=*\\u2010-\\u2015\\u2212\\u2500]'
const RULE = new RegExp(`^\\s*${DASHES}{5,}\\s*$`)
/** Words between dashes; some programs put all that follows on the same line. */
const DASHED = new RegExp(`^${DASHES}{2,}(.{2,100}?)(?:${DASHES}{2,}|$)`)

/** How lines of another's message begin, and what it takes for it to be one. */
interface Block {
  /** The line behind it. */
  readonly end: number
}

/**
 * What the sender wrote: without what is quoted before, after or amid it, without messages that are answered below or
 * sent on, and without the signature (RFC 3676, 4.3).
 */
export function ownWords(lines: readonly Line[]): string {
  const kept: string[] = []
  let inSignature = false
  for (let i = 0; i < lines.length;) {
    const line = lines[i]
    if (!line) break
    const opened = anothers(lines, i)
    if (opened) {
      // What a program says of a quotation ends with it; what it puts in unmarked goes on to its own end.
      const next = firstSaying(lines, opened.end)
      inSignature = false
      i = next === undefined || lines[next]?.quoted ? opened.end : endOf(lines, i)
    } else if (line.quoted) {
      inSignature = false
      i++
    } else if (beginsSignature(lines, i)) {
      inSignature = true
      i++
    } else {
      const armour = endOfArmour(lines, i)
      if (armour === i && !inSignature && !line.rule) kept.push(line.text.trimEnd())
      i = Math.max(armour, i + 1)
    }
  }
  return kept
    .join('\n')
    .replaceAll(/\n{3,}/g, '\n\n')
    .trim()
}

/** Where what a program set aside ends: with the part of the page that it stands in, or with the message. */
function endOf(lines: readonly Line[], from: number): number {
  const scope = lines[from]?.scope ?? 0
  if (scope === 0) return lines.length
  let end = from + 1
  while (end < lines.length && lines[end]?.scope === scope) end++
  return end
}

function firstSaying(lines: readonly Line[], from: number): number | undefined {
  for (let i = from; i < lines.length; i++) if (lines[i]?.quoted || bare(lines[i]?.text ?? '') !== '') return i
  return undefined
}

/** Whether from this line on another speaks, and where the program's own lines about it end. */
function anothers(lines: readonly Line[], at: number): Block | null {
  const line = lines[at]
  if (!line || line.quoted) return null
  if (line.cut) return { end: headed(lines, at)?.end ?? at + 1 }
  const isRule = line.rule === true || RULE.test(line.text)
  if (isRule) {
    const next = firstSaying(lines, at + 1)
    return next === undefined ? null : (headed(lines, next) ?? strangeHeads(lines, next))
  }
  const text = bare(line.text)
  if (text === '') return null
  return opening(lines, at, text) ?? headed(lines, at) ?? attribution(lines, at)
}

/** `-----Original Message-----`, `Begin forwarded message:`, and whatever heads follow. */
function opening(lines: readonly Line[], at: number, text: string): Block | null {
  const dashed = DASHED.exec(text.slice(0, 200))?.[1]
  const phrase = dashed ?? (/[:：]$/.test(text) && text.length <= 60 ? text : null)
  if (phrase === null) return null
  const next = firstSaying(lines, at + 1)
  const heads =
    next === undefined
      ? null
      : (headed(lines, next) ?? attribution(lines, next) ?? (dashed ? strangeHeads(lines, next) : null))
  if (heads) return opensAnothers(phrase) || dashed ? heads : null
  if (!opensAnothers(phrase)) return null
  // Without dashes it may be anybody's line, unless a quotation follows.
  return dashed !== undefined || (next !== undefined && lines[next]?.quoted) ? { end: at + 1 } : null
}

interface Head {
  readonly label: Label | null
  readonly value: string
}
function headOf(line: Line | undefined): Head | null {
  if (!line || line.quoted) return null
  const text = bare(line.text).replaceAll('*', '').slice(0, 400)
  const colon = text.search(/[:：]/)
  if (colon < 1 || colon > 30) return null
  const name = folded(text.slice(0, colon).trim())
  const label = labelOf(name)
  return { label, value: text.slice(colon + 1).trim() }
}

const MOST_HEADS = 24

/** Lines of `From:`, `Sent:`, `To:` and `Subject:`, in their languages, from one of them on. */
function headed(lines: readonly Line[], at: number): Block | null {
  if (!headOf(lines[at])?.label) return null
  const found = new Map<Label, string>()
  let end = at
  let strays = 0
  for (let i = at; i < Math.min(lines.length, at + MOST_HEADS); i++) {
    const head = headOf(lines[i])
    if (head?.label) {
      if (!found.has(head.label)) found.set(head.label, head.value)
      end = i + 1
      strays = 0
    } else if (++strays > (isComplete(found) ? 0 : 2)) break
  }
  return isComplete(found) && isMessage(found) ? { end } : null
}

const isComplete = (found: ReadonlyMap<Label, string>): boolean =>
  found.has('from') && ['to', 'subject', 'sent', 'date'].filter((label) => found.has(label as Label)).length >= 2

/** A timetable has "From:" and "To:" as well; it is no message. */
function isMessage(found: ReadonlyMap<Label, string>): boolean {
  const from = found.get('from') ?? ''
  if (!ADDRESS.test(from) && (/^\d/.test(from) || !/\p{L}/u.test(from))) return false
  return found.has('subject') || found.has('sent') || ADDRESS.test(from) || ADDRESS.test(found.get('to') ?? '')
}

/** The same in a language that is not known: three lines with colons, of which one has an address and one a time. */
function strangeHeads(lines: readonly Line[], at: number): Block | null {
  let [end, address, time] = [at, false, false]
  for (let head = headOf(lines[end]); head && end < at + MOST_HEADS; head = headOf(lines[end])) {
    if (head.value === '') break
    address ||= ADDRESS.test(head.value)
    time ||= CLOCK.test(head.value) || DAY.test(head.value)
    end++
  }
  return end - at >= 3 && address && time ? { end } : null
}

const MOST_WRAPPED = 4

/** `On Tue, 2 Jan 2024 at 03:04, Bob <bob@example.org> wrote:`, which may be wrapped. */
function attribution(lines: readonly Line[], at: number): Block | null {
  let text = ''
  for (let end = at; end < Math.min(lines.length, at + MOST_WRAPPED); end++) {
    const line = lines[end]
    const part = line && !line.quoted ? bare(line.text) : ''
    if (part === '' || (end > at && /[.!?。！？]$/.test(text))) return null
    // Who wrote before the introduction did not break it: it begins on the line that has the time.
    if (end > at && isWhole(part)) return null
    text = `${text} ${part}`.trim()
    if (text.length > 500 || (end === at && !/[:：]$/.test(part) && !/[\d@<]/.test(part))) return null
    if (!/[:：]$/.test(part)) continue
    return isAttribution(text, lines, end + 1, end > at) ? { end: end + 1 } : null
  }
  return null
}

/** An introduction on one line. */
function isWhole(text: string): boolean {
  const { clock, day, verb } = signsOf(text)
  return /[:：]$/.test(text) && clock && day && verb
}

/** What a line that may introduce a quotation says. */
const signsOf = (text: string) => ({
  address: ADDRESS.test(text),
  clock: CLOCK.test(text),
  day: DAY.test(text),
  verb: saysThatSomebodyWrote(text),
})

/** How programs begin one that has no address; "In her mail of …" is somebody's own. */
const OPENER = /^(?:on|at|am|le|el|il|em|op|den|dnia|w dniu|dne|dňa|pe|în|pada|vào)(?!\p{L})|^\P{Script=Latin}/iu

function isAttribution(text: string, lines: readonly Line[], end: number, wrapped: boolean): boolean {
  const { address, clock, day, verb } = signsOf(text)
  const next = firstSaying(lines, end)
  if (next !== undefined && lines[next]?.quoted)
    return verb ? clock || day || address || (!wrapped && text.length <= 60) : address && (clock || day)
  // Without a mark behind it, it must be a program's beyond doubt.
  if (address) return verb || (clock && day && /@[^\s<>@]+>[:：]$/.test(text))
  return verb && clock && day && OPENER.test(text)
}

/** "-- ", which programs may cut to "--"; then only a few lines make a signature. */
function beginsSignature(lines: readonly Line[], at: number): boolean {
  const text = lines[at]?.text.replace(/\r$/, '')
  if (text === '-- ') return true
  if (text !== '--') return false
  let said = 0
  for (let i = at + 1; i < lines.length && said <= MOST_SIGNATURE; i++) {
    if (lines[i]?.quoted || anothers(lines, i)) break
    if (bare(lines[i]?.text ?? '') !== '') said++
  }
  return said <= MOST_SIGNATURE
}

const ARMOUR = /^-----BEGIN PGP (SIGNED MESSAGE|SIGNATURE|MESSAGE|PUBLIC KEY BLOCK)-----$/
const MOST_ARMOUR = 5000

/** The line behind what OpenPGP adds to a text (RFC 9580, 6.2 and 7), or the line itself. */
function endOfArmour(lines: readonly Line[], at: number): number {
  const kind = ARMOUR.exec(lines[at]?.text.trim() ?? '')?.[1]
  if (!kind) return at
  const last = kind === 'SIGNED MESSAGE' ? '' : `-----END PGP ${kind}-----`
  for (let i = at + 1; i < Math.min(lines.length, at + MOST_ARMOUR); i++)
    if (lines[i]?.text.trim() === last) return i + 1
  return at
}
