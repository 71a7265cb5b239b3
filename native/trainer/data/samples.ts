import * as z from 'zod'
import { chatOf, type Chat } from './chat-rows.ts'
import type { Row } from './rows.ts'

export type { Message } from './chat-rows.ts'

/** One training sample. Only answers and texts are learnt; questions are read but not learnt. */
export type Sample =
  | { readonly kind: 'text'; readonly text: string }
  | Chat
  | { readonly kind: 'completion'; readonly prompt: string; readonly completion: string }
  | { readonly kind: 'classified'; readonly text: string; readonly pair: string | null; readonly label: string }

const text = z.string()
const label = z.union([z.string(), z.number(), z.bigint(), z.boolean()]).transform(String)

/** A question and its answer as a chat, which may go on from earlier ones. */
const exchange = (
  question: string,
  answer: string,
  system = '',
  earlier: readonly (readonly [string, string])[] = [],
): Sample => ({
  kind: 'chat',
  messages: [
    ...(system === '' ? [] : [{ role: 'system', content: system }]),
    ...[...earlier, [question, answer] as const].flatMap(([asked, answered]) => [
      { role: 'user', content: asked },
      { role: 'assistant', content: answered },
    ]),
  ],
  tools: null,
})

/** Shapes of rows in common datasets, most specific first; rows of turns go before them. */
const shapes: readonly z.ZodType<Sample>[] = [
  z
    .object({
      instruction: text,
      input: text.nullish(),
      output: text,
      system: text.nullish(),
      history: z.array(z.tuple([text, text])).nullish(),
    })
    .transform(({ instruction, input, output, system, history }) =>
      exchange(input ? `${instruction}\n\n${input}` : instruction, output, system ?? '', history ?? []),
    ),
  z
    .object({ prompt: text, completion: text })
    .transform(({ prompt, completion }): Sample => ({ kind: 'completion', prompt, completion })),
  z.object({ question: text, answer: text }).transform(({ question, answer }) => exchange(question, answer)),
  z
    .object({ text, label })
    .transform((row): Sample => ({ kind: 'classified', text: row.text, pair: null, label: row.label })),
  z
    .object({ sentence: text, label })
    .transform((row): Sample => ({ kind: 'classified', text: row.sentence, pair: null, label: row.label })),
  // GLUE's pairs
  ...(
    [
      ['sentence1', 'sentence2'],
      ['premise', 'hypothesis'],
      ['question1', 'question2'],
      ['question', 'sentence'],
    ] as const
  ).map(([first, second]) =>
    z.object({ [first]: text, [second]: text, label }).transform((row): Sample => ({
      kind: 'classified',
      text: String(row[first]),
      pair: String(row[second]),
      label: String(row['label']),
    })),
  ),
  z.object({ text }).transform((row): Sample => ({ kind: 'text', text: row.text })),
]

/** The columns that a row may have, for error messages. */
export const knownColumns =
  'text · messages or conversations · instruction, output · prompt, completion · question, answer · text, label · ' +
  'sentence1, sentence2, label'

/**
 * A row as a sample, or null where no known shape fits. For language models the label of a row is ignored. @throws
 * HearthError DATASET_BROKEN for a chat with roles or contents that are not known
 */
export function sampleOf(row: Row, classify: boolean): Sample | null {
  const chat = classify ? null : chatOf(row)
  if (chat) return chat
  for (const shape of shapes) {
    const parsed = shape.safeParse(row)
    if (!parsed.success) continue
    if ((parsed.data.kind === 'classified') === classify) return parsed.data
  }
  return null
}
