import * as z from 'zod'
import type { Row } from './rows.ts'

/** An answer of `weight` 0 is read but not learnt. @see https://platform.openai.com/docs/guides/fine-tuning */
export const Message = z.object({
  role: z.enum(['system', 'user', 'assistant']),
  content: z.string(),
  weight: z.union([z.literal(0), z.literal(1)]).optional(),
})
export type Message = z.infer<typeof Message>

/** One training sample. Only answers and texts are learnt; questions are read but not learnt. */
export type Sample =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'chat'; readonly messages: readonly Message[] }
  | { readonly kind: 'completion'; readonly prompt: string; readonly completion: string }
  | { readonly kind: 'classified'; readonly text: string; readonly pair: string | null; readonly label: string }

const text = z.string()
const label = z.union([z.string(), z.number(), z.bigint(), z.boolean()]).transform(String)

/** Shapes of rows in common datasets, most specific first. */
const shapes: readonly z.ZodType<Sample>[] = [
  z.object({ messages: z.array(Message).min(1) }).transform(({ messages }): Sample => ({ kind: 'chat', messages })),
  z
    .object({ conversations: z.array(z.object({ from: z.string(), value: z.string() })).min(1) })
    .transform(({ conversations }): Sample => ({
      kind: 'chat',
      messages: conversations.map(({ from, value }) => ({
        role: from === 'system' ? 'system' : from === 'human' || from === 'user' ? 'user' : 'assistant',
        content: value,
      })),
    })),
  z
    .object({ instruction: text, input: text.nullish(), output: text })
    .transform(({ instruction, input, output }): Sample => ({
      kind: 'chat',
      messages: [
        { role: 'user', content: input ? `${instruction}\n\n${input}` : instruction },
        { role: 'assistant', content: output },
      ],
    })),
  z
    .object({ prompt: text, completion: text })
    .transform(({ prompt, completion }): Sample => ({ kind: 'completion', prompt, completion })),
  z.object({ question: text, answer: text }).transform(({ question, answer }): Sample => ({
    kind: 'chat',
    messages: [
      { role: 'user', content: question },
      { role: 'assistant', content: answer },
    ],
  })),
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
  'text · messages · instruction, output · prompt, completion · question, answer · text, label · ' +
  'sentence1, sentence2, label'

/** A row as a sample, or null where no known shape fits. For language models the label of a row is ignored. */
export function sampleOf(row: Row, classify: boolean): Sample | null {
  for (const shape of shapes) {
    const parsed = shape.safeParse(row)
    if (!parsed.success) continue
    if ((parsed.data.kind === 'classified') === classify) return parsed.data
  }
  return null
}
