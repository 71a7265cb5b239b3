import { connect, type MqttClient } from 'mqtt'
import { messageOf } from '../../../../common/errors/index.ts'
import type { HooksConfig } from '../../../../common/model/hooks.ts'
import type { Log } from '../../../core/log/log.ts'
import { isToken, parseCommand, type HookPort } from './hook-port.ts'

const AGAIN_MS = 5_000
const MOST_BYTES = 4096

/**
 * Tells `<topic>/state` (retained; `{"state":"offline"}` once this machine is gone) and hears `<topic>/command`, whose
 * JSON carries the token: a broker is often open to everything in the house.
 */
export class MqttHook {
  readonly #client: MqttClient
  readonly #port: HookPort
  readonly #topic: string
  readonly #log: Log
  #problem: string | null = null

  constructor(config: NonNullable<HooksConfig['mqtt']>, port: HookPort, log: Log) {
    this.#port = port
    this.#topic = config.topic
    this.#log = log
    this.#client = connect(config.url, {
      ...(config.user === null ? {} : { username: config.user }),
      ...(config.password === null ? {} : { password: config.password }),
      reconnectPeriod: AGAIN_MS,
      will: { topic: `${config.topic}/state`, payload: Buffer.from('{"state":"offline"}'), qos: 1, retain: true },
    })
    this.#client.on('connect', () => {
      this.#problem = null
      this.#client.subscribe(`${this.#topic}/command`, { qos: 1 })
      this.notify()
    })
    this.#client.on('error', (error) => (this.#problem = messageOf(error) || 'the broker does not answer'))
    this.#client.on('message', (_, payload) => this.#hear(payload))
  }

  get status(): { connected: boolean; problem: string | null } {
    return { connected: this.#client.connected, problem: this.#client.connected ? null : this.#problem }
  }

  notify(): void {
    if (this.#client.connected)
      this.#client.publish(`${this.#topic}/state`, JSON.stringify(this.#port.state()), { qos: 1, retain: true })
  }

  async close(): Promise<void> {
    if (this.#client.connected)
      await this.#client
        .publishAsync(`${this.#topic}/state`, '{"state":"offline"}', { qos: 1, retain: true })
        .catch(() => {})
    await this.#client.endAsync(true)
  }

  #hear(payload: Buffer): void {
    try {
      if (payload.length > MOST_BYTES) throw new Error('the command is too long')
      const { token, ...command } = JSON.parse(payload.toString()) as Record<string, unknown>
      if (typeof token !== 'string' || !isToken(token, this.#port.token))
        throw new Error('the command shows no token, or a wrong one')
      this.#port.obey(parseCommand(command))
      this.notify()
    } catch (error) {
      this.#log.warn('a command over MQTT was not obeyed', { why: messageOf(error) })
    }
  }
}
