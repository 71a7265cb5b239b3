import { existsSync, mkdirSync } from 'node:fs'
import { createORPCClient, onError, ORPCError } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import type { AnyContractRouter, ContractRouterClient } from '@orpc/contract'
import { HearthError, isErrorCode } from '../../../common/errors/index.ts'
import type { Clock } from '../clock.ts'
import { Emitter } from '../events.ts'
import type { Log } from '../log/log.ts'
import { eachStep } from '../streams.ts'
import { answersOf, detailsOf, StrangeAnswer, wordsOf } from './answers.ts'
import { contracts } from './contracts.ts'
import { watchMemory } from './memory-guard.ts'
import type { SandboxPolicy } from './sandbox.ts'
import { soundPort } from './sound-port.ts'
import type { ChildProcess, Spawner } from './spawner.ts'
import type { ChildName } from './table.ts'

const BREAKER_FAILURES = 3
const BREAKER_WINDOW_MS = 60_000
const STOP_GRACE_MS = 2_000

/** What ends a child that oversteps it. */
export interface Limits {
  readonly memoryBytes?: number
  /** How long it may take to answer, or between two items of a stream. */
  readonly silenceMs?: number
}

interface Ports<Contract> {
  name: ChildName
  /** Where it is another than its name has. */
  contract?: Contract
  spawner: Spawner
  clock: Clock
  log: Log
  /** Asked at each start: what the child may touch, or null where it is not put into a sandbox. */
  policy?: () => SandboxPolicy | null
  limits?: Limits
}

/**
 * A child process behind its contract. It is started by the first call and again by the first call after it died;
 * three deaths in a minute open a breaker, and calls then fail with ENGINE_BROKEN until the minute is over.
 */
export class SupervisedProcess<Contract extends AnyContractRouter> {
  readonly #ports: Ports<Contract>
  readonly #name: ChildName
  readonly #contract: AnyContractRouter
  readonly #spawner: Spawner
  readonly #clock: Clock
  readonly #log: Log
  readonly #policy: () => SandboxPolicy | null
  readonly #limits: Limits
  #running: { child: ChildProcess; client: ContractRouterClient<Contract> } | undefined
  readonly #overstepped = new WeakMap<ChildProcess, string>()
  #deaths: number[] = []
  /** Children that do one thing each. */
  readonly #apart = new Set<SupervisedProcess<Contract>>()
  #stopping = false
  #over = false
  readonly events = new Emitter<{ died: string; started: number | undefined }>()

  constructor(ports: Ports<Contract>) {
    this.#ports = ports
    this.#name = ports.name
    this.#contract = ports.contract ?? contracts[ports.name]
    this.#spawner = ports.spawner
    this.#clock = ports.clock
    this.#log = ports.log.child(ports.name)
    this.#policy = ports.policy ?? (() => null)
    this.#limits = ports.limits ?? {}
  }

  /**
   * The client of the running child, started if need be. @throws HearthError ENGINE_BROKEN while the breaker is open.
   */
  get client(): ContractRouterClient<Contract> {
    this.#running ??= this.#start()
    return this.#running.client
  }

