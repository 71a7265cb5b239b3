import { fold, foldName } from './fold.ts'
import type { Stretch } from './context.ts'

/** A name in a text, and whose it is. */
export interface Named extends Stretch {
  /** The name of the export that it stands for, or the word itself where it may be of several people. */
  readonly person: string
}

/** Names of roles, and words of sentences, that exports give as authors. */
const NO_NAMES = new Set(
  (
    'user assistant system tool human ai bot unknown me you i we ich du er sie wir ihr я ты мы он она 我 你 ' +
    '他 她 moi toi je yo tú eu ' +
    'você io tu admin group deleted account null none undefined anonymous'
  ).split(' '),
)
/** Parts of names that are no name by themselves. */
const PARTICLES = new Set(
  (
    'von van vom zu zum zur de der den des del della di da do dos das du la le les los las el al bin ibn ' +
    'ben bint abu y e und and the ' +
    'of mr mrs ms dr prof sr jr phd herr frau mme mlle san saint st mac mc ter ten op an am in so no to he ' +
    'on is it as at be by go if my or up we us ja wo es ok hi team group family mom mum dad papa mama ' +
    'work home office new old ' +
    'support service user system bank info shop boss uncle aunt tante onkel oma opa grandma grandpa ' +
    'neighbor neighbour mobile phone'
  ).split(' '),
)
/** What may stand between the words of one name. */
const JOINERS = new Set(
  (
    'von van vom zu zum zur de der den des del della di da do dos das du la le los el al ' +
    'bin ibn ben bint y e ter ten'
  ).split(' '),
)
/** Words of the language that are names as well: only with a capital letter are they taken for one. */
const ORDINARY = new Set(
  (
    'will mark may april june august rose grace hope faith joy art bill rob sue pat drew dawn eve guy ' +
    'jack dick max sky summer autumn ' +
    'winter ray rich frank grant chase chance dean gene glen heath iris ivy jean jade lily pearl ruby ' +
    'violet daisy olive penny robin ' +
    'sandy sunny star king young brown black white green gray grey long short little wood woods stone ' +
    'hill field park lake rivers baker ' +
    'cook smith miller carter fisher hunter mason page price power bush bell cross day fox wolf bear love ' +
    'swift west east north noble ' +
    'wise best case cash church fine ford gold good hall head hood knight lane law major moon nail paul ' +
    'reed rice rush sharp snow spring ' +
    'stark strange sweet waters wells wright klein lang gross kurz jung alt neu weiß weiss schwarz braun ' +
    'roth koch bauer kaiser könig ' +
    'wolf vogel fuchs stein berg wald sommer winter herbst engel sol luz mar paz flor rosa blanca ana ' +
    'vera luna lune claire pierre ' +
    'petit grand blanc roi marin любовь вера надежда роман лев мир осень can deniz umut güneş barış savaş ' +
    'mert su nur ay sun lee han'
  ).split(' '),
)
ORDINARY.delete('ana')
ORDINARY.delete('paul')
ORDINARY.delete('lee')

/** Endings of cases and possession by script. Behind short names only those that make no other word. */
const endings = (list: string): readonly string[] => list.split(' ').map((ending) => foldName(ending).text)
const ENDINGS = {
  latin: endings(
    's a u em om owi ovi ie ou y e i o in un es en owie ami ach ów n nin nun ya yi yu ye den dan da de la le ta te ' +
      'lla lle lta ssa sta aan iin ksi tta ille t at et ot nak nek val vel hoz hez tol rol nal nel ban ' +
      'ben ra re al el ' +
      'ek ak ej iej ym iego iemu iem im ova ove ovou ina ine inu ului ei lui ens ets',
  ),
  cyrillic: endings(
    'єм ієм а у ом ем ым им е ы и ой ою ей ею я ю ями ам ами ов ова ову ово ин ина ину иной ови еви і ї ' +
      'ові еві є ого ому ая ую ' +
      'ых ів о ия ии ию ием ией та ът',
  ),
  greek: ['', ...endings('σ υ ου ε ο α ι η ασ ησ οσ')],
}
const SHORT = endings('s a em om owi ovi ova ie nak nek lla lle nin')
/** What a name loses before an ending: Anna → Anny, Мария → Марии, Tomek → Tomkiem, Павел → Павла. */
const FINAL = { latin: /[aeoiyj]$/, cyrillic: /[аяйьеоиы]$/, greek: /(?:[οηαι]σ|[αηοιω])$/ } as const
const SHORT_STEM = ['y', 'i', 'ie', 'e', 'u', 'o', 'ou', 'in']
/** What a short name's form must not be taken for. */
const COMMON = new Set('any one are use ice the she due lie die too who you our out all may be me we he'.split(' '))
/** Prefixes that Arabic and Hebrew write onto a name. */
const PREFIXES = /^(?:[وفبلك](?:ال)?|ال|لل|[ובלמשהכ]{1,2})/u
const PACKED_SIGNS = ['Han', 'Hiragana', 'Katakana', 'Hangul', 'Thai', 'Lao', 'Khmer', 'Myanmar']
  .map((script) => String.raw`\p{Script=${script}}`)
  .join('')
