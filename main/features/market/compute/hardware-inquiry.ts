import { HearthError } from '../../../../common/errors/index.ts'
import { ownScore } from '../../../../common/model/machine-document.ts'
import type { MachineRow, OfferedHardware } from '../../../../common/model/market.ts'
import type { Service } from '../../../core/lifecycle.ts'
import type { Log } from '../../../core/log/log.ts'
import { machineRoute, readDocument, type DocumentStore } from '../../machine/hardware/index.ts'
import type { Requester } from '../../peers/index.ts'

/** Machines that are asked at the same time. */
const AT_ONCE = 4
const TIMEOUT_MS = 10_000
const FIRST_PAUSE_MS = 30_000
const LONGEST_PAUSE_MS = 3_600_000

interface Tried {
  readonly state: Exclude<OfferedHardware['state'], 'told' | 'asking'>
  readonly failures: number
  readonly again: number
}

interface Ports {
  readonly ask: Requester['ask']
  readonly documents: DocumentStore
  /** Whether a machine is this one. */ readonly own: (machine: MachineRow) => boolean
  /** This machine's document for a hash, or null. */ readonly documentOf: (spec: string) => Promise<string | null>
  readonly log: Log
  readonly now: () => number
}

/**
 * Asks the machines on offer what they are, for who looks at them. It keeps nobody waiting: what is not known yet is
 * asked for in the background, and what was refused or not answered again later, with a growing delay. An answer is
 * asked for once, since its hash proves it.
 */
export class HardwareInquiry implements Service {
  readonly name = 'hardware-inquiry'
  readonly #ports: Ports
  readonly #tried = new Map<number, Tried>()
  readonly #waiting = new Map<number, MachineRow>()
  readonly #asking = new Set<number>()
  #stopped = false

  constructor(ports: Ports) {
    this.#ports = ports
  }

  start(): Promise<void> {
    return Promise.resolve()
  }

  /** Asks nobody any more. Answers that are still to come are not waited for, and are dropped. */
  stop(): Promise<void> {
    this.#stopped = true
    return Promise.resolve()
  }

  of(machine: MachineRow): OfferedHardware {
    const document = this.#ports.documents.get(machine.spec)
    if (document) return { state: 'told', document, score: ownScore(document) }
    const tried = this.#tried.get(machine.id)
    if (tried && tried.again > this.#ports.now()) return { state: tried.state }
    if (!this.#asking.has(machine.id)) this.#waiting.set(machine.id, machine)
    this.#askNext()
    return { state: tried?.state ?? 'asking' }
  }

  #askNext(): void {
    for (const [id, machine] of this.#waiting) {
      if (this.#stopped || this.#asking.size >= AT_ONCE) return
      this.#waiting.delete(id)
      this.#asking.add(id)
      void this.#ask(machine).finally(() => {
        this.#asking.delete(id)
        this.#askNext()
      })
    }
  }

  async #ask(machine: MachineRow): Promise<void> {
    const { documents, log, now } = this.#ports
    // Another machine may have registered the same.
    if (documents.get(machine.spec)) return
    try {
      const answer = await this.#answerOf(machine)
      if (this.#stopped) return
      documents.keep(answer, 'others')
      this.#tried.delete(machine.id)
    } catch (error) {
      if (this.#stopped) return
      const failures = (this.#tried.get(machine.id)?.failures ?? 0) + 1
      const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (failures - 1))
      this.#tried.set(machine.id, { state: stateAfter(error), failures, again: now() + pause })
      log.info('a machine did not tell what it is', { machine: machine.id, error })
    }
  }

  async #answerOf(machine: MachineRow): Promise<string> {
    const { ask, own, documentOf } = this.#ports
    if (own(machine)) {
      const document = await documentOf(machine.spec)
      if (document === null) throw new HearthError('PEER_REFUSED', 'an earlier Hearth registered this machine')
      return readDocument(Buffer.from(document), machine.spec)
    }
    const question = { type: 'ask', spec: machine.spec } as const
    const { body } = await ask(machine)(machineRoute, null, question, null, TIMEOUT_MS)
    return readDocument(body ?? Buffer.alloc(0), machine.spec)
  }
}

/** An answer that breaks the route's limits or form is none. */
const refused: ReadonlySet<string> = new Set(['PEER_LIED', 'MESSAGE_TOO_LARGE', 'BAD_MESSAGE'])

function stateAfter(error: unknown): Tried['state'] {
  if (!(error instanceof HearthError)) return 'silent'
  // Its own word that it tells nothing, or a Hearth that does not know the question.
  if (error.code === 'PEER_REFUSED' || error.details['peerCode'] !== undefined) return 'untold'
  return refused.has(error.code) ? 'refused' : 'silent'
}
