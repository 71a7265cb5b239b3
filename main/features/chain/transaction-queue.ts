import type { Action } from '../../../common/model/action.ts'
import { HearthError, messageOf } from '../../../common/errors/index.ts'
import type { Clock } from '../../core/clock.ts'
import { Emitter } from '../../core/events.ts'
import type { Service } from '../../core/lifecycle.ts'
import type { Log } from '../../core/log/log.ts'
import { Loop } from '../../core/loop.ts'
import { encodeAction, type Call, type Signer } from './calls.ts'
import { bumped, feesFor } from './fees.ts'
import type { ChainMonitor, Network } from './network.ts'
import { refusal } from './revert.ts'
import type { OwnTransaction, TransactionStore } from './transaction-store.ts'

/** A transaction that waits longer than this is sent again with a higher fee, up to what the person agreed to. */
const BUMP_AFTER_MS = 60_000
/**
 * How long a nonce must have been taken with no receipt of ours: anvil counts a transaction before it has its receipt,
 * and behind one address may be nodes of which one knows more than the next.
 */
const RECEIPT_LAG_MS = 5_000
/** And how many blocks ago at least, where a network asks for fewer confirmations. */
const RECEIPT_LAG_BLOCKS = 4

/** Conditions that pass by themselves or by the person's hand; the transaction waits for them. */
const passing: ReadonlySet<string> = new Set([
  'WALLET_LOCKED',
  'NO_WALLET',
  'NETWORK_DOWN',
  'WRONG_CHAIN',
  'CHAIN_LIES',
  'CHAIN_CHANGED',
  'NO_CONTRACTS',
  'NETWORK_NOT_TRUSTED',
  'ENGINE_GONE',
  'ENGINE_BROKEN',
])

/**
 * Sends the wallet's transactions one after the other. A transaction is signed and stored before it is sent, so after a
 * crash it is sent again under the same hash rather than made twice; one that a reorganisation threw out is sent again.
 */
export class TransactionQueue implements Service {
  readonly name = 'transactions'
  readonly store: TransactionStore
  readonly events = new Emitter<{ mined: OwnTransaction; failed: OwnTransaction }>()
  readonly #network: Network
  readonly #monitor: ChainMonitor
  readonly #signer: Signer
  readonly #clock: Clock
  readonly #log: Log
  readonly #loop: Loop
  /** Since when nonces have been taken, by the transactions that have no receipt. */
  readonly #takenSince = new Map<string, number>()
  /** When a transaction of ours was last seen to be mined. */
  #lastMined = -Infinity
  #waiting: HearthError | null = null
  #unsubscribe = (): void => {}

  constructor(ports: { store: TransactionStore; monitor: ChainMonitor; signer: Signer; clock: Clock; log: Log }) {
    this.store = ports.store
    this.#monitor = ports.monitor
    this.#network = ports.monitor.network
    this.#signer = ports.signer
    this.#clock = ports.clock
    this.#log = ports.log.child('transactions')
    this.#loop = new Loop(() => this.#step(), 1_000, this.#log)
  }

  start(): Promise<void> {
    this.#unsubscribe = this.#monitor.events.on('head', () => this.#loop.poke())
    this.#loop.start()
    return Promise.resolve()
  }

  async stop(): Promise<void> {
    this.#unsubscribe()
    await this.#loop.stop()
  }

  /** What the queue waits for, or null. */
  get waiting(): HearthError | null {
    return this.#waiting
  }

  /** Stores a transaction to be sent; it survives from here on. @param maxFee the highest fee agreed to, in wei */
  enqueue(action: Action, maxFee: bigint): OwnTransaction {
    return this.enqueueAll([{ action, maxFee }])
  }

