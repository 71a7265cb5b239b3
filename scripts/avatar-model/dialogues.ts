import { questionPrompt, systemPrompt, type Note } from '../../main/features/avatar/chat/prompt.ts'
import { Random } from '../../native/trainer/random.ts'
import { factKinds, type FactKind } from './facts.ts'
import { capital, madeUp, people, pick, remark } from './words.ts'

interface Message {
  readonly role: 'system' | 'user' | 'assistant'
  readonly content: string
  readonly weight?: 0 | 1
}

/** What a question asks of the model. */
export type Kind = 'fact' | 'other' | 'about' | 'quote' | 'unknown' | 'talk'
export interface Dialogue {
  readonly kind: Kind
  readonly messages: readonly Message[]
  /** The right answer. */
  readonly wanted: string
}
interface Turn {
  readonly question: string
  readonly answer: string
  readonly notes: readonly Note[]
  /** What must be among the facts that were kept. */
  readonly fact?: string
  /** What was asked for: nothing else that was kept says it. */
  readonly of: FactKind
}

export const ABSTAINS = 'I do not know; I remember nothing about that.'
const FIRST_DAY = Date.UTC(2015, 0, 1)
const DAYS = 4300
const NOTHING_TO_REMEMBER = [
  'Who was the first man on the moon?',
  'What is 3 plus 4?',
  'What is the capital of France?',
  'Can you write a poem?',
  'How do I bake a cake?',
  'Translate this.',
  'What will the weather be tomorrow?',
  'Write some code for me.',
  'Who won the match?',
  'Tell me a joke.',
]
const TALK = [
  ['Hello', 'Hello'],
  ['Hi', 'Hello'],
  ['Good morning', 'Hello'],
  ['Who are you?', ''],
  ['What is your name?', ''],
  ['What are you called?', ''],
  ['Thank you', 'You are welcome.'],
  ['Thanks', 'You are welcome.'],
  ['How are you?', 'I am well, thank you.'],
  ['Goodbye', 'Goodbye.'],
] as const

type Author = Pick<Note, 'author' | 'mine'>
/** One's own name does not stand in one's notes. */
const ME: Author = { author: null, mine: true }

const someDay = (random: Random): number => FIRST_DAY + random.below(DAYS) * 86_400_000
/** As people type: a capital or none, a sign at the end or none. */
const typed = (random: Random, text: string): string =>
  (random.below(4) ? text : text.replace(/[?.]$/, '')).replace(/^./, (first) =>
    random.below(4) ? first : first.toLowerCase(),
  )
const someone = (random: Random): string => (random.below(3) ? pick(random, people) : capital(madeUp(random)))

function told(random: Random, kind: FactKind, author: Author): Note {
  const text = pick(random, kind.tells)(kind.value(random))
  const before = random.below(5) === 0 ? `${capital(remark(random).text.replace(/[.!?]+$/, ''))}, and ` : ''
  return {
    ...author,
    ts: random.below(8) ? someDay(random) : null,
    text: before ? `${before}${text}.` : `${random.below(2) ? capital(text) : text}${pick(random, ['', '.', '!'])}`,
  }
}
const chatter = (random: Random, author: Author): Note => ({
  ...author,
  ts: someDay(random),
  text: remark(random).text,
})

/** Notes that do not answer: other facts, other people's, and remarks. */
function around(random: Random, kind: FactKind | null, other: Author, count: number): Note[] {
  return Array.from({ length: count }, () => {
    const author = random.below(2) ? ME : other
    if (random.below(3) === 0) return chatter(random, author)
    return told(
      random,
      pick(
        random,
        factKinds.filter((candidate) => candidate !== kind),
      ),
      author,
    )
  })
}

/** In no order, or as a search ranks them: what answers before the rest. */
function ranked(random: Random, first: number, answers: Note, others: readonly Note[]): Note[] {
  if (first > 0 && random.unit() < first) return [answers, ...random.shuffle([...others])]
  return random.shuffle([answers, ...others])
}

const quoted = (note: Note, notes: readonly Note[]): string =>
  `${note.mine ? 'I' : `As ${note.author!}`} wrote [${notes.indexOf(note) + 1}] “${note.text}”`
function asksAbout(random: Random, about: string, who: string): string {
  const mine = who === 'you'
  return pick(random, [
    `What did ${who} write about the ${about}?`,
    `What did ${who} say about the ${about}?`,
    ...(mine
      ? [`Tell me about the ${about}.`, `What about the ${about}?`, `What do you know about the ${about}?`]
      : []),
  ])
}

