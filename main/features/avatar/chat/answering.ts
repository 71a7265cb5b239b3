import type { ContractRouterClient } from '@orpc/contract'
import type { EngineOptions, llmContract, Sampling, Turn, Written } from '../../../../common/children/llm.ts'
import type { Evidence, memoryContract } from '../../../../common/children/memory.ts'
import { CLOSEST, type Avatar } from '../../../../common/model/chat.ts'
import type { Embedding } from '../../../../common/model/embedder.ts'
import type { Fact } from '../../../../common/model/memory.ts'
import { onePerPlace } from './one-per-place.ts'
import { packPrompt, WIDE_CONTEXT } from './pack-prompt.ts'
import type { Speaker } from './prompt.ts'

/** How many places may answer one question, and how many messages they are picked from. */
const MOST_NOTES = 6
const RECALLED = 24
const MOST_FACTS = 200
const LIKELIEST = 3
/** A question of few words is about what was asked before it. */
const FEW_WORDS = 4
const monthName = new Intl.DateTimeFormat('en-GB', { month: 'long', year: 'numeric', timeZone: 'UTC' })

interface Ports {
  readonly memory: () => { readonly client: ContractRouterClient<typeof memoryContract>; readonly file: string }
  readonly llm: () => ContractRouterClient<typeof llmContract>
  /** What a question means by an embedding model, where there is one. */
  readonly queryEmbedding: (question: string) => Promise<Embedding | null>
}
export interface Question {
  readonly avatar: Avatar
  readonly history: readonly Turn[]
  readonly text: string
  readonly engine: EngineOptions
  readonly sampling: Sampling
}
/** What is used comes first, then the answer piece by piece. */
export type AnswerPart =
  | { readonly notes: readonly Evidence[]; readonly turns: readonly Turn[] }
  | { readonly text: string }

/** From a question to an answer with its sources: recall, prompt, writing. */
export class Answering {
  readonly #ports: Ports

  constructor(ports: Ports) {
    this.#ports = ports
  }

  async *answer(
    { avatar, history, text, engine, sampling }: Question,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<AnswerPart, Written> {
    const wide = engine.contextSize >= WIDE_CONTEXT
    const [evidence, life] = avatar.remembers
      ? await Promise.all([this.#recall(text, history, wide), this.#life()])
      : [[], { kept: [], biography: '', months: [] }]
    const { kept, ...rest } = life
    const facts = (wide ? kept : keptOf(kept, evidence)).map((fact) => fact.text)
    const llm = this.#ports.llm()
    const conversation = {
      speaker: { name: avatar.name, rules: avatar.rules, remembers: avatar.remembers, facts, ...rest },
      history,
      question: text,
      evidence,
    }
    const { turns, notes } = await packPrompt(
      conversation,
      engine.contextSize,
      engine.contextSize - Math.min(sampling.maxTokens, Math.floor(engine.contextSize / 4)),
      async (wanted) => (await llm.count({ ...engine, turns: [...wanted] })).tokens,
    )
    yield { notes, turns }
    return yield* await llm.chat({ ...engine, turns: [...turns], sampling }, signal ? { signal } : {})
  }

  /** The first are places of their own; a narrow context, which shows no place whole, has what is beside them too. */
  async #recall(text: string, history: readonly Turn[], wide: boolean): Promise<Evidence[]> {
    const { client, file } = this.#ports.memory()
    const before = history.findLast(({ role }) => role === 'user')?.content
    const query = (
      before !== undefined && text.trim().split(/\s+/).length < FEW_WORDS ? `${before} ${text}` : text
    ).slice(0, 2000)
    const found = await client.recall({
      memory: file,
      query,
      embedding: await this.#ports.queryEmbedding(query),
      k: RECALLED,
    })
    const places = onePerPlace(found)
    if (wide) return places.slice(0, MOST_NOTES)
    const first = places.slice(0, CLOSEST)
    return [...first, ...found.filter((it) => !first.includes(it))].slice(0, MOST_NOTES)
  }

  /** What is true of this person now, and was kept by them; what their life was, and what they spoke of. */
  async #life(): Promise<Pick<Speaker, 'biography' | 'months'> & { kept: Fact[] }> {
    const { client, file: memory } = this.#ports.memory()
    const [{ facts }, { text: biography }, { months }] = await Promise.all([
      client.facts({ memory, state: 'kept', offset: 0, limit: MOST_FACTS }),
      client.biography({ memory }),
      client.topics({ memory }),
    ])
    const now = Date.now()
    return {
      kept: facts.filter(({ from, to }) => (from === null || from <= now) && (to === null || to > now)),
      biography,
      months: months
        .filter(({ words }) => words.length > 0)
        .map(({ month, words }) => `${monthName.format(new Date(`${month}-01T00:00:00Z`))}: ${words.join(', ')}`),
    }
  }
}

/**
 * Of the facts those that the likeliest messages say in other words: a model with a narrow context goes astray by all
 * others, and what a message says as it stands is quoted from there.
 */
function keptOf(facts: readonly Fact[], evidence: readonly Evidence[]): Fact[] {
  const likely = new Map(evidence.slice(0, LIKELIEST).map(({ item }) => [item.number, item.text]))
  return facts.filter(({ text, items }) =>
    items.some(({ number }) => likely.has(number) && !likely.get(number)!.includes(text)),
  )
}