  /**
   * Stores transactions that were agreed to at once, to be sent in this order. Each is estimated anew before it is
   * signed, so one that needs what an earlier one did is refused where that failed. @returns the last
   */
  enqueueAll(steps: readonly { readonly action: Action; readonly maxFee: bigint }[]): OwnTransaction {
    const stored = this.store.addAll(this.#signer.address(), this.#network.chainId, steps)
    this.#loop.poke()
    return stored.at(-1)!
  }

  /** Takes back a transaction that has not been signed yet. */
  cancel(id: string): OwnTransaction {
    const transaction = this.store.get(id)
    if (!transaction) throw new HearthError('NOT_FOUND', 'there is no such transaction')
    return this.store.move(transaction, 'cancelled')
  }

  poke(): void {
    this.#loop.poke()
  }

  async #step(): Promise<void> {
    const account = this.#signer.addressOrNull()
    if (!account) return
    const { chainId } = this.#network
    if (!(await this.#followSent(account))) return
    const next = this.store.inState(account, chainId, 'queued')[0]
    if (!next) return this.#settle(null)
    // While its endpoints differ nobody knows what the chain is, and what is sent cannot be taken back.
    const { problem } = this.#monitor
    if (problem?.code === 'ENDPOINTS_DIFFER') return this.#settle(problem)
    try {
      await this.#send(next)
      this.#settle(null)
      this.#monitor.poke()
    } catch (error) {
      const known =
        error instanceof HearthError ? error : new HearthError('INTERNAL', messageOf(error), {}, { cause: error })
      if (passing.has(known.code)) return this.#settle(known)
      if (known.code === 'CALL_REVERTED' && this.#mayLag()) return this.#settle(null)
      this.events.emit(
        'failed',
        this.store.move(next, 'refused', {
          error: kept(known),
        }),
      )
    }
    this.#loop.poke()
  }

  /** @returns whether the next may be sent */
  async #followSent(account: string): Promise<boolean> {
    const { chainId } = this.#network
    try {
      for (const transaction of this.store.inState(account, chainId, 'mined')) await this.#confirm(transaction)
      for (const transaction of this.store.inState(account, chainId, 'sent'))
        if (!(await this.#watch(transaction))) return false
      return true
    } catch (error) {
      if (!(error instanceof HearthError) || error.code !== 'CHAIN_CHANGED') throw error
      this.#settle(error)
      return false
    }
  }

  #settle(waiting: HearthError | null): void {
    if (waiting?.code !== this.#waiting?.code && waiting) this.#log.info('waiting', { for: waiting.code })
    this.#waiting = waiting
  }

  async #send(transaction: OwnTransaction): Promise<void> {
    // What it names by number may be something else on a chain that was begun anew.
    await this.#monitor.requireSameChain()
    const call = await encodeAction(transaction.action, this.#network, this.#signer, this.#monitor.head?.time ?? 0)
    const gas = await this.#network.rpc.estimateGas(this.#signer.address(), call.to, call.data)
    const fees = await feesFor(this.#network, gas, transaction.maxFee)
    const nonce = await this.#network.rpc.transactionCount(this.#signer.address())
    await this.#broadcast(transaction, call, nonce, fees, 'broadcast')
  }

  async #broadcast(
    transaction: OwnTransaction,
    call: Call,
    nonce: number,
    fees: Awaited<ReturnType<typeof feesFor>>,
    event: 'broadcast' | null,
  ): Promise<void> {
    const { signature: raw, hash } = await this.#signer.sign({
      kind: 'transaction',
      to: call.to,
      data: call.data,
      value: 0n,
      nonce,
      ...fees,
      agreedFee: transaction.maxFee,
    })
    const attempt = { hash: hash!, raw, maxFeePerGas: String(fees.maxFeePerGas), at: this.#clock.now() }
    const change = { nonce, attempts: [...transaction.attempts, attempt], error: null }
    // Stored before it is sent: from here on the chain may know it.
    if (event) this.store.move(transaction, event, change)
    else this.store.amend(transaction, change)
    await this.#resend(raw)
  }

  /** Sending what the chain already has is no failure. */
  async #resend(raw: string): Promise<void> {
    await this.#network.rpc.sendRaw(raw).catch((error: unknown) => {
      if (!/already known|already imported|nonce too low|underpriced/i.test(messageOf(error))) throw error
    })
  }

