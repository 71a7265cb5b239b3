import { implement } from '@orpc/server'
import { profitContract } from '../../../../common/api/profit.ts'
import type { CallContext } from '../../../core/call-context.ts'
import type { ProfitService } from './profit-service.ts'

/** What earning leaves after the electricity. */
export function profitHandlers({ profit }: { readonly profit: ProfitService }) {
  const os = implement(profitContract).$context<CallContext>()
  return {
    view: os.view.handler(() => profit.view()),
    change: os.change.handler(async ({ input }) => (await profit.change(input), {})),
    importFeed: os.importFeed.handler(({ input }) => profit.importFeed(input.text)),
    csv: os.csv.handler(() => ({ text: profit.csv() })),
  }
}
