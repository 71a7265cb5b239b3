import { implement } from '@orpc/server'
import { chatContract, type ChatPulse } from '../../../../common/api/chat.ts'
import type { CallContext } from '../../../core/call-context.ts'
import { watch } from '../../../core/watch.ts'
import type { MemoryService } from '../memory/index.ts'
import { readCard, writeCard } from './character-card.ts'
import type { ChatService } from './chat-service.ts'
import { trySample } from './sample.ts'

/** Fast enough to read along. */
const GAP_MS = 60

/** Chats: from the contract to the service. */
export function chatHandlers({ chats, memory }: { readonly chats: ChatService; readonly memory: MemoryService }) {
  const os = implement(chatContract).$context<CallContext>()
  const pulse = (chat: number | null): ChatPulse => ({
    changes: chats.changes,
    writing: chat === null ? null : chats.writing(chat),
  })
  return {
    avatars: os.avatars.handler(() => chats.avatars()),
    addAvatar: os.addAvatar.handler(({ input }) => chats.addAvatar(input)),
    changeAvatar: os.changeAvatar.handler(({ input }) => chats.changeAvatar(input.avatar, input.options)),
    removeAvatar: os.removeAvatar.handler(async ({ input }) => (await chats.removeAvatar(input.avatar), {})),
    readCard: os.readCard.handler(({ input }) => readCard(Buffer.from(input.file, 'base64'))),
    writeCard: os.writeCard.handler(async ({ input }) => ({ json: writeCard(await chats.avatar(input.avatar)) })),
    trySample: os.trySample.handler(() => trySample(memory, chats)),
    list: os.list.handler(({ input }) => chats.chats(input.text)),
    add: os.add.handler(({ input }) => chats.addChat(input.avatar)),
    rename: os.rename.handler(async ({ input }) => (await chats.renameChat(input.chat, input.title), {})),
    remove: os.remove.handler(async ({ input }) => (await chats.removeChat(input.chat), {})),
    get: os.get.handler(({ input }) => chats.chat(input.chat)),
    watch: os.watch.handler(({ input, signal }) =>
      watch(
        (changed) => chats.events.on('changed', changed),
        () => pulse(input.chat),
        signal,
        GAP_MS,
      ),
    ),
    send: os.send.handler(({ input }) => chats.send(input.chat, input.parent, input.text)),
    regenerate: os.regenerate.handler(({ input }) => chats.regenerate(input.chat, input.question)),
    stop: os.stop.handler(async ({ input }) => (await chats.stopAnswer(input.chat), {})),
    turnTo: os.turnTo.handler(async ({ input }) => (await chats.turnTo(input.message, input.step), {})),
    notes: os.notes.handler(({ input }) => chats.notes(input.numbers)),
    moments: os.moments.handler(({ input }) => chats.moments(input.numbers)),
  }
}
