import { implement } from '@orpc/server'
import { networkContract } from '../../../common/api/network.ts'
import type { CallContext } from '../../core/call-context.ts'
import type { ConfigStore } from '../../core/config.ts'
import { inspectNetwork, readDescription } from './network-check.ts'

/** Another network: from the API's contract to the check and the settings. */
export function networkHandlers({ config }: { readonly config: ConfigStore }) {
  const os = implement(networkContract).$context<CallContext>()
  return {
    check: os.check.handler(({ input }) => inspectNetwork(readDescription(input.description))),
    use: os.use.handler(async ({ input: { network } }) => {
      if (network.kind === 'custom') await inspectNetwork(network)
      await config.update({ network })
      return {}
    }),
  }
}
