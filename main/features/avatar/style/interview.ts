import type { EngineOptions, Turn } from '../../../../common/children/llm.ts'
import type { Avatar } from '../../../../common/model/chat.ts'
import type { ChatService } from '../chat/index.ts'

/** Answers are compared, so nothing in them is left to chance. */
const SAMPLING = { maxTokens: 200, temperature: 0, topP: 1, seed: null, stop: [] }

/** Asks an avatar what others asked its person, as its person would ask it in the window. */
export class Interview {
  readonly #chats: ChatService
  readonly #signal: AbortSignal

  constructor(chats: ChatService, signal: AbortSignal) {
    this.#chats = chats
    this.#signal = signal
  }

  /** @param adapter a style to answer in; null for none */
  async ask(
    avatar: Avatar,
    question: string,
    adapter: EngineOptions['adapter'],
  ): Promise<{ readonly turns: readonly Turn[]; readonly text: string }> {
    let turns: readonly Turn[] = []
    let text = ''
    const plain = { ...avatar, style: null }
    for await (const part of this.#chats.ask(
      { avatar: plain, history: [], text: question, sampling: SAMPLING, ...(adapter ? { adapter } : {}) },
      this.#signal,
    )) {
      if ('turns' in part) turns = part.turns
      else if ('text' in part) text += part.text
    }
    return { turns, text: text.trim() }
  }
}
