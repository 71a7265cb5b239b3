import { implement } from '@orpc/server'
import { profitContract } from '../../common/api/profit.ts'
import type { Services } from '../host/services.ts'
import type { CallContext } from './context.ts'

/** What earning leaves after the electricity. */
export function profitHandlers({ profit }: Pick<Services, 'profit'>) {
  const os = implement(profitContract).$context<CallContext>()
  return {
    view: os.view.handler(() => profit.view()),
    change: os.change.handler(async ({ input }) => (await profit.change(input), {})),
    importFeed: os.importFeed.handler(({ input }) => profit.importFeed(input.text)),
    csv: os.csv.handler(() => ({ text: profit.csv() })),
  }
}
