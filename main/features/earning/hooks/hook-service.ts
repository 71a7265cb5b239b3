import { randomBytes } from 'node:crypto'
import type { HooksView } from '../../../../common/api/hooks.ts'
import { messageOf } from '../../../../common/errors/index.ts'
import type { EarningState } from '../../../../common/model/earning.ts'
import type { HookCommand, HooksConfig, HooksStatus, HookState } from '../../../../common/model/hooks.ts'
import { formatCoins } from '../../../../common/model/money.ts'
import type { Clock } from '../../../core/clock.ts'
import type { ConfigStore } from '../../../core/config.ts'
import { inTurn } from '../../../core/in-turn.ts'
import type { Service } from '../../../core/lifecycle.ts'
import type { Log } from '../../../core/log/log.ts'
import type { EarningService } from '../provider/index.ts'
import type { HookPort } from './hook-port.ts'
import { HttpHook } from './http-hook.ts'
import { MqttHook } from './mqtt-hook.ts'

interface Ports {
  readonly config: ConfigStore
  readonly clock: Clock
  readonly earning: Pick<EarningService, 'state' | 'begin' | 'end' | 'snooze' | 'events'>
  readonly earned24h: () => bigint
  readonly log: Log
}

/** Home automation over HTTP and MQTT, as the owner set it. A hook that cannot open says why and stops nothing else. */
export class HookService implements Service {
  readonly name = 'hooks'
  readonly #ports: Ports
  readonly #log: Log
  #http: { hook: HttpHook; url: string; problem: string | null } | null = null
  #mqtt: { hook: MqttHook; url: string } | null = null
  #unheard: () => void = () => {}
  readonly #inTurn = inTurn()

  constructor(ports: Ports) {
    this.#ports = ports
    this.#log = ports.log.child('hooks')
  }

  async start(): Promise<void> {
    this.#unheard = this.#ports.earning.events.on('changed', () => this.#mqtt?.hook.notify())
    await this.#open(this.#ports.config.get().hooks)
  }

  async stop(): Promise<void> {
    this.#unheard()
    await this.#inTurn(() => this.#close())
  }

  view(): HooksView {
    return { config: this.#ports.config.get().hooks, status: this.#status() }
  }

  async change(wanted: Omit<HooksConfig, 'token'>): Promise<HooksView> {
    const { token } = this.#ports.config.get().hooks
    return this.#set({ ...wanted, token: token ?? (wanted.http || wanted.mqtt ? newToken() : null) })
  }

  async renewToken(): Promise<HooksView> {
    return this.#set({ ...this.#ports.config.get().hooks, token: newToken() })
  }

  #set(hooks: HooksConfig): Promise<HooksView> {
    return this.#inTurn(async () => {
      await this.#ports.config.update({ hooks })
      await this.#close()
      await this.#open(hooks)
      return this.view()
    })
  }

  async #open({ token, http, mqtt }: HooksConfig): Promise<void> {
    if (token === null) return
    const port: HookPort = { token, state: () => this.#state(), obey: (command) => this.#obey(command) }
    if (http) {
      const host = http.lan ? '0.0.0.0' : '127.0.0.1'
      const hook = new HttpHook(port)
      const problem = await hook.listen(http.port, host).then(() => null, messageOf)
      if (problem) this.#log.warn('the HTTP hook did not open', { problem })
      this.#http = { hook, url: `http://${host}:${http.port}`, problem }
    }
    if (mqtt) this.#mqtt = { hook: new MqttHook(mqtt, port, this.#log), url: mqtt.url }
  }

  async #close(): Promise<void> {
    await Promise.all([this.#http?.hook.close(), this.#mqtt?.hook.close()])
    this.#http = this.#mqtt = null
  }

  #status(): HooksStatus {
    return {
      http: this.#http && { url: this.#http.url, problem: this.#http.problem },
      mqtt: this.#mqtt && { url: this.#mqtt.url, ...this.#mqtt.hook.status },
    }
  }

  #state(): HookState {
    const state: EarningState = this.#ports.earning.state()
    const why =
      state.kind === 'earning' ? { reason: null, detail: null } : { reason: state.reason, detail: state.detail }
    return { state: state.kind, ...why, earned24h: formatCoins(this.#ports.earned24h()) }
  }

  #obey(command: HookCommand): void {
    this.#log.info('a command of the house', { ...command })
    if (command.command === 'resume') this.#ports.earning.begin()
    else if (command.minutes === null) this.#ports.earning.end()
    else this.#ports.earning.snooze(this.#ports.clock.now() + command.minutes * 60_000)
  }
}

const newToken = (): string => randomBytes(24).toString('base64url')
