import { freemem } from 'node:os'
import type { EngineOptions } from '../../../../common/children/llm.ts'
import type { ChatModel } from '../../../../common/model/chat-model.ts'

/** More than this is rarely of use to a conversation, and takes memory all the time. */
const LONGEST_CONTEXT = 8192
/** Of the memory that is free, what a context may take. */
const MEMORY_SHARE = 0.5
const STEP = 256

/** The longest context that a model was trained on and that fits the memory. */
export const contextFor = ({ facts: { context, tokenBytes } }: Pick<ChatModel, 'facts'>, free = freemem()): number =>
  Math.max(STEP, Math.floor(Math.min(context, LONGEST_CONTEXT, (free * MEMORY_SHARE) / tokenBytes) / STEP) * STEP)

interface Around {
  readonly gpu: boolean
  readonly threads: number
  readonly states: string | null
}

export const engineFor = (model: ChatModel, contextSize: number, { gpu, threads, states }: Around): EngineOptions => ({
  model: model.file,
  modelHash: model.hash,
  gpu,
  threads,
  contextSize,
  adapter: null,
  states,
})
