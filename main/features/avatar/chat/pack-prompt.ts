import type { Evidence } from '../../../../common/children/memory.ts'
import type { Turn } from '../../../../common/children/llm.ts'
import { questionPrompt, systemPrompt, type Note, type Speaker } from './prompt.ts'

/** Parts of a context that what is kept about somebody may take, and letters that a token has about. */
const FACTS_SHARE = 1 / 8
const BIOGRAPHY_SHARE = 1 / 8
const MONTHS_SHARE = 1 / 16
const LETTERS_PER_TOKEN = 3
/** From here on there is room to show a message among those around it, and a life whatever is asked. */
export const WIDE_CONTEXT = 4096
const LONGEST_NOTE = { narrow: 300, wide: 1500 }

export interface Conversation {
  readonly speaker: Speaker
  /** What was said before, oldest first. */
  readonly history: readonly Turn[]
  readonly question: string
  /** Best first. */
  readonly evidence: readonly Evidence[]
}
export interface Packed {
  readonly turns: readonly Turn[]
  /** The evidence that found room, in the order of its numbers. */
  readonly notes: readonly Evidence[]
  readonly tokens: number
}

/**
 * A prompt that leaves room for an answer: the oldest turns go first, then the weakest evidence.
 * @param room tokens that the prompt may take
 * @param count how many tokens turns take with the model's own template
 */
export async function packPrompt(
  { speaker, history, question, evidence }: Conversation,
  contextSize: number,
  room: number,
  count: (turns: readonly Turn[]) => Promise<number>,
): Promise<Packed> {
  const system: Turn = { role: 'system', content: systemPrompt(speakerFor(speaker, contextSize)) }
  let [before, notes] = [history, evidence]
  while (true) {
    const turns: Turn[] = [
      system,
      ...before,
      {
        role: 'user',
        content: questionPrompt(
          question,
          notes.map((note) => noteOf(note, contextSize)),
        ),
      },
    ]
    const tokens = await count(turns)
    if (tokens <= room || (before.length === 0 && notes.length === 0)) return { turns, notes, tokens }
    // A question and its answer go together.
    if (before.length > 0)
      before = before.slice(
        Math.max(
          1,
          before.findIndex(({ role }, i) => i > 0 && role === 'user'),
        ),
      )
    else notes = notes.slice(0, -1)
  }
}

function speakerFor(speaker: Speaker, contextSize: number): Speaker {
  const wide = contextSize >= WIDE_CONTEXT
  const room = (share: number): number => contextSize * share * LETTERS_PER_TOKEN
  return {
    ...speaker,
    facts: fitting(speaker.facts, room(FACTS_SHARE)),
    biography: fitting(speaker.biography.split('\n'), room(BIOGRAPHY_SHARE)).join('\n'),
    months: wide ? fitting(speaker.months, room(MONTHS_SHARE)) : [],
  }
}

/** The first that find room, each whole. */
function fitting(lines: readonly string[], letters: number): string[] {
  let room = letters
  return lines.filter((line) => (room -= line.length) >= 0)
}

function noteOf({ item, mine, around }: Evidence, contextSize: number): Note {
  if (contextSize < WIDE_CONTEXT)
    return { ts: item.ts, author: item.author, mine, text: clip(item.text, LONGEST_NOTE.narrow) }
  const text = around
    .map((other) => (other.author === item.author ? other.text : `${other.author ?? ''}: ${other.text}`))
    .join(' / ')
  return { ts: item.ts, author: item.author, mine, text: clip(text, LONGEST_NOTE.wide) }
}

const clip = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most)} …` : text)
