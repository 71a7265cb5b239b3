import { join } from 'node:path'
import type { ContractRouterClient } from '@orpc/contract'
import type { EngineOptions } from '../../../../common/children/llm.ts'
import type { memoryContract } from '../../../../common/children/memory.ts'
import type { Avatar } from '../../../../common/model/chat.ts'
import type { ChatModel } from '../../../../common/model/chat-model.ts'

/** Where an engine finds an adapter; the memory has it too, and writes it there anew. */
export const adapterFile = (adapters: string, hash: string): string => join(adapters, `${hash}.gguf`)

/**
 * The adapter that an avatar speaks with, where its style was learnt on this very model; null where it speaks as the
 * model does.
 */
export async function styleAdapter(
  memory: ContractRouterClient<typeof memoryContract>,
  at: { readonly memory: string; readonly adapters: string },
  { style, styleScale }: Avatar,
  model: ChatModel,
): Promise<EngineOptions['adapter']> {
  if (style === null || styleScale === 0) return null
  const found = (await memory.styles({ memory: at.memory })).find(({ id, base }) => id === style && base === model.hash)
  if (!found) return null
  const file = adapterFile(at.adapters, found.hash)
  await memory.writeStyle({ memory: at.memory, style: found.id, file })
  return { file, hash: found.hash, scale: styleScale }
}
