import type { Avatar } from '../../../../common/model/chat.ts'
import { resourcePath } from '../../../core/resources.ts'
import type { ChatService } from './chat-service.ts'
import type { MemoryService } from '../memory/index.ts'

/** Whose made-up messages `resources/avatar/sample.jsonl` has. */
export const SAMPLE_PERSON = 'Ada Lindqvist'

/**
 * Brings in the memories of somebody made up, and makes an avatar of them; they are forgotten like any other source.
 */
export async function trySample(memory: MemoryService, chats: ChatService): Promise<Avatar> {
  await memory.readFile({
    name: SAMPLE_PERSON,
    file: resourcePath('avatar', 'sample.jsonl'),
    format: 'jsonl',
    dateOrder: null,
    label: 'private',
  })
  await memory.setMe(SAMPLE_PERSON, true)
  return chats.addAvatar({
    name: SAMPLE_PERSON,
    picture: null,
    rules: '',
    greeting: 'Hello, I am Ada. Ask me where I live, what my cat is called, or what I wrote about the garden.',
    model: null,
    remembers: true,
  })
}
