import { implement } from '@orpc/server'
import { systemContract } from '../../common/api/system.ts'
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
    changeSettings: os.changeSettings.handler(({ input }) => config.update(dropUndefined(input))),
  }
}

function dropUndefined<T extends object>(value: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as never
}
