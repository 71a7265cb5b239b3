import type { Item } from '../../common/model/item.ts'
import { Random } from '../../native/trainer/random.ts'
import { chatter, names, topics, whens, type Topic } from './topics.ts'

export interface Question {
  readonly id: string
  readonly query: string
  /** Ids of the turns that answer it; empty where nothing does. */
  readonly evidence: readonly string[]
  readonly kind: Topic['questions'][number]['kind'] | 'unanswerable'
}
export interface Conversation {
  readonly items: readonly Item[]
  readonly questions: readonly Question[]
}

const FIRST_SESSION = Date.UTC(2023, 0, 9, 18)
const MS_PER_DAY = 86_400_000

/**
 * Months of talk between two people, with questions about it: each topic once, to either of them, chatter in between.
 */
export function conversation(seed: string): Conversation {
  const random = new Random(seed)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random.unit() * from.length)]!
  const pair = pick(names)
  const order = topics
    .map((topic) => ({ topic, at: random.unit() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ topic }) => topic)
  const told = order.slice(0, Math.round(order.length * 0.85))
  const items: Item[] = []
  const questions: Question[] = []
  let [time, session] = [FIRST_SESSION, 0]
  let turn = 0
  const say = (author: string, text: string): string => {
    const id = `D${session}:${++turn}`
    items.push({ id, ts: time, author, text, session: `session_${session}` })
    return id
  }
  const small = (count: number): void => {
    for (let i = 0; i < count; i++) {
      const author = pair[(turn + 1) % 2]!
      say(author, pick(chatter).replaceAll('{other}', pair[0] === author ? pair[1] : pair[0]))
    }
  }
  const fill = (topic: Topic, a: string, b: string): ((text: string) => string) => {
    const values: Record<string, string> = {
      A: a,
      B: b,
      when: pick(whens),
      ...Object.fromEntries(Object.entries(topic.slots ?? {}).map(([slot, choices]) => [slot, pick(choices)])),
    }
    return (text) => text.replaceAll(/\{(\w+)\}/g, (_, slot: string) => values[slot]!)
  }
  for (const [i, topic] of told.entries()) {
    if (i % 3 === 0) {
      time += Math.ceil(random.unit() * 24) * MS_PER_DAY
      ;[session, turn] = [session + 1, 0]
      small(3)
    }
    const [a, b] = random.unit() < 0.5 ? pair : [pair[1], pair[0]]
    const filled = fill(topic, a, b)
    const ids = topic.turns.map((line) => say(line.startsWith('A') ? a : b, filled(line.slice(3))))
    for (const { ask, at, kind } of topic.questions)
      questions.push({
        id: `${seed}/${questions.length}`,
        query: filled(ask),
        evidence: at.map((position) => ids[position]!),
        kind,
      })
    small(2 + Math.floor(random.unit() * 4))
  }
  for (const topic of order.slice(told.length)) {
    const filled = fill(topic, pair[0], pair[1])
    for (const { ask } of topic.questions)
      questions.push({ id: `${seed}/${questions.length}`, query: filled(ask), evidence: [], kind: 'unanswerable' })
  }
  return { items, questions }
}
