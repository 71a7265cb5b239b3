import { registry } from '../../../common/chain/contracts.ts'
import type { ActionContext, Complaint } from '../../../common/chain/contract-module.ts'
import type { Intent } from '../../../common/children/vault.ts'
import type { Action } from '../../../common/model/action.ts'
import type { Network } from './network.ts'

export interface Call {
  readonly to: string
  readonly data: string
}

/** What the chain client needs of the wallet. Keys stay behind it. */
export interface Signer {
  /** @throws HearthError NO_WALLET */
  address(): string
  addressOrNull(): string | null
  sign(intent: Intent): Promise<{ signature: string; hash: string | null }>
  /** What a complaint about a sale shows the contract. @throws HearthError NOT_FOUND */
  complaint(sale: number): Promise<Complaint>
}

const contextOf = (network: Network, signer: Signer, chainTime: number): ActionContext => ({
  contracts: network.contracts,
  chainTime,
  account: () => signer.address(),
  read: (to, data) => network.rpc.call(to, data),
  permit: async (permit) => (await signer.sign({ kind: 'permit', ...permit })).signature,
  complaint: (sale) => signer.complaint(sale),
})

/** The call that carries an action out. A deposit has its permit signed on the way. */
export const encodeAction = (action: Action, network: Network, signer: Signer, chainTime: number): Promise<Call> =>
  registry.encode(action, contextOf(network, signer, chainTime))

/** Coins that an action holds by what the chain says at present; null where its call says so itself. */
export const heldBy = async (
  action: Action,
  network: Network,
  signer: Signer,
  chainTime: number,
): Promise<bigint | null> =>
  (await registry.action(action.kind).spec.holds?.({ ...action }, contextOf(network, signer, chainTime))) ?? null