  /** @returns whether the transaction is through, so that the next may go */
  async #watch(transaction: OwnTransaction): Promise<boolean> {
    const { rpc } = this.#network
    for (const attempt of transaction.attempts) {
      const receipt = await rpc.receipt(attempt.hash)
      if (!receipt) continue
      const change = {
        block: receipt.blockNumber,
        hash: attempt.hash,
        gasUsed: receipt.gasUsed,
        fee: receipt.gasUsed * receipt.effectiveGasPrice,
      }
      const mined = this.store.move(transaction, 'mined', change)
      this.#takenSince.delete(transaction.id)
      this.#lastMined = this.#clock.now()
      if (receipt.status === 1) this.events.emit('mined', mined)
      else
        this.events.emit(
          'failed',
          this.store.move(mined, 'reverted', {
            error: kept(refusal({ revert: 'unknown' })),
          }),
        )
      return true
    }
    const last = transaction.attempts.at(-1)
    if (!last) return true
    await this.#monitor.requireSameChain()
    if ((await rpc.transactionCount(transaction.account)) > transaction.nonce!) {
      // Another transaction took the nonce for good, so none of ours can ever be mined: it is signed anew.
      if (!(await this.#lostItsNonce(transaction))) return false
      this.#takenSince.delete(transaction.id)
      this.store.move(transaction, 'nonceTaken', { nonce: null, attempts: [] })
      return true
    }
    this.#takenSince.delete(transaction.id)
    await this.#resend(last.raw)
    if (this.#clock.now() - last.at > BUMP_AFTER_MS) await this.#bump(transaction)
    return false
  }

  /** Whether the node that answered may not have the block of our last transaction yet, on which the next may build. */
  #mayLag(): boolean {
    return !this.#network.practice && this.#clock.now() - this.#lastMined < RECEIPT_LAG_MS
  }

  /** To sign anew what is mined, or may be after a reorganisation, would be to pay twice. */
  async #lostItsNonce(transaction: OwnTransaction): Promise<boolean> {
    const { rpc, practice, confirmations } = this.#network
    const now = this.#clock.now()
    const since = this.#takenSince.get(transaction.id) ?? now
    this.#takenSince.set(transaction.id, since)
    if (now - since < RECEIPT_LAG_MS) return false
    // A practice chain makes no block for nothing, and is never reorganised.
    const depth = Math.max(confirmations, RECEIPT_LAG_BLOCKS)
    const settled = practice ? 'latest' : Math.max(0, (await rpc.header('latest')).number - depth + 1)
    if ((await rpc.transactionCount(transaction.account, settled)) <= transaction.nonce!) return false
    return this.#isUnmined(transaction)
  }

  /** By the word of every endpoint. */
  async #isUnmined(transaction: OwnTransaction): Promise<boolean> {
    const { rpc, witnesses } = this.#network
    const receipts = [rpc, ...witnesses].flatMap((each) =>
      transaction.attempts.map((attempt) => each.receipt(attempt.hash)),
    )
    return (await Promise.all(receipts)).every((receipt) => receipt === null)
  }

  async #bump(transaction: OwnTransaction): Promise<void> {
    const call = await encodeAction(transaction.action, this.#network, this.#signer, this.#monitor.head?.time ?? 0)
    const gas = await this.#network.rpc.estimateGas(transaction.account, call.to, call.data)
    const fees = bumped(
      await feesFor(this.#network, gas, transaction.maxFee),
      BigInt(transaction.attempts.at(-1)!.maxFeePerGas),
      transaction.maxFee,
    )
    if (fees) await this.#broadcast(transaction, call, transaction.nonce!, fees, null)
  }

  async #confirm(transaction: OwnTransaction): Promise<void> {
    const receipt = await this.#network.rpc.receipt(transaction.hash!)
    if (!receipt) {
      await this.#monitor.requireSameChain()
      this.#log.info('a mined transaction is gone again; it is sent again', { hash: transaction.hash })
      this.store.move(transaction, 'reorganised', { block: null, hash: null, gasUsed: null, fee: null })
      return
    }
    const depth = (this.#monitor.head?.number ?? 0) - receipt.blockNumber + 1
    if (depth >= this.#network.confirmations && this.#clock.now() - transaction.updated >= this.#network.settleMs)
      this.store.move(transaction, 'final', { block: receipt.blockNumber })
  }
}

const kept = ({ code, message, details }: HearthError): string => JSON.stringify({ code, message, details })
