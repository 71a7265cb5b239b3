import * as z from 'zod'
import type { Answers, OpenRoute } from './route.ts'

const Nonce = z.string().regex(/^[0-9a-f]{32}$/)
const messages = {
  ask: { request: z.strictObject({ nonce: Nonce }), answer: z.strictObject({ nonce: Nonce }) },
} as const
type HealthMessages = typeof messages

/** Whether a host answers at all: its own probe asks from outside. */
export const healthRoute: OpenRoute<HealthMessages> = {
  caller: 'anybody',
  limits: {
    protocol: 'health/1',
    messageBytes: 256,
    bodyBytes: 0,
    concurrent: 1,
    perMinute: { requests: 12, bytes: 4096 },
  },
  messages,
}
export const healthAnswers: Answers<HealthMessages, null> = { ask: async ({ message }) => ({ message }) }

/** Failures in a row after which the node is started again. */
const FAILURES = 3
/** Where starting again does not help, it is not done all the time: it cuts everybody off. */
const RESTART_MS = 600_000

/** What probes from outside tell of the peer node, and what is done about it. */
export class PeerHealth {
  readonly #ports: { probe: () => Promise<string | null>; restart: () => Promise<void>; now: () => number }
  #failures = 0
  #problem: string | null = null
  #restarted = -Infinity

  /** @param ports.probe null where the host was reached and answered, else why not */
  constructor(ports: { probe: () => Promise<string | null>; restart: () => Promise<void>; now: () => number }) {
    this.#ports = ports
  }

  /** Why others get no answer, in words; null while they do, and before the first probe. */
  get problem(): string | null {
    return this.#problem
  }

  /** Probes once; starts the node again after several failures. */
  async check(): Promise<void> {
    this.#problem = await this.#ports.probe()
    this.#failures = this.#problem === null ? 0 : this.#failures + 1
    const { now, restart } = this.#ports
    if (this.#failures < FAILURES || now() - this.#restarted < RESTART_MS) return
    this.#restarted = now()
    this.#failures = 0
    await restart()
  }
}
