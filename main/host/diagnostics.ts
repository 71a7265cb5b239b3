import { readdir, readFile } from 'node:fs/promises'
import { arch, platform, release } from 'node:os'
import { join } from 'node:path'
import type { Health } from '../../common/api/system.ts'
import type { ConfigStore } from '../core/config.ts'
import type { Service } from '../core/lifecycle.ts'
import { redact, redactText } from '../core/log/redact.ts'
import { LoopDelay } from './loop-delay.ts'
import { version } from './version.ts'

const LOG_LINES = 200

/** How the host itself is doing, and what a person may paste into a report. */
export class Diagnostics implements Service {
  readonly name = 'diagnostics'
  readonly #delay = new LoopDelay()
  readonly #config: ConfigStore
  readonly #logs: string
  readonly #children: () => Record<string, number>

  constructor(ports: { config: ConfigStore; logs: string; children: () => Record<string, number> }) {
    this.#config = ports.config
    this.#logs = ports.logs
    this.#children = ports.children
  }

  start(): Promise<void> {
    this.#delay.start()
    return Promise.resolve()
  }

  stop(): Promise<void> {
    this.#delay.stop()
    return Promise.resolve()
  }

  health(): Health {
    const { longest, p99 } = this.#delay.figures
    return {
      pid: process.pid,
      uptimeSeconds: Math.round(process.uptime()),
      rssBytes: process.memoryUsage.rss(),
      eventLoopMaxMs: longest,
      eventLoopP99Ms: p99,
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
