import { readdir, readFile } from 'node:fs/promises'
import { arch, platform, release } from 'node:os'
import { join } from 'node:path'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Health } from '../../common/api/system.ts'
import type { ConfigStore } from '../core/config.ts'
import type { Service } from '../core/lifecycle.ts'
import { redact, redactText } from '../core/log/redact.ts'
import { version } from './version.ts'

const LOG_LINES = 200

/** How the host itself is doing, and what a person may paste into a report. */
export class Diagnostics implements Service {
  readonly name = 'diagnostics'
  // Samples every 10 ms; the delay beyond that is what the event loop was blocked for.
  readonly #delay = monitorEventLoopDelay({ resolution: 10 })
  readonly #config: ConfigStore
  readonly #logs: string
  readonly #children: () => Record<string, number>

  constructor(ports: { config: ConfigStore; logs: string; children: () => Record<string, number> }) {
    this.#config = ports.config
    this.#logs = ports.logs
    this.#children = ports.children
  }

  start(): Promise<void> {
    this.#delay.enable()
    return Promise.resolve()
  }

  stop(): Promise<void> {
    this.#delay.disable()
    return Promise.resolve()
  }

  health(): Health {
    const ms = (nanoseconds: number): number => Math.max(0, Math.round(nanoseconds / 1e5) / 10 - 10)
    const samples = this.#delay.count > 0
    return {
      pid: process.pid,
      uptimeSeconds: Math.round(process.uptime()),
      rssBytes: process.memoryUsage.rss(),
      eventLoopMaxMs: samples ? ms(this.#delay.max) : 0,
      eventLoopP99Ms: samples ? ms(this.#delay.percentile(99)) : 0,
      children: this.#children(),
    }
  }

  async text(): Promise<string> {
    const files = (await readdir(this.#logs).catch(() => [])).filter((name) => name.endsWith('.log')).sort()
    const last = files.at(-1)
    const lines = last ? (await readFile(join(this.#logs, last), 'utf8')).trimEnd().split('\n').slice(-LOG_LINES) : []
    const facts = {
      version,
      node: process.version,
      system: `${platform()} ${release()} ${arch()}`,
      health: this.health(),
      settings: redact(this.#config.get()),
    }
    return `${JSON.stringify(facts, null, 2)}\n\n${lines.map(redactText).join('\n')}\n`
  }
}