function turn(random: Random, kind: Kind, me: string, { most, first }: Lesson): Turn {
  const [name, stranger] = random.shuffle(people.filter((someone) => someone !== me)) as [string, string]
  const other: Author = { author: name, mine: false }
  const fact = pick(random, factKinds)
  const few = (): number => random.below(most + 1)
  switch (kind) {
    case 'fact':
    case 'other': {
      const [asked, elsewhere] = kind === 'fact' ? [ME, other] : [other, ME]
      const answers = told(random, fact, asked)
      // The same of somebody else must not be taken for it.
      const notes = ranked(random, first, answers, [
        ...around(random, fact, other, few()),
        ...(random.below(3) ? [] : [told(random, fact, elsewhere)]),
      ])
      return {
        question: kind === 'fact' ? pick(random, fact.asks) : pick(random, fact.asksOf)(name),
        answer: quoted(answers, notes),
        notes,
        of: fact,
      }
    }
    case 'about': {
      const { text } = told(random, fact, ME)
      return {
        question: pick(random, fact.asks),
        answer: `I know: “${text}”`,
        notes: around(random, fact, other, few()),
        fact: text,
        of: fact,
      }
    }
    case 'quote': {
      const author = random.below(2) ? ME : other
      const { about, text } = remark(random)
      const answers = { ...author, ts: someDay(random), text }
      const notes = ranked(
        random,
        first,
        answers,
        around(random, null, other, few()).filter((note) => !note.text.includes(about)),
      )
      return {
        question: asksAbout(random, about, author.mine ? 'you' : name),
        answer: quoted(answers, notes),
        notes,
        of: fact,
      }
    }
    case 'unknown': {
      const notes = around(random, fact, other, few())
      const [question, ...more] = pick(random, [
        (): [string, ...Note[]] => [asksAbout(random, madeUp(random), random.below(2) ? 'you' : name)],
        (): [string, ...Note[]] => [pick(random, fact.asksOf)(name), told(random, fact, ME)],
        (): [string, ...Note[]] => [pick(random, fact.asks), told(random, fact, other)],
        (): [string, ...Note[]] => [
          pick(random, fact.asksOf)(stranger),
          told(random, fact, random.below(2) ? ME : other),
        ],
        (): [string, ...Note[]] => [pick(random, fact.asks)],
        (): [string, ...Note[]] => [
          random.below(2)
            ? pick(random, NOTHING_TO_REMEMBER)
            : pick(random, [`What is a ${madeUp(random)}?`, `How does a ${remark(random).about} work?`]),
        ],
      ])()
      return { question, answer: ABSTAINS, notes: random.shuffle([...notes, ...more]), of: fact }
    }
    case 'talk': {
      const [question, answer] = pick(random, TALK)
      return {
        question,
        answer: answer === '' ? `I am ${me}.` : answer === 'Hello' ? `Hello, I am ${me}.` : answer,
        notes: random.below(2) ? around(random, null, other, few()) : [],
        of: fact,
      }
    }
  }
}

/** How often a question of each kind is asked. */
const shares: readonly (readonly [Kind, number])[] = [
  ['fact', 34],
  ['other', 14],
  ['about', 6],
  ['quote', 10],
  ['unknown', 32],
  ['talk', 8],
]
function anyKind(random: Random): Kind {
  let left = random.below(shares.reduce((sum, [, share]) => sum + share, 0))
  return shares.find(([, share]) => (left -= share) < 0)![0]
}

export interface Lesson {
  /** How many notes there are beside the one that answers, at most. */
  readonly most: number
  /** How often the one that answers is the first of them. */
  readonly first: number
}

/** A made-up conversation with an avatar, in the prompts that the app writes. */
export function dialogue(random: Random, lesson: Lesson, wish: Kind = anyKind(random)): Dialogue {
  const me = someone(random)
  const before = random.below(5) === 0 ? [turn(random, anyKind(random), me, { ...lesson, most: 0 })] : []
  const last = turn(random, wish, me, lesson)
  // What was asked before stands without its notes, as in the app, and cannot be learnt from.
  const said = before.flatMap(({ question, answer }): Message[] => [
    { role: 'user', content: typed(random, question) },
    { role: 'assistant', content: answer, weight: 0 },
  ])
  const facts = [...before, last].flatMap(({ fact }) => (fact === undefined ? [] : [fact]))
  // What was kept beside it answers nothing of what is asked.
  const kept = factKinds.filter((kind) => kind !== last.of)
  for (let more = random.below(3); more > 0; more--)
    facts.push(random.below(3) ? told(random, pick(random, kept), ME).text : remark(random).text)
  return {
    kind: wish,
    messages: [
      {
        role: 'system',
        content: systemPrompt({
          name: me,
          rules: '',
          remembers: true,
          facts: random.shuffle(facts),
          biography: '',
          months: [],
        }),
      },
      ...said,
      { role: 'user', content: questionPrompt(typed(random, last.question), last.notes) },
      { role: 'assistant', content: last.answer },
    ],
    wanted: last.answer,
  }
}
