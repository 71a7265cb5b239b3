import { implement } from '@orpc/server'
import { styleContract, type StyleOverview } from '../../../../common/api/style.ts'
import type { CallContext } from '../../../core/call-context.ts'
import { watch } from '../../../core/watch.ts'
import type { ChatService } from '../chat/index.ts'
import type { StyleService } from './style-service.ts'

/** Styles: from the contract to the services. */
export function styleHandlers({ styles, chats }: { readonly styles: StyleService; readonly chats: ChatService }) {
  const os = implement(styleContract).$context<CallContext>()
  const overview = async (): Promise<StyleOverview> => ({ styles: await styles.styles(), jobs: styles.jobs() })
  return {
    overview: os.overview.handler(overview),
    watch: os.watch.handler(({ signal }) => watch((changed) => styles.events.on('changed', changed), overview, signal)),
    learn: os.learn.handler(({ input }) => styles.learn(input.avatar, input.preset)),
    cancel: os.cancel.handler(async ({ input }) => (await styles.cancel(input.id), {})),
    again: os.again.handler(({ input }) => styles.again(input.id)),
    forget: os.forget.handler(async ({ input }) => (await styles.forget(input.id), {})),
    use: os.use.handler(({ input }) => chats.setStyle(input.avatar, input.style, input.scale)),
    remove: os.remove.handler(async ({ input }) => (await styles.remove(input.style), {})),
  }
}
