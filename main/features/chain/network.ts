import { NO_ADDRESS } from '../../../common/chain/contract-registry.ts'
import type { ContractAddresses } from '../../../common/chain/contracts.ts'
import { HearthError, messageOf } from '../../../common/errors/index.ts'
import { Emitter } from '../../core/events.ts'
import type { Service } from '../../core/lifecycle.ts'
import type { Log } from '../../core/log/log.ts'
import { Loop } from '../../core/loop.ts'
import { Rpc } from './rpc.ts'
import { Witnesses } from './witnesses.ts'

export interface Network {
  readonly name: string
  readonly practice: boolean
  readonly chainId: number
  readonly contracts: ContractAddresses
  readonly fromBlock: number
  readonly confirmations: number
  readonly pollMs: number
  /**
   * How old a mined transaction must be as well before it counts as final: a practice chain may lose its last moment.
   */
  readonly settleMs: number
  /** The highest fee of a transaction that nobody confirms, in wei. */
  readonly feeCap: bigint
  readonly rpc: Rpc
  /** Other endpoints of the same chain. */
  readonly witnesses: readonly Rpc[]
}

export interface Head {
  readonly number: number
  readonly hash: string
  /** Chain time, seconds. */
  readonly time: number
}

/** Watches the head of the chain and says whether the network can be used. */
export class ChainMonitor implements Service {
  readonly name = 'chain-monitor'
  readonly network: Network
  readonly events = new Emitter<{ head: Head; state: null }>()
  readonly #loop: Loop
  readonly #witnesses: Witnesses
  #head: Head | null = null
  #problem: HearthError | null = null
  #checked = false
  #genesis: string | null = null
  #learned = (_genesis: string): void => {}

  constructor(network: Network, log: Log) {
    this.network = network
    this.#witnesses = new Witnesses(network)
    this.#loop = new Loop(() => this.#step(), network.pollMs, log.child('chain'))
  }

  get head(): Head | null {
    return this.#head
  }

  /** Why the network cannot be used at present, or null. */
  get problem(): HearthError | null {
    return this.#problem
  }

  /** How many other endpoints say the same; null where none is named. */
  get confirmedBy(): number | null {
    return this.network.witnesses.length === 0 ? null : this.#witnesses.agreeing
  }

  /**
   * Holds the endpoint to a chain by the hash of its first block; null takes the first that it says.
   * @param learned called with a hash that was taken
   */
  keepTo(genesis: string | null, learned: (genesis: string) => void): void {
    this.#genesis = genesis
    this.#learned = learned
  }

  /** Whoever takes something back because the chain lacks it asks this first. @throws HearthError CHAIN_CHANGED */
  async requireSameChain(): Promise<void> {
    const genesis = await this.network.rpc.genesis()
    if (genesis === null || genesis === this.#genesis) return
    if (this.#genesis !== null) throw new HearthError('CHAIN_CHANGED', wordsOfChange(this.network))
    this.#genesis = genesis
    this.#learned(genesis)
  }

  start(): Promise<void> {
    this.#loop.start()
    return Promise.resolve()
  }

  stop(): Promise<void> {
    return this.#loop.stop()
  }

  /** Looks at the chain now rather than at the next poll. */
  poke(): void {
    this.#loop.poke()
  }

  async #step(): Promise<void> {
    try {
      const { number, hash, timestamp } = await this.network.rpc.header('latest')
      // The chain behind an endpoint may also be replaced between two looks; then it is rarely as long.
      if (!this.#checked || number < (this.#head?.number ?? 0)) {
        await checkNetwork(this.network)
        await this.requireSameChain()
      }
      this.#checked = true
      await this.#witnesses.compare(number)
      const moved = hash !== this.#head?.hash
      this.#head = { number, hash, time: timestamp }
      this.#settle(null)
      if (moved) this.events.emit('head', this.#head)
    } catch (error) {
      // The chain behind an endpoint may change while it is away, so it is checked again.
      this.#checked = false
      this.#settle(
        error instanceof HearthError ? error : new HearthError('NETWORK_DOWN', messageOf(error), {}, { cause: error }),
      )
      throw error
    }
  }

  #settle(problem: HearthError | null): void {
    const changed = problem?.code !== this.#problem?.code
    this.#problem = problem
    if (changed) this.events.emit('state', null)
  }
}

const wordsOfChange = ({ name, practice }: Network): string =>
  practice
    ? 'The practice network was begun anew. Restart Hearth to go on with the new one; what was about the old is over.'
    : `${name} begins with another block than before: its endpoint is of another chain, or lies. Nothing is done there.`

/** @throws HearthError WRONG_CHAIN, NO_CONTRACTS, NETWORK_DOWN */
export async function checkNetwork({ rpc, chainId, contracts, name }: Network): Promise<void> {
  const actual = await rpc.chainId()
  if (actual !== chainId)
    throw new HearthError('WRONG_CHAIN', `${name} should be chain ${chainId}, but the endpoint is chain ${actual}`, {
      wanted: chainId,
      actual,
    })
  const missing = Object.entries(contracts).flatMap(([contract, address]) => (address === NO_ADDRESS ? [contract] : []))
  if (missing.length > 0)
    throw new HearthError(
      'NO_CONTRACTS',
      `the settings of ${name} name no address for ${missing.join(', ')}, which this version of Hearth needs: ` +
        'add it under network.contracts in config.json, and restart',
      { missing: missing.join(', ') },
    )
  for (const address of Object.values(contracts)) {
    if ((await rpc.code(address)) === '0x')
      throw new HearthError('NO_CONTRACTS', `there is no contract at ${address} on ${name}`, { address })
  }
}
