import { HearthError } from '../../../common/errors/index.ts'
import type { Network } from './network.ts'
import type { Rpc } from './rpc.ts'

/** How far two honest endpoints' heads are apart at most, in blocks, beyond the confirmations. */
const HEADS_APART = 20

type Source = Pick<Rpc, 'chainId' | 'header'>
interface Endpoints extends Pick<Network, 'chainId' | 'confirmations'> {
  readonly rpc: Source
  readonly witnesses: readonly Source[]
}

/**
 * Compares what the first endpoint says with what others say: the chain, a block that is final, and how far it goes.
 * One that does not answer says nothing; who lies through the first endpoint cannot silence all others.
 */
export class Witnesses {
  readonly #network: Endpoints
  #agreeing = 0

  constructor(network: Endpoints) {
    this.#network = network
  }

  /** How many answered, and the same, when they were last asked. */
  get agreeing(): number {
    return this.#agreeing
  }

  /** @throws HearthError ENDPOINTS_DIFFER */
  async compare(head: number): Promise<void> {
    const answers = await Promise.all(this.#network.witnesses.map((witness) => this.#differs(witness, head)))
    this.#agreeing = answers.filter((answer) => answer === 'same').length
    const difference = answers.find((answer) => answer !== 'same' && answer !== 'silent')
    if (difference !== undefined)
      throw new HearthError('ENDPOINTS_DIFFER', `the endpoints of this network differ: ${difference}`)
  }

  async #differs(witness: Source, head: number): Promise<string> {
    const { rpc, chainId, confirmations } = this.#network
    try {
      const [chain, theirs] = await Promise.all([witness.chainId(), witness.header('latest')])
      if (chain !== chainId) return `one is on chain ${chain}`
      if (Math.abs(theirs.number - head) > confirmations + HEADS_APART)
        return `one is at block ${head}, the other at ${theirs.number}`
      const at = Math.max(0, Math.min(theirs.number, head) - confirmations)
      const [ours, same] = await Promise.all([rpc.header(at), witness.header(at)])
      return ours.hash === same.hash ? 'same' : `block ${at} is another one`
    } catch (error) {
      return error instanceof HearthError && error.code === 'CHAIN_LIES' ? error.message : 'silent'
    }
  }
}