const PACKED = new RegExp(`[${PACKED_SIGNS}]`, 'v')
/** Words, where a Latin name in the midst of Chinese is one as well. */
const TOKEN = new RegExp(String.raw`[${PACKED_SIGNS}]+|[[\p{L}\p{M}]--[${PACKED_SIGNS}]]+|\p{N}+`, 'gv')
const TITLES =
  /^\s?(?:先生|女士|小姐|太太|老师|老師|同学|同學|经理|經理|总|總|さん|様|さま|くん|君|ちゃん|先輩|씨|님|선생)/u

type ScriptName = keyof typeof FINAL
const scriptOf = (word: string): ScriptName | null =>
  /\p{Script=Latin}/u.test(word)
    ? 'latin'
    : /\p{Script=Cyrillic}/u.test(word)
      ? 'cyrillic'
      : /\p{Script=Greek}/u.test(word)
        ? 'greek'
        : null

/** Forms of a name that a declined word may come from, without their final letter; the empty ending is the name. */
function stemsOf(name: string): string[] {
  const script = scriptOf(name)
  if (!script || name.length < 3) return []
  const cut = name.replace(FINAL[script], '')
  const fleeting = name.replace(/(?<=[^aeiouyаеиоуы])[eео](?=[cklnцкнл]$)/u, '')
  return [cut, fleeting].filter((stem) => stem.length >= 2 && stem !== name)
}

/** Words of a name, as people write them apart. */
const partsOf = (name: string): string[] => [...name.matchAll(TOKEN)].map(([part]) => part)

/** How German umlauts are written without them. */
const spellings = (part: string): string[] => {
  const small = fold(part).text.toLowerCase()
  const german = small.replace(/[äöü]/g, (it) => ({ ä: 'ae', ö: 'oe', ü: 'ue' })[it] ?? it)
  return [...new Set([foldName(small).text, foldName(german).text])]
}

/** Parts of a name in a script without spaces by which people are called: 王小明 is 小明, 田中太郎 is 田中 and 太郎. */
function packedParts(name: string): string[] {
  if (/^\p{Script=Hangul}{3}$/u.test(name) || /^\p{Script=Han}{3}$/u.test(name)) return [name.slice(1)]
  if (/^\p{Script=Han}{4}$/u.test(name)) return [name.slice(0, 2), name.slice(2)]
  return []
}

const CERTAIN = 2
const LONGEST_NAME = 100
/** A word of a text that is a form of a name's. */
interface Part {
  readonly name: string
  /** Letters before it that are written onto it. */
  readonly skipped: number
  /** Two for a name, one for a name that is an ordinary word as well, nought for what only stands within one. */
  readonly weight: number
}
interface Word extends Named {
  readonly word: string
  readonly weight: number
}

interface PackedName {
  readonly person: string
  readonly isSurname: boolean
}

/** Who has a word of a name; null where several people have it. */
type Owners = Map<string, string | null>
const own = (owners: Owners, key: string, person: string): void => {
  const known = owners.get(key)
  owners.set(key, known === undefined || known === person ? person : null)
}

/**
 * Everybody whom an export names, found in texts by every form of their names, in time that grows with the text alone.
 */
export class People {
  /** Whole names and parts, by their folded words. */
  readonly #whole: Owners = new Map()
  readonly #parts: Owners = new Map()
  /** Words of names that are none alone: the “van der” of van der Berg. */
  readonly #particles: Owners = new Map()
  /** All words of a person's name, in each spelling. */
  readonly #words = new Map<string, Set<string>>()
  readonly #stems = new Map<string, string>()
  /** Names in scripts without spaces, by their first sign and their length, the longest first. */
  readonly #packed = new Map<string, Map<number, Map<string, PackedName>>>()
  readonly #persons = new Map<string, string>()

