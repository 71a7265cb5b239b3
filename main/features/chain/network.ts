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
      if (!this.#checked) await checkNetwork(this.network)
      this.#checked = true
      const { number, hash, timestamp } = await this.network.rpc.header('latest')
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

async function checkNetwork({ rpc, chainId, contracts, name }: Network): Promise<void> {
  const actual = await rpc.chainId()
  if (actual !== chainId)
    throw new HearthError('WRONG_CHAIN', `${name} should be chain ${chainId}, but the endpoint is chain ${actual}`, {
      wanted: chainId,
      actual,
    })
  for (const address of Object.values(contracts)) {
    if ((await rpc.code(address)) === '0x')
      throw new HearthError('NO_CONTRACTS', `there is no contract at ${address} on ${name}`, { address })
  }
}
