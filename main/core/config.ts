import { existsSync, readFileSync } from 'node:fs'
import * as z from 'zod'
import { HearthError, messageOf } from '../../common/errors/index.ts'
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

  /**
   * Defaults would set the jobs of another network aside, and turn on what its owner had turned off.
   * @throws HearthError SETTINGS_DAMAGED; the file is as it was
   */
  static open(path: string): ConfigStore {
    if (!existsSync(path)) return new ConfigStore(path, Config.parse({}))
    try {
      return new ConfigStore(path, Config.parse(JSON.parse(readFileSync(path, 'utf8'))))
    } catch (error) {
      const why = error instanceof z.ZodError ? z.prettifyError(error) : messageOf(error)
      throw new HearthError(
        'SETTINGS_DAMAGED',
        `the settings in ${path} cannot be read, and nothing was changed; mend the file, or move it away to begin with ` +
          `the defaults: ${why}`,
        {},
        { cause: error },
      )
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