  /** @param exact words to hide as they are, whose parts are no names */
  constructor(authors: Iterable<string>, exact: Iterable<string> = []) {
    for (const author of authors) this.#add(author, true)
    for (const word of exact) this.#add(word, false)
    for (const [first, names] of this.#packed)
      this.#packed.set(first, new Map([...names].toSorted(([a], [b]) => b - a)))
  }

  /** The one name under which a person is known: "Muster, Ana" and "Ana Muster" are one. */
  personOf(author: string): string {
    return this.#persons.get(keyOf(author)) ?? author
  }

  #add(written: string, withParts: boolean): void {
    // What is longer is nobody's name: it is hidden as an author, and not looked for in what others wrote.
    if (withParts && written.length > 2 * LONGEST_NAME) return
    const name = fold(written).text.trim()
    const words = partsOf(name)
    const key = keyOf(written)
    if (key === '' || (withParts && NO_NAMES.has(name.toLowerCase())) || /^\[\w+ \d+\]$/.test(name)) return
    // What has no more than a letter would be found everywhere; a number is no name.
    if (/^[\d\s+()-]*$/.test(name) || isShort(name) || (withParts && name.length > LONGEST_NAME)) return
    const person = this.#persons.get(key) ?? written
    this.#persons.set(key, person)
    if (PACKED.test(name)) this.#addPacked(name, person, withParts)
    const folded = words.map((word) => spellings(word))
    this.#words.set(person, new Set([...(this.#words.get(person) ?? []), ...folded.flat()]))
    own(this.#whole, folded.map(([first]) => first).join(' '), person)
    if (words.length > 1) own(this.#whole, folded.map((all) => all.at(-1)).join(' '), person)
    if (words.length === 1) for (const spelling of folded[0] ?? []) this.#addPart(spelling, person)
    else if (withParts)
      for (const [i, spellingsOfWord] of folded.entries())
        for (const spelling of spellingsOfWord)
          if (isPart(words[i] ?? '')) this.#addPart(spelling, person)
          else own(this.#particles, spelling, person)
  }

  #addPart(part: string, person: string): void {
    own(this.#parts, part, person)
    for (const stem of stemsOf(part)) this.#stems.set(stem, part)
  }

  #addPacked(name: string, person: string, withParts: boolean): void {
    const plain = name.replaceAll(/\s/g, '')
    const add = (text: string, isSurname = false): void => {
      const byLength = this.#packed.get(text[0] ?? '') ?? new Map<number, Map<string, PackedName>>()
      const names = byLength.get(text.length) ?? new Map<string, PackedName>()
      if (!names.has(text)) names.set(text, { person, isSurname })
      this.#packed.set(text[0] ?? '', byLength.set(text.length, names))
    }
    add(name)
    if (plain !== name) add(plain)
    if (!withParts) return
    for (const part of [...packedParts(plain), ...name.split(/\s+/)]) if (part !== name && !isShort(part)) add(part)
    if (/^(?:\p{Script=Han}{2,3}|\p{Script=Hangul}{3})$/u.test(plain)) add(plain[0] ?? '', true)
  }

  /** Names in a folded text. */
  find(text: string): Named[] {
    if (this.#persons.size === 0) return []
    return [...this.#findPacked(text), ...this.#findWords(text)]
  }

  #findPacked(text: string): Named[] {
    const found: Named[] = []
    if (this.#packed.size === 0) return found
    for (let at = 0; at < text.length; at++) {
      for (const [length, names] of this.#packed.get(text[at] ?? '') ?? []) {
        const name = text.slice(at, at + length)
        const known = names.get(name)
        if (!known || (known.isSurname && !TITLES.test(text.slice(at + 1, at + 5)))) continue
        found.push({ start: at, end: at + length, text: name, person: known.person })
        at += length - 1
        break
      }
    }
    return found
  }

  #findWords(text: string): Named[] {
    const found: Word[] = []
    for (const match of text.matchAll(TOKEN)) {
      const [word] = match
      if (word.length > 60) continue
      const part = this.#partOf(word)
      if (part === null) continue
      const start = match.index + part.skipped
      found.push({
        start,
        end: match.index + word.length,
        text: word.slice(part.skipped),
        word: part.name,
        weight: part.weight,
        person: this.#ownerOf(part.name),
      })
    }
    return this.#joined(text, found)
  }

  #ownerOf(name: string): string {
    return this.#whole.get(name) ?? this.#parts.get(name) ?? this.#particles.get(name) ?? name
  }

  /** The part of a name that a word is a form of. */
  #partOf(word: string): Part | null {
    const folded = foldName(word).text
    const isUpper = /^\P{L}*\p{Lu}/u.test(word) || !/\p{Ll}/u.test(word)
    if (this.#parts.has(folded)) {
      const mayBeSmall = folded.length > 2 && !ORDINARY.has(folded)
      return { name: folded, skipped: 0, weight: isUpper || mayBeSmall ? CERTAIN : 1 }
    }
    if (this.#particles.has(folded)) return { name: folded, skipped: 0, weight: 0 }
    const bare = folded.replace(PREFIXES, '')
    if (bare !== folded && bare.length > 2 && this.#parts.has(bare))
      return { name: bare, skipped: word.length - bare.length, weight: CERTAIN }
    const script = scriptOf(folded)
    if (script === null || !isUpper) return null
    return this.#declined(folded, script)
  }

  #declined(folded: string, script: ScriptName): Part | null {
    for (let cut = 0; cut <= 5 && folded.length - cut >= 2; cut++) {
      const stem = folded.slice(0, folded.length - cut)
      const ending = folded.slice(folded.length - cut)
      if (cut > 0 && this.#parts.has(stem) && endingsOf(script, stem).includes(ending))
        return { name: stem, skipped: 0, weight: CERTAIN }
      const from = this.#stems.get(stem)
      const endings: readonly string[] = from?.length === 3 && script === 'latin' ? SHORT_STEM : ENDINGS[script]
      if (from !== undefined && endings.includes(ending) && !COMMON.has(folded))
        return { name: from, skipped: 0, weight: CERTAIN }
    }
    return null
  }

  /** Words of one name that stand together are one finding, particles between them included. */
  #joined(text: string, found: readonly Word[]): Named[] {
    const joined: (Named & { words: string[]; weight: number })[] = []
    for (const { word, ...it } of found) {
      const last = joined.at(-1)
      const between = last ? text.slice(last.end, Math.min(it.start, last.end + 24)) : ''
      const together = last && last.end + between.length === it.start && isBetween(between)
      const words = together ? [...last.words, ...partsOf(between).map((one) => foldName(one).text), word] : []
      const person = together ? this.#personOfWords(words, between, last.person, it.person) : null
      if (last && person !== null)
        joined[joined.length - 1] = {
          start: last.start,
          end: it.end,
          text: text.slice(last.start, it.end),
          person,
          words,
          weight: last.weight + it.weight,
        }
      else joined.push({ ...it, words: [word] })
    }
    return joined.filter(({ weight }) => weight >= CERTAIN)
  }

  /** Whose name words are together; the same word twice is called twice. */
  #personOfWords(words: readonly string[], between: string, a: string, b: string): string | null {
    const whole = this.#whole.get(words.join(' ')) ?? this.#whole.get(words.toReversed().join(' '))
    if (whole) return whole
    if (between.includes(',') || new Set(words).size < words.length) return null
    return [a, b].find((person) => words.every((word) => this.#words.get(person)?.has(word))) ?? null
  }
}

/** A single letter, also one that takes two units. */
const isShort = (word: string): boolean => /^.?$/u.test(word)
const isPart = (word: string): boolean => {
  const small = foldName(word).text
  return !isShort(word) && !PARTICLES.has(small) && !/^\d+$/.test(small) && !PACKED.test(word)
}
const endingsOf = (script: ScriptName, stem: string): readonly string[] => {
  if (script !== 'latin') return ENDINGS[script]
  if (stem.length > 3) return ENDINGS.latin
  return stem.length === 3 ? SHORT : ['s']
}
const isBetween = (between: string): boolean =>
  /^[ .,\-’'_]{1,3}$/.test(between) ||
  (partsOf(between).every((one) => JOINERS.has(foldName(one).text)) && /^[\p{L} .’'-]*$/u.test(between))
/** The same for the same words in any order and case. */
const keyOf = (name: string): string =>
  partsOf(fold(name).text)
    .map((part) => foldName(part).text)
    .toSorted()
    .join(' ')
