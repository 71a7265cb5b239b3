import { randomUUID } from 'node:crypto'
import type { CallDescription } from '../../../common/chain/contract-registry.ts'
import { registry, type ContractName } from '../../../common/chain/contracts.ts'
import type { Action, PersonalAction } from '../../../common/model/action.ts'
import { HearthError } from '../../../common/errors/index.ts'
import type { Clock } from '../../core/clock.ts'
import {
  balanceOfCall,
  encodeAction,
  heldBy,
  highestFee,
  readBalance,
  type Call,
  type Network,
  type OwnTransaction,
  type Signer,
  type TransactionQueue,
} from '../chain/index.ts'
import { isShortOfFree, shortfall, type NotEnoughFree } from './shortfall.ts'

/** What a person sees before they agree: who gets what, and what it can cost at most. */
export interface Preview {
  readonly id: string
  readonly action: PersonalAction['kind']
  readonly to: string
  readonly call: CallDescription
  /** Coins that leave the wallet's reach, or null where none do. */
  readonly amount: bigint | null
  /** Coins that are moved from the wallet to the market first, in a transaction of their own; null where none are. */
  readonly deposit: bigint | null
  /** In the chain's own coin, for the gas of all of it. */
  readonly highestFee: bigint
  readonly network: string
}

/** One transaction of what is agreed to. */
interface Step {
  readonly action: Action
  readonly gas: bigint
}

/** All that is sent for one agreement, in order. */
interface Plan {
  readonly deposit: bigint | null
  readonly steps: readonly Step[]
}

const PREVIEW_LASTS_MS = 5 * 60_000

/** Turns what a person asks for into a preview, and a preview they agreed to into a transaction. */
export class Actions {
  readonly #network: Network
  readonly #signer: Signer
  readonly #queue: TransactionQueue
  readonly #clock: Clock
  /** The head's time, which may be ahead of this machine's clock. */
  readonly #chainTime: () => number
  readonly #complete: (wanted: PersonalAction) => Promise<Action>
  readonly #pending = new Map<string, { steps: { action: Action; maxFee: bigint }[]; expires: number }>()

  constructor(ports: {
    network: Network
    signer: Signer
    queue: TransactionQueue
    clock: Clock
    chainTime: () => number
    /** Adds what only the host knows. */ complete: (wanted: PersonalAction) => Promise<Action>
  }) {
    this.#network = ports.network
    this.#signer = ports.signer
    this.#queue = ports.queue
    this.#clock = ports.clock
    this.#chainTime = ports.chainTime
    this.#complete = ports.complete
  }

  async preview(wanted: PersonalAction): Promise<Preview> {
    const action = await this.#complete(wanted)
    const call = await this.#encode(action)
    const { deposit, steps } = await this.#planFor(action, call)
    const agreed = await Promise.all(
      steps.map(async ({ gas, ...step }) => ({ ...step, maxFee: await highestFee(this.#network, gas, true) })),
    )
    const description = registry.describe(this.#network.contracts, call.to, call.data)
    if (!description) throw new HearthError('INTERNAL', `"${action.kind}" gave a call that none of the contracts has`)
    const { contract, spec } = registry.action(action.kind)
    const id = randomUUID()
    this.#dropExpired()
    this.#pending.set(id, { steps: agreed, expires: this.#clock.now() + PREVIEW_LASTS_MS })
    return {
      id,
      action: wanted.kind,
      to: call.to,
      call: description,
      amount: spec.stake
        ? await this.#constant(contract, spec.stake)
        : (description.amount ?? (await heldBy(action, this.#network, this.#signer, this.#chainTime()))),
      deposit,
      highestFee: agreed.reduce((sum, { maxFee }) => sum + maxFee, 0n),
      network: this.#network.name,
    }
  }

  /** The action alone or, where it holds more than is free in the market, after a deposit of what is missing. */
  async #planFor(action: Action, call: Call): Promise<Plan> {
    const account = this.#signer.address()
    try {
      const gas = await this.#network.rpc.estimateGas(account, call.to, call.data)
      return { deposit: null, steps: [{ action, gas }] }
    } catch (error) {
      const { contract } = registry.action(action.kind)
      // What the ledger itself pays out is no reason to pay in.
      if (contract === 'ledger' || !isShortOfFree(error, account)) throw error
      return this.#withDeposit(action, call, error)
    }
  }

  /**
   * The contracts touch the ledger last, so whatever else could be refused has been by then.
   * @throws HearthError NOT_ENOUGH_COINS where the wallet has less than is missing
   */
  async #withDeposit(action: Action, call: Call, short: NotEnoughFree): Promise<Plan> {
    const account = this.#signer.address()
    const { rpc, contracts } = this.#network
    const amount = shortfall(short, readBalance(await rpc.call(contracts.coin, balanceOfCall(account))))
    const deposit: Action = { kind: 'deposit', amount }
    const calls = [await this.#encode(deposit), call]
    const gas = await rpc.gasInTurn(account, calls).catch((error: unknown) => {
      // An endpoint that simulates nothing: the person makes the deposit first, as the refusal says.
      throw error instanceof HearthError && 'rpcCode' in error.details ? short : error
    })
    const steps = [deposit, action].map((each, i) => ({ action: each, gas: gas[i]! }))
    return { deposit: amount, steps }
  }

  #encode(action: Action): Promise<Call> {
    return encodeAction(action, this.#network, this.#signer, this.#chainTime())
  }

  /** Sends what was previewed, once; the answer is the last of its transactions. @throws HearthError PREVIEW_EXPIRED */
  confirm(id: string): OwnTransaction {
    this.#dropExpired()
    const pending = this.#pending.get(id)
    if (!pending) throw new HearthError('PREVIEW_EXPIRED', 'this confirmation is too old or was used already')
    this.#pending.delete(id)
    return this.#queue.enqueueAll(pending.steps)
  }

  /** Sends what follows from an earlier agreement (settling, announcing, offering again), at the usual highest fee. */
  async follow(action: Action): Promise<OwnTransaction> {
    const call = await this.#encode(action)
    const gas = await this.#network.rpc.estimateGas(this.#signer.address(), call.to, call.data)
    return this.#queue.enqueue(action, await highestFee(this.#network, gas, false))
  }

  /** What a machine must hold while it is registered, as the contract says. */
  stake(): Promise<bigint> {
    return this.#constant('market', 'STAKE')
  }

  /** An amount that a contract states by a view without arguments. */
  async #constant(contract: ContractName, view: string): Promise<bigint> {
    const { contracts, rpc } = this.#network
    const { [contract]: abi } = registry.interfaces
    const [amount] = abi.decodeFunctionResult(view, await rpc.call(contracts[contract], abi.encodeFunctionData(view)))
    return amount as bigint
  }

  #dropExpired(): void {
    for (const [id, { expires }] of this.#pending) if (expires < this.#clock.now()) this.#pending.delete(id)
  }
}
