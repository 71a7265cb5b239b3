import { implement } from '@orpc/server'
import { systemContract } from '../../common/api/system.ts'
import { HearthError } from '../../common/errors/index.ts'
import type { CallContext } from '../core/call-context.ts'
import type { ConfigStore } from '../core/config.ts'
import { watch } from '../core/watch.ts'
import type { Diagnostics } from './diagnostics.ts'
import type { OverviewFeed } from './overview.ts'

/** The host: from the contract to its services. */
export function systemHandlers({
  config,
  diagnostics,
  overview,
}: {
  readonly config: ConfigStore
  readonly diagnostics: Diagnostics
  readonly overview: OverviewFeed
}) {
  const os = implement(systemContract).$context<CallContext>()
  return {
    overview: os.overview.handler(() => overview.snapshot()),
    watch: os.watch.handler(({ signal }) =>
      watch(
        (changed) => overview.subscribe(changed),
        () => overview.snapshot(),
        signal,
      ),
    ),
    health: os.health.handler(() => diagnostics.health()),
    diagnostics: os.diagnostics.handler(async () => ({ text: await diagnostics.text() })),
    settings: os.settings.handler(() => config.get()),
    changeSettings: os.changeSettings.handler(({ input }) => {
      refuseImpossiblePrice(input.earn?.price)
      return config.update(dropUndefined(input))
    }),
  }
}

function dropUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as never
}

/** What the Market contract counts a price a second with. */
const MOST_PRICE = 2n ** 96n - 1n

/** @throws HearthError BAD_INPUT for a price a second that nobody would be paid, or that no contract can count */
function refuseImpossiblePrice(price: string | undefined): void {
  if (price === undefined) return
  if (BigInt(price) === 0n) throw new HearthError('BAD_INPUT', 'at a price of 0 the machine would work for nothing')
  if (BigInt(price) > MOST_PRICE) throw new HearthError('BAD_INPUT', 'the contract cannot count a price that large')
}
