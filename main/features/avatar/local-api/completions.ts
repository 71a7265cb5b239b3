import { randomUUID } from 'node:crypto'
import type { Sampling, Turn, Written } from '../../../../common/children/llm.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { ChatModel } from '../../../../common/model/chat-model.ts'
import type { AnswerPart, ChatService } from '../chat/index.ts'
import type { ModelService } from '../models/index.ts'
import { samplingOf, turnsOf, type CompletionRequest } from './openai-request.ts'
import { lastPiece, piece, usagePiece, wholeAnswer, type Citation } from './openai.ts'

const AVATAR = 'avatar/'

interface Ports {
  readonly chats: Pick<ChatService, 'avatars' | 'ask'>
  readonly models: Pick<ModelService, 'overview'>
}

/** Answers other programs with the models and the avatars of this machine. */
export class Completions {
  readonly #ports: Ports

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /** Models by their ids, and avatars as `avatar/NAME`. */
  async models(): Promise<object> {
    const [{ models }, avatars] = await Promise.all([this.#ports.models.overview(), this.#ports.chats.avatars()])
    const model = (id: string) => ({ id, object: 'model', created: 0, owned_by: 'hearth' })
    return {
      object: 'list',
      data: [...avatars.map(({ name }) => model(AVATAR + name)), ...models.map(({ id }) => model(id))],
    }
  }

  /** @param send each piece of a stream; not called where the whole answer is wanted at once */
  async complete(
    request: CompletionRequest,
    defaults: Sampling,
    signal: AbortSignal,
    send: (event: object) => void,
  ): Promise<object | null> {
    const head = { id: `chatcmpl-${randomUUID()}`, created: Math.floor(Date.now() / 1000), model: request.model }
    let [content, citations, begun] = ['', [] as Citation[], false]
    const written = await this.#write(request, defaults, signal, (part) => {
      if ('model' in part) return
      if ('notes' in part)
        citations = part.notes.map(({ item: { id, author, ts, text } }, i) => ({ number: i + 1, id, author, ts, text }))
      else if (!request.stream) content += part.text
      else {
        send(piece(head, begun ? { content: part.text } : { role: 'assistant', content: part.text }))
        begun = true
      }
    })
    if (!request.stream) return wholeAnswer(head, content.trim(), written, citations)
    send(lastPiece(head, written, citations))
    if (request.stream_options?.include_usage) send(usagePiece(head, written))
    return null
  }

  async #write(
    request: CompletionRequest,
    defaults: Sampling,
    signal: AbortSignal,
    each: (part: AnswerPart | { readonly model: ChatModel }) => void,
  ): Promise<Written> {
    const turns = turnsOf(request)
    const sampling = samplingOf(request, defaults)
    const stream = request.model.startsWith(AVATAR)
      ? this.#ports.chats.ask(
          { ...(await this.#question(request.model.slice(AVATAR.length), turns)), sampling },
          signal,
        )
      : this.#ports.chats.ask({ model: request.model, turns, sampling }, signal)
    let step = await stream.next()
    for (; !step.done; step = await stream.next()) each(step.value)
    return step.value
  }

  /** What is asked of an avatar: instructions of the program come after its own rules. */
  async #question(name: string, turns: readonly Turn[]) {
    const avatar = (await this.#ports.chats.avatars()).find((candidate) => candidate.name === name)
    if (!avatar) throw new HearthError('NOT_FOUND', `there is no avatar called ${name}`)
    const said = turns.filter(({ role }) => role !== 'system')
    const question = said.at(-1)
    if (question?.role !== 'user') throw new HearthError('BAD_INPUT', 'the last message must be the user’s')
    const rules = [avatar.rules, ...turns.filter(({ role }) => role === 'system').map(({ content }) => content)]
      .filter((rule) => rule !== '')
      .join('\n')
    return { avatar: { ...avatar, rules }, history: said.slice(0, -1), text: question.content }
  }
}
