import { existsSync } from 'node:fs'
import type { ContractRouterClient } from '@orpc/contract'
import type { EngineOptions, llmContract, Sampling, Turn, Written } from '../../../../common/children/llm.ts'
import type { memoryContract } from '../../../../common/children/memory.ts'
import type { Avatar, AvatarOptions, Chat, ChatMessage, Moment, ShownMessage } from '../../../../common/model/chat.ts'
import type { ChatModel } from '../../../../common/model/chat-model.ts'
import type { Embedding } from '../../../../common/model/embedder.ts'
import type { MemoryItem } from '../../../../common/model/memory.ts'
import { HearthError, messageOf } from '../../../../common/errors/index.ts'
import type { ConfigStore } from '../../../core/config.ts'
import { Emitter } from '../../../core/events.ts'
import { inTurn } from '../../../core/in-turn.ts'
import type { Service } from '../../../core/lifecycle.ts'
import type { Log } from '../../../core/log/log.ts'
import type { DataPaths } from '../../../core/paths.ts'
import type { SupervisedProcess } from '../../../core/processes/supervised.ts'
import type { ModelService } from '../models/index.ts'
import { Answering, type AnswerPart, type Question } from './answering.ts'
import { styleAdapter } from './style-adapter.ts'

/** How often what is being written goes to the disk, so that an end of the program costs no more than that. */
const KEEP_EVERY_MS = 500
const MOST_CHATS = 200
/** Messages before and after one that are shown with it: what somebody answers is often asked before. */
const MOMENT_REACH = 2

interface Ports {
  readonly memory: SupervisedProcess<typeof memoryContract>
  readonly llm: SupervisedProcess<typeof llmContract>
  readonly models: ModelService
  readonly queryEmbedding: (question: string) => Promise<Embedding | null>
  readonly config: ConfigStore
  readonly paths: Pick<DataPaths, 'memory' | 'models' | 'adapters'>
  readonly log: Log
}
type Client = ContractRouterClient<typeof memoryContract>

/** A question to an avatar, or a whole conversation for a model to go on with. */
type Asked =
  | (Omit<Question, 'engine'> & {
      /** A style to try instead of the avatar's own. */ readonly adapter?: EngineOptions['adapter']
    })
  | { readonly model: string; readonly turns: readonly Turn[]; readonly sampling: Sampling }

/** An answer that is being written. */
interface Live {
  readonly message: number
  readonly controller: AbortController
  text: string
  done: Promise<void>
}

/**
 * Conversations with avatars. An answer is written to the disk as it comes, and can be stopped, asked for again and
 * branched from.
 */
export class ChatService implements Service {
  readonly name = 'chat'
  readonly events = new Emitter<{ changed: null }>()
  readonly #ports: Ports
  readonly #answering: Answering
  readonly #live = new Map<number, Live>()
  #changes = 0
  /** Answers begin one after the other: two that began at once would not know of each other. */
  readonly #inTurn = inTurn()

  constructor(ports: Ports) {
    this.#ports = ports
    this.#answering = new Answering({
      memory: () => ({ client: this.#client, file: ports.paths.memory }),
      llm: () => ports.llm.client,
      queryEmbedding: ports.queryEmbedding,
    })
  }

