import { existsSync, readFileSync, renameSync } from 'node:fs'
import * as z from 'zod'
import { HearthError } from '../../common/errors/index.ts'
import { Config } from '../../common/model/config.ts'
import { Emitter } from './events.ts'
import { writeFileAtomic } from './files.ts'

/** The settings of one data folder, in a file that a person may also edit while Hearth is not running. */
export class ConfigStore {
  readonly #path: string
  #config: Config
  readonly events = new Emitter<{ changed: Config }>()

  private constructor(path: string, config: Config) {
    this.#path = path
    this.#config = config
  }

  /** A file that cannot be read is kept beside the new one, which starts from the defaults. */
  static open(path: string, onDamaged: (kept: string) => void): ConfigStore {
    if (!existsSync(path)) return new ConfigStore(path, Config.parse({}))
    try {
      return new ConfigStore(path, Config.parse(JSON.parse(readFileSync(path, 'utf8'))))
    } catch {
      const kept = `${path}.damaged-${Date.now()}`
      renameSync(path, kept)
      onDamaged(kept)
      return new ConfigStore(path, Config.parse({}))
    }
  }

  get(): Config {
    return this.#config
  }

  /** @throws HearthError BAD_INPUT; the settings are then as before. */
  async update(change: Partial<Config>): Promise<Config> {
    const next = Config.safeParse({ ...this.#config, ...change })
    if (!next.success) throw new HearthError('BAD_INPUT', z.prettifyError(next.error))
    await writeFileAtomic(this.#path, `${JSON.stringify(next.data, null, 2)}\n`)
    this.#config = next.data
    this.events.emit('changed', next.data)
    return next.data
  }
}
