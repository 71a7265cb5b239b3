import { isFunctionWord } from '../text/function-words.ts'
import { spanOf, type TimeSpan } from '../text/dates.ts'
import { termsOf, wordsOf } from '../text/words.ts'

export interface ParsedQuery {
  /** What is asked for, each term once. */
  readonly terms: readonly string[]
  /** Those of the authors whom the query names, or means by "I"; empty where it names none. */
  readonly speakers: ReadonlySet<string>
  readonly span: TimeSpan | null
  readonly asksWhen: boolean
}

export interface Person {
  readonly author: string
  readonly me: boolean
}

const MYSELF = new Set([
  'i',
  'me',
  'my',
  'mine',
  'myself',
  'ich',
  'mir',
  'mich',
  'mein',
  'meine',
  'je',
  'moi',
  'mon',
  'ma',
  'yo',
  'mi',
  '我',
  '我的',
])

/** A person who speaks to their avatar means by "you" whom a search calls "I". */
const SPOKEN_TO = new Set([
  'you',
  'your',
  'yours',
  'yourself',
  'du',
  'dich',
  'dir',
  'dein',
  'deine',
  'tu',
  'te',
  'toi',
  'ton',
  'ta',
  'tes',
  '你',
  '你的',
  '您',
  '您的',
])
export type AskedOf = 'search' | 'avatar'

/** @param people whoever wrote something; a first name of three letters or more is enough to mean one */
export function parseQuery(query: string, people: readonly Person[], askedOf: AskedOf = 'search'): ParsedQuery {
  const words = new Set(wordsOf(query).map((word) => word.replace(/['’].*/su, '')))
  const speakers = new Set<string>()
  const names = new Set<string>()
  for (const { author, me } of people) {
    if (me && [...words].some((word) => MYSELF.has(word) || (askedOf === 'avatar' && SPOKEN_TO.has(word))))
      speakers.add(author)
    for (const name of wordsOf(author)) {
      const said = [...words].find((word) =>
        word === name
          ? isCapital(query, word) || !isFunctionWord(word)
          : word.length >= 3 && name.startsWith(word) && isCapital(query, word),
      )
      if (!said) continue
      speakers.add(author)
      names.add(said)
    }
  }
  const asked = [...new Set(termsOf(query))]
  const named = new Set([...names].flatMap((name) => termsOf(name)))
  const content = asked.filter((term) => !isFunctionWord(term) && !named.has(term))
  // A question of function words alone asks for them.
  return {
    terms: content.length > 0 ? content : asked.filter((term) => !named.has(term)),
    speakers,
    span: spanOf(query),
    asksWhen:
      words.has('when') ||
      (words.has('what') && (words.has('date') || words.has('year') || words.has('month') || words.has('day'))),
  }
}

/** Whether a word begins with a capital where it first stands: Will, but not will. */
const isCapital = (query: string, word: string): boolean =>
  /^\p{Lu}/u.test(query.slice(query.toLowerCase().indexOf(word)))
