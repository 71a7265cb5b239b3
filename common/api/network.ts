import { oc } from '@orpc/contract'
import * as z from 'zod'
import { NetworkConfig } from '../model/config.ts'
import { ChainTime } from '../model/values.ts'

/** What a network turned out to be, before anything is changed. */
export const NetworkReport = z.object({
  network: NetworkConfig,
  head: z.int(),
  headTime: ChainTime,
  /** Between its last two blocks; null where there is but one. */
  blockSeconds: z.number().nullable(),
  coin: z.object({ name: z.string(), symbol: z.string() }),
})
export type NetworkReport = z.infer<typeof NetworkReport>

/** Which network this data folder is on. A change holds from the next start. */
export const networkContract = {
  /**
   * Reads a network's description and asks its endpoints whether it is true.
   * @throws BAD_INPUT, NETWORK_DOWN, WRONG_CHAIN, NO_CONTRACTS
   */
  check: oc.input(z.object({ description: z.string().max(20_000) })).output(NetworkReport),
  /** Checks it once more, and takes it into the settings. */
  use: oc.input(z.object({ network: NetworkConfig })).output(z.object({})),
}
