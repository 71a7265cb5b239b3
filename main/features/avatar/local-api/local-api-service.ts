import { randomBytes } from 'node:crypto'
import { readFile, stat } from 'node:fs/promises'
import type { Sampling } from '../../../../common/children/llm.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import type { ConfigStore } from '../../../core/config.ts'
import { writeFileAtomic } from '../../../core/files.ts'
import { isOwn } from '../../../core/private-files.ts'
import type { Service } from '../../../core/lifecycle.ts'
import type { Log } from '../../../core/log/log.ts'
import type { Completions } from './completions.ts'
import { LocalServer, type Answers } from './local-server.ts'

interface Ports {
  readonly completions: Completions
  readonly embed: (
    texts: readonly string[],
  ) => Promise<{ readonly model: string; readonly vectors: readonly (readonly number[])[] }>
  readonly config: ConfigStore
  /** The file of the token, readable by its owner only. */
  readonly tokenFile: string
  readonly log: Log
}

/** Lets other programs of this machine speak with its models and avatars, where the person switched that on. */
export class LocalApiService implements Service {
  readonly name = 'local-api'
  readonly #ports: Ports
  #server: { readonly server: LocalServer; readonly port: number } | null = null
  #token: string | null = null
  #problem: string | null = null
  #unsubscribe = (): void => {}
  /** Opening and closing wait for one another. */
  #last: Promise<void> = Promise.resolve()

  constructor(ports: Ports) {
    this.#ports = ports
  }

  async start(): Promise<void> {
    this.#unsubscribe = this.#ports.config.events.on('changed', () => void this.#follow())
    await this.#follow()
  }

  async stop(): Promise<void> {
    this.#unsubscribe()
    await this.#last
    await this.#close()
  }

  /** Where it is answered, and what shows that one may ask; null while it is switched off. */
  async state(): Promise<{ url: string; token: string; problem: string | null } | null> {
    await this.#last
    const { enabled, port } = this.#ports.config.get().localApi
    return enabled
      ? { url: `http://127.0.0.1:${this.#server?.port ?? port}/v1`, token: this.#token ?? '', problem: this.#problem }
      : null
  }

  /** Programs that know the old token are shut out. */
  async renewToken(): Promise<void> {
    this.#token = await this.#newToken()
  }

  #follow(): Promise<void> {
    this.#last = this.#last.then(async () => {
      const { enabled, port } = this.#ports.config.get().localApi
      if (this.#server && (!enabled || this.#server.port !== port)) await this.#close()
      if (enabled && !this.#server) await this.#open(port)
    })
    return this.#last
  }

  async #open(port: number): Promise<void> {
    this.#problem = null
    try {
      this.#token ??= (await this.#keptToken()) || (await this.#newToken())
      const { completions, embed, log } = this.#ports
      const answers = {
        models: () => completions.models(),
        complete: (...[request, signal, send]: Parameters<Answers['complete']>) =>
          completions.complete(request, this.#defaults(), signal, send),
        embed,
      }
      const server = new LocalServer(
        answers,
        () => this.#token!,
        (error) => log.warn('a program was not answered', { error }),
      )
      this.#server = { server, port: await server.listen(port) }
    } catch (error) {
      const taken = (error as NodeJS.ErrnoException).code === 'EADDRINUSE'
      this.#problem = taken
        ? `port ${port} is in use by another program`
        : String(error instanceof HearthError ? error.message : error)
      this.#ports.log.warn('the local API is not answered', { error })
    }
  }

  async #close(): Promise<void> {
    const open = this.#server
    this.#server = null
    await open?.server.close()
  }

  #defaults(): Sampling {
    const { maxTokens, temperature, topP } = this.#ports.config.get().avatar
    return { maxTokens, temperature, topP, seed: null, stop: [] }
  }

  /** A token that others could read is none any more. */
  async #keptToken(): Promise<string> {
    const { tokenFile } = this.#ports
    const stats = await stat(tokenFile).catch(() => null)
    return stats && isOwn(stats) ? (await readFile(tokenFile, 'utf8')).trim() : ''
  }

  async #newToken(): Promise<string> {
    const token = randomBytes(24).toString('base64url')
    await writeFileAtomic(this.#ports.tokenFile, `${token}\n`)
    return token
  }
}