  /** Of the child that works: the last of those that do one thing each, or its own. */
  get pid(): number | undefined {
    return [...this.#apart].at(-1)?.pid ?? this.#running?.child.pid
  }

  /** Why calls are refused at present, or null. */
  get broken(): string | null {
    const now = this.#clock.now()
    this.#deaths = this.#deaths.filter((at) => now - at < BREAKER_WINDOW_MS)
    return this.#deaths.length >= BREAKER_FAILURES
      ? `${this.#name} died ${this.#deaths.length} times in a minute`
      : null
  }

  async stop(): Promise<void> {
    this.#stopping = true
    await Promise.all([this.restart(), ...[...this.#apart].map((child) => child.end())])
  }

  /**
   * Does something in a child of its own that sees no more than is named, and ends with it. Where this one is not put
   * into a sandbox, that one is not either.
   */
  async apart<T>(places: SandboxPolicy, use: (client: ContractRouterClient<Contract>) => Promise<T>): Promise<T> {
    const child = this.#another(places)
    try {
      return await use(child.client)
    } finally {
      await this.#done(child)
    }
  }

  /** The same for what answers with a stream. */
  async *apartly<T, R>(
    places: SandboxPolicy,
    open: (client: ContractRouterClient<Contract>) => Promise<AsyncGenerator<T, R>>,
  ): AsyncGenerator<T, R> {
    const child = this.#another(places)
    try {
      return yield* await open(child.client)
    } finally {
      await this.#done(child)
    }
  }

  #another(places: SandboxPolicy): SupervisedProcess<Contract> {
    this.#requireSound()
    const child = new SupervisedProcess<Contract>({
      ...this.#ports,
      policy: () => {
        const whole = this.#policy()
        if (whole) for (const folder of places.write) mkdirSync(folder, { recursive: true, mode: 0o700 })
        return whole && { ...whole, ...places, read: places.read.filter((path) => existsSync(path)) }
      },
    })
    child.events.on('died', (how) => this.#died(how))
    this.#apart.add(child)
    return child
  }

  async #done(child: SupervisedProcess<Contract>): Promise<void> {
    this.#apart.delete(child)
    await child.end()
  }

  #died(how: string): void {
    this.#deaths.push(this.#clock.now())
    this.events.emit('died', how)
  }

  #requireSound(): void {
    if (this.#over) throw new HearthError('ENGINE_GONE', `${this.#name} ended with the app`, { engine: this.#name })
    if (this.broken) throw new HearthError('ENGINE_BROKEN', this.broken, { engine: this.#name })
  }

  /** Ends the child for good: a call that comes late, as from work that nobody waited for, starts none. */
  async end(): Promise<void> {
    this.#over = true
    await this.stop()
  }

  /** Ends the child; the next call starts a fresh one. */
  async restart(): Promise<void> {
    const child = this.#running?.child
    if (!child) return
    const deliberate = this.#stopping
    this.#stopping = true
    const ended = new Promise<void>((resolve) => child.onExit(() => resolve()))
    child.kill('SIGTERM')
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_GRACE_MS)
    await ended
    clearTimeout(timer)
    this.#stopping = deliberate
  }

  /** Ends a child that oversteps; whoever waits for it is told why. */
  #end(child: ChildProcess, why: string, fields: Record<string, unknown>): void {
    this.#log.warn(`ended: ${why}`, fields)
    this.#overstepped.set(child, why)
    child.kill('SIGKILL')
  }

  #guard(child: ChildProcess): () => void {
    const most = this.#limits.memoryBytes
    if (most === undefined) return () => {}
    return watchMemory(
      () => child.pid,
      (bytes) => {
        if (bytes > most) this.#end(child, 'it held more memory than it may', { bytes, most })
      },
    )
  }

  /**
   * Ends the child where an answer, or the next item of a stream, is not there in time: it is stuck, and holds the
   * machine.
   */
  #timed(child: ChildProcess): <T>(answer: Promise<T>) => Promise<T> {
    const most = this.#limits.silenceMs
    if (most === undefined) return (answer) => answer
    return (answer) => {
      const timer = setTimeout(() => this.#end(child, 'it did not answer in time', { most }), most)
      return answer.finally(() => clearTimeout(timer))
    }
  }

  #start(): { child: ChildProcess; client: ContractRouterClient<Contract> } {
    this.#requireSound()
    const child = this.#spawner.spawn(this.#name, (line) => this.#log.info('output', { line }), this.#policy())
    const unguard = this.#guard(child)
    child.onExit((how) => {
      unguard()
      if (this.#running?.child !== child) return
      this.#running = undefined
      if (this.#stopping) return
      this.#log.warn('died', { how, pid: child.pid })
      this.#died(how)
    })
    const inTime = this.#timed(child)
    const fail = (error: unknown): never => {
      if (error instanceof StrangeAnswer)
        this.#end(child, 'it answered what its contract does not know', { why: error.message })
      return rethrow(error, this.#name, this.#overstepped.get(child))
    }
    const link = new RPCLink({
      port: soundPort(child.port, () => this.#end(child, 'it wrote what is no message', {})),
      interceptors: [
        onError(fail),
        async (call) => {
          const answers = answersOf(this.#contract, call.path)
          const given = await inTime(call.next())
          const isStream = isStreamed(given)
          if (isStream !== answers.isStream)
            throw new StrangeAnswer(`its answer to ${call.path.join('.')} is of another kind`)
          if (!isStream) return answers.value(given)
          return eachStep(given, (step) =>
            inTime(step)
              .then(({ done, value }) =>
                done === true ? { done, value: answers.last(value) } : { done: false, value: answers.item(value) },
              )
              .catch(fail),
          )
        },
      ],
    })
    this.#log.debug('started', { pid: child.pid })
    queueMicrotask(() => this.events.emit('started', child.pid))
    return { child, client: createORPCClient(link) }
  }
}

const isStreamed = (answer: unknown): boolean =>
  typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer

/** Brings a child's errors back as HearthErrors; a dead child surfaces as an abort, which is ENGINE_GONE to callers. */
function rethrow(error: unknown, name: string, why = 'it ended in the middle of a call'): never {
  if (error instanceof ORPCError && isErrorCode(error.code))
    throw new HearthError(error.code, wordsOf(error.message), detailsOf(error.data), { cause: error })
  if (error instanceof StrangeAnswer)
    throw new HearthError('ENGINE_BROKEN', `${name}: ${error.message}`, { engine: name }, { cause: error })
  // A stream whose other end is gone says so by its queue.
  if ((error as Error).name === 'AbortError' || /was closed or aborted/.test((error as Error).message))
    throw new HearthError('ENGINE_GONE', `${name}: ${why}`, { engine: name }, { cause: error })
  throw error
}