  async start(): Promise<void> {
    if (existsSync(this.#ports.paths.memory))
      await this.#client
        .stopWriting(this.#at)
        .catch((error: unknown) => this.#ports.log.warn('chats cannot be read', { error }))
  }

  async stop(): Promise<void> {
    const live = [...this.#live.values()]
    for (const { controller } of live) controller.abort()
    await Promise.all(live.map(({ done }) => done))
  }

  /** Grows with each change of avatars and chats. */
  get changes(): number {
    return this.#changes
  }

  /** What is being written in a chat, or null. */
  writing(chat: number): { message: number; text: string } | null {
    const live = this.#live.get(chat)
    return live ? { message: live.message, text: live.text } : null
  }

  /** Looking makes no file where nothing was said yet. */
  async avatars(): Promise<Avatar[]> {
    return existsSync(this.#ports.paths.memory) ? this.#client.avatars(this.#at) : []
  }

  /** @throws HearthError NOT_FOUND */
  async avatar(id: number): Promise<Avatar> {
    const avatar = (await this.avatars()).find((candidate) => candidate.id === id)
    if (!avatar) throw new HearthError('NOT_FOUND', 'this avatar is not here any more')
    return avatar
  }

  addAvatar(options: AvatarOptions): Promise<Avatar> {
    return this.#notified(this.#client.addAvatar({ ...this.#at, options }))
  }

  changeAvatar(avatar: number, options: AvatarOptions): Promise<Avatar> {
    return this.#notified(this.#client.changeAvatar({ ...this.#at, avatar, options }))
  }

  /** @param style null for the model's own */
  setStyle(avatar: number, style: number | null, scale: number): Promise<Avatar> {
    return this.#notified(this.#client.setStyle({ ...this.#at, avatar, style, scale }))
  }

  async removeAvatar(avatar: number): Promise<void> {
    for (const id of this.#live.keys()) if ((await this.chat(id)).chat.avatar === avatar) await this.stopAnswer(id)
    await this.#notified(this.#client.removeAvatar({ ...this.#at, avatar }))
  }

  async chats(text: string): Promise<Chat[]> {
    return existsSync(this.#ports.paths.memory) ? this.#client.chats({ ...this.#at, text, limit: MOST_CHATS }) : []
  }

  addChat(avatar: number): Promise<Chat> {
    return this.#notified(this.#client.addChat({ ...this.#at, avatar }))
  }

  renameChat(chat: number, title: string): Promise<unknown> {
    return this.#notified(this.#client.renameChat({ ...this.#at, chat, title }))
  }

  async removeChat(chat: number): Promise<void> {
    await this.stopAnswer(chat)
    await this.#notified(this.#client.removeChat({ ...this.#at, chat }))
  }

  chat(chat: number): Promise<{ chat: Chat; messages: ShownMessage[] }> {
    return this.#client.chat({ ...this.#at, chat })
  }

  /** Says something below a message, and has it answered. @param parent null begins the chat anew */
  send(chat: number, parent: number | null, text: string): Promise<ChatMessage> {
    return this.#inTurn(async () => {
      await this.stopAnswer(chat)
      const question = await this.#notified(
        this.#client.addMessage({ ...this.#at, chat, parent, role: 'user', text, state: 'whole' }),
      )
      return this.#begin(chat, question.id)
    })
  }

  /** Has a question answered once more, beside the answer that is there. */
  regenerate(chat: number, question: number): Promise<ChatMessage> {
    return this.#inTurn(async () => {
      await this.stopAnswer(chat)
      return this.#begin(chat, question)
    })
  }

  /** Messages of the memory, as a citation opens them. */
  notes(numbers: number[]): Promise<MemoryItem[]> {
    return this.#client.itemsOf({ ...this.#at, numbers })
  }

  /** What stands around messages of the memory, two on either side; without those that were forgotten. */
  async moments(numbers: readonly number[]): Promise<Moment[]> {
    const items = await this.notes([...numbers])
    return Promise.all(
      items.map(async ({ number }) => ({
        item: number,
        around: await this.#client.around({ ...this.#at, item: number, reach: MOMENT_REACH }),
      })),
    )
  }

  turnTo(message: number, step: 1 | -1): Promise<unknown> {
    return this.#notified(this.#client.turnTo({ ...this.#at, message, step }))
  }

  /** Stops what is being written; what is there stays. */
  async stopAnswer(chat: number): Promise<void> {
    const live = this.#live.get(chat)
    live?.controller.abort()
    await live?.done
  }

  async #begin(chat: number, question: number): Promise<ChatMessage> {
    const message = await this.#client.addMessage({
      ...this.#at,
      chat,
      parent: question,
      role: 'assistant',
      text: '',
      state: 'writing',
    })
    const live: Live = { message: message.id, controller: new AbortController(), text: '', done: Promise.resolve() }
    this.#live.set(chat, live)
    live.done = this.#write(chat, live)
      .catch((error: unknown) => this.#ports.log.warn('an answer could not be kept', { error }))
      .finally(() => {
        this.#live.delete(chat)
        this.#notify()
      })
    this.#notify()
    return message
  }

  /** Has something answered without a chat: by an avatar, or by a model alone. */
  async *ask(
    asked: Asked,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<{ readonly model: ChatModel; readonly contextSize: number } | AnswerPart, Written> {
    const { models, llm } = this.#ports
    const model = 'avatar' in asked ? await this.modelOf(asked.avatar) : await models.get(asked.model)
    const adapter =
      'avatar' in asked
        ? (asked.adapter ?? (await styleAdapter(this.#client, this.#ports.paths, asked.avatar, model)))
        : null
    const engine = { ...(await models.engine(model)), adapter }
    yield { model, contextSize: engine.contextSize }
    const stream =
      'avatar' in asked
        ? this.#answering.answer({ ...asked, engine }, signal)
        : await llm.client.chat(
            { ...engine, turns: [...asked.turns], sampling: asked.sampling },
            signal ? { signal } : {},
          )
    for (;;) {
      const { done, value } = await models.guarded(model, signal, () => stream.next())
      if (done) {
        models.answered(model)
        return value
      }
      yield value
    }
  }

  async #write(chat: number, live: Live): Promise<void> {
    const { messages, chat: of } = await this.chat(chat)
    let change: Pick<ChatMessage, 'text' | 'state' | 'problem' | 'notes' | 'facts'> = {
      text: '',
      state: 'writing',
      problem: null,
      notes: [],
      facts: null,
    }
    const keep = async (more: Partial<typeof change>): Promise<void> => {
      change = { ...change, ...more, text: live.text }
      await this.#client.changeMessage({ ...this.#at, message: live.message, change })
    }
    try {
      const avatar = await this.avatar(of.avatar)
      const said = turnsOf(messages.filter(({ id }) => id !== live.message))
      const question = said.pop()
      if (question?.role !== 'user') throw new HearthError('BAD_INPUT', 'there is no question to answer')
      const stream = this.ask(
        { avatar, history: said, text: question.content, sampling: this.#sampling() },
        live.controller.signal,
      )
      let [kept, by] = [performance.now(), { model: '', parameters: 0, contextSize: 0 }]
      let step = await stream.next()
      for (; !step.done; step = await stream.next()) {
        const part = step.value
        if ('model' in part) {
          const { name, facts } = part.model
          by = { model: name, parameters: facts.parameters, contextSize: part.contextSize }
        } else if ('notes' in part) await keep({ notes: part.notes.map(({ item }) => item.number) })
        else {
          live.text += part.text
          this.events.emit('changed', null)
          if (performance.now() - kept < KEEP_EVERY_MS) continue
          await keep({})
          kept = performance.now()
        }
      }
      live.text = live.text.trim()
      const { reason, ...counts } = step.value
      await keep({ state: reason === 'stopped' ? 'stopped' : 'whole', facts: { ...by, ...counts } })
    } catch (error) {
      const stopped = live.controller.signal.aborted
      if (!stopped) this.#ports.log.warn('an answer failed', { error: messageOf(error) })
      await keep(
        stopped
          ? { state: 'stopped' }
          : { state: 'failed', problem: error instanceof HearthError ? error.code : 'INTERNAL' },
      )
    }
  }

  /** An avatar whose own model is gone speaks with the one for all. */
  async modelOf({ model }: Avatar): Promise<ChatModel> {
    const { models } = this.#ports
    return model === null ? models.chosen() : models.get(model).catch(() => models.chosen())
  }

  #sampling(): Sampling {
    const { temperature, topP, maxTokens } = this.#ports.config.get().avatar
    return { maxTokens, temperature, topP, seed: null, stop: [] }
  }

  async #notified<T>(done: Promise<T>): Promise<T> {
    const result = await done
    this.#notify()
    return result
  }

  #notify(): void {
    this.#changes++
    this.events.emit('changed', null)
  }

  get #client(): Client {
    return this.#ports.memory.client
  }

  get #at(): { memory: string } {
    return { memory: this.#ports.paths.memory }
  }
}

/** What was said, without answers that failed; two questions in a row are one, for templates want them by turns. */
function turnsOf(messages: readonly ShownMessage[]): Turn[] {
  const turns: Turn[] = []
  for (const { role, text, state } of messages) {
    const last = turns.at(-1)
    if (state === 'failed' || text === '') continue
    if (last?.role === role) turns[turns.length - 1] = { role, content: `${last.content}\n\n${text}` }
    else turns.push({ role, content: text })
  }
  return turns
}
