import { realpath } from 'node:fs/promises'
import type { Service } from './lifecycle.ts'
import type { Log } from './log/log.ts'
import { dataPaths } from './paths.ts'
import { closeFolder, type FolderFindings } from './private-files.ts'

/** Takes the data folder of an earlier version, or one that was copied here, out of other accounts' reach. */
export class FolderGuard implements Service {
  readonly name = 'folder-guard'
  readonly #root: string
  readonly #log: Log
  readonly #abort = new AbortController()
  #looking: Promise<void> | null = null
  #findings: FolderFindings | null = null

  constructor(root: string, log: Log) {
    this.#root = root
    this.#log = log.child('folder-guard')
  }

  /** What was found; null while it still looks. */
  get findings(): FolderFindings | null {
    return this.#findings
  }

  /** Beside everything else: the folder itself was closed before anything in it was opened. */
  start(): Promise<void> {
    void this.look()
    return Promise.resolve()
  }

  /** Looks through the folder, once at a time. */
  look(): Promise<void> {
    return (this.#looking ??= this.#look()
      .catch((error: unknown) => this.#log.warn('the data folder was not looked at', { error }))
      .finally(() => (this.#looking = null)))
  }

  async stop(): Promise<void> {
    this.#abort.abort()
    await this.#looking
  }

  async #look(): Promise<void> {
    const root = await realpath(this.#root)
    // Chromium keeps links in its own.
    this.#findings = await closeFolder(root, this.#abort.signal, [dataPaths(root).window])
    const { mended, open, links } = this.#findings
    if (mended > 0) this.#log.info('modes were mended: other accounts could read this', { files: mended })
    if (open.length > 0) this.#log.warn('other accounts can read this, and it cannot be changed', { open })
    if (links.length > 0) this.#log.warn('these links lead out of what Hearth keeps private', { links })
  }
}
