import * as z from 'zod'
import { HearthError, messageOf } from '../../../common/errors/index.ts'
import { listed } from '../../../common/strict-reader.ts'
import type { Row } from './rows.ts'

/** A turn of a chat as a template gets it. What else a turn has (a name, a call's id) is handed on to the template. */
export interface Message {
  readonly role: string
  readonly content: string | null
  /** An answer of weight 0 is read but not learnt. @see https://platform.openai.com/docs/guides/fine-tuning */
  readonly weight?: 0 | 1
  readonly tool_calls?: readonly unknown[]
  readonly [more: string]: unknown
}

export interface Chat {
  readonly kind: 'chat'
  readonly messages: readonly Message[]
  /** What the assistant may call, as JSON schemas. */
  readonly tools: readonly unknown[] | null
}

/** Who speaks, by the names of OpenAI's form (role, content); a template knows these names. */
const roles: Readonly<Record<string, string>> = {
  system: 'system',
  developer: 'developer',
  user: 'user',
  assistant: 'assistant',
  model: 'assistant',
  tool: 'tool',
  function: 'function',
  ipython: 'ipython',
  observation: 'observation',
}

/** By the names of ShareGPT's form (from, value). A call is the assistant's own, what it gives back is a tool's. */
const speakers: Readonly<Record<string, string>> = {
  system: 'system',
  human: 'user',
  user: 'user',
  gpt: 'assistant',
  chatgpt: 'assistant',
  assistant: 'assistant',
  model: 'assistant',
  bot: 'assistant',
  function_call: 'assistant',
  tool_call: 'assistant',
  observation: 'tool',
  tool: 'tool',
  tool_response: 'tool',
  function: 'tool',
  function_response: 'tool',
}

const Part = z.union([z.string(), z.looseObject({ type: z.string(), text: z.string().nullish() })])
const Content = z.union([z.string(), z.array(Part)]).nullish()
const Weight = z.union([z.number(), z.bigint(), z.boolean()]).nullish()
const OpenAiTurn = z.looseObject({
  role: z.string(),
  content: Content,
  weight: Weight,
  train: z.boolean().nullish(),
  tool_calls: z.array(z.unknown()).nullish(),
  function_call: z.looseObject({ name: z.string() }).nullish(),
})
const ShareGptTurn = z.looseObject({ from: z.string(), value: Content, weight: Weight, train: z.boolean().nullish() })
const Turn = z.union([
  OpenAiTurn,
  ShareGptTurn.transform(({ from, value, ...more }) => ({ ...more, from, content: value })),
])
type Turn = z.infer<typeof Turn>

const unreadable = (why: string) => new HearthError('DATASET_BROKEN', why)

/** A role by its name in either form. @throws HearthError DATASET_BROKEN for a name that is not known */
function roleOf(turn: Turn): string {
  const [names, name] = 'from' in turn ? ([speakers, String(turn.from)] as const) : ([roles, turn.role] as const)
  const key = name.trim().toLowerCase()
  const role = Object.hasOwn(names, key) ? names[key] : undefined
  if (role === undefined)
    throw unreadable(
      `a turn is of ${listed([name])}, which is no role that is known: ${Object.keys(names).join(', ')}; ` +
        'whether it is to be learnt cannot be told',
    )
  return role
}

function textOf(content: z.infer<typeof Content>): string | null {
  if (content == null || typeof content === 'string') return content ?? null
  return content
    .map((part) => {
      if (typeof part === 'string') return part
      if (part.type === 'text' || part.type === 'input_text' || part.type === 'output_text') return part.text ?? ''
      throw unreadable(`a turn has a part of the kind ${listed([part.type])}; only text is learnt`)
    })
    .join('')
}

function messageOfTurn(turn: Turn): Message {
  const role = roleOf(turn)
  const { content, weight, train, ...rest } = turn
  const text = textOf(content)
  // Columnar files have every key in every turn; what is empty was not said.
  const more = Object.fromEntries(
    Object.entries(rest).filter(
      ([key, value]) => value != null && !['role', 'from', 'tool_calls', 'function_call'].includes(key),
    ),
  )
  const own = 'tool_calls' in turn && Array.isArray(turn.tool_calls) ? turn.tool_calls : []
  const older =
    'function_call' in turn && turn.function_call ? [{ type: 'function', function: turn.function_call }] : []
  const calls: readonly unknown[] = [...own, ...older]
  // An answer that says nothing and calls nothing has nothing to learn.
  const silent = role === 'assistant' && calls.length === 0 && !text
  const learnt = !silent && train !== false && (weight == null || Number(weight) !== 0)
  return {
    ...more,
    role,
    content: calls.length > 0 ? text : (text ?? ''),
    ...(learnt ? {} : { weight: 0 }),
    ...(calls.length > 0 ? { tool_calls: calls } : {}),
  }
}

/** Tools of a row, which some files write as JSON in a string. */
function toolsOf({ tools, functions }: Row): readonly unknown[] | null {
  const list = (value: unknown): readonly unknown[] => {
    if (value == null || value === '') return []
    const parsed = typeof value === 'string' ? parse(value) : value
    if (Array.isArray(parsed)) return parsed
    throw unreadable('its tools are no list')
  }
  const all = [...list(tools), ...list(functions).map((item) => ({ type: 'function', function: item }))]
  return all.length > 0 ? all : null
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw unreadable(`its tools are not readable: ${messageOf(error)}`)
  }
}

/**
 * A row of turns as a chat; null for a row of another shape. @throws HearthError DATASET_BROKEN for roles and contents
 * that are not known, because they may not be learnt as something else
 */
export function chatOf(row: Row): Chat | null {
  const turns = z
    .array(Turn)
    .min(1)
    .safeParse(row['messages'] ?? row['conversations'])
  if (!turns.success) return null
  const messages = turns.data.map(messageOfTurn)
  const { system } = row
  const before: readonly Message[] =
    typeof system === 'string' && system !== '' && messages[0]?.role !== 'system'
      ? [{ role: 'system', content: system }]
      : []
  return { kind: 'chat', messages: [...before, ...messages], tools: toolsOf(row) }
}
