import * as z from 'zod'
import { NO_ADDRESS } from '../../../common/chain/contract-registry.ts'
import { Address, Hash } from '../../../common/model/values.ts'
import type { Network } from './network.ts'

/** What tells one chain from another, however often each is reorganised. */
export const ChainIdentity = z.object({
  chainId: z.int(),
  /** Hash of block 0; null until the endpoint has said it. */
  genesis: Hash.nullable(),
  contracts: z.record(z.string(), Address),
})
export type ChainIdentity = z.infer<typeof ChainIdentity>

export const identityOf = ({ chainId, contracts }: Network, genesis: string | null): ChainIdentity => ({
  chainId,
  genesis,
  contracts: Object.fromEntries(
    Object.entries(contracts).flatMap(([name, address]) =>
      address === NO_ADDRESS ? [] : [[name, address.toLowerCase()]],
    ),
  ),
})

/** Whether both are chosen alike: the same id, and the same address for each contract that both name. */
export const isSameNetwork = (a: ChainIdentity, b: ChainIdentity): boolean =>
  a.chainId === b.chainId &&
  Object.entries(a.contracts).every(([name, address]) => (b.contracts[name] ?? address) === address)

/** Whether both begin with the same block, as far as that is known. */
export const hasSameBeginning = (a: ChainIdentity, b: ChainIdentity): boolean =>
  a.genesis === null || b.genesis === null || a.genesis === b.genesis
