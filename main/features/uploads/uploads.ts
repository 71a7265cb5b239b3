import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { appendFile, copyFile, link, mkdir, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { basename, join, sep } from 'node:path'
import { HearthError } from '../../../common/errors/index.ts'
import type { JobRunner } from '../../core/job-runner/index.ts'
import type { Service } from '../../core/lifecycle.ts'
import type { Log } from '../../core/log/log.ts'
import type { DataPaths } from '../../core/paths.ts'

/** The largest file that may be handed over, in bytes. */
const MOST = 1 << 30

interface Ports {
  readonly paths: Pick<DataPaths, 'uploads'>
  readonly log: Log
  readonly runner: Pick<JobRunner, 'unreadable'>
}

/** Files and folders that somebody reads from where they were handed over, known once what was cut off has gone on. */
type Used = () => Promise<readonly string[]>

/** Files that the window hands over piece by piece, a folder each, until whoever asked for them has read them. */
export class Uploads implements Service {
  readonly name = 'uploads'
  readonly #ports: Ports
  readonly #used: Used[] = []

  constructor(ports: Ports) {
    this.#ports = ports
  }

  /**
   * Registers a reader of uploads before the start: what it uses is not removed, and nothing is while it cannot say.
   */
  usedBy(used: Used): void {
    this.#used.push(used)
  }

  /** What was left here when the app was ended, and nobody reads any more, is removed. */
  async start(): Promise<void> {
    const left = await readdir(this.#ports.paths.uploads).catch((): string[] => [])
    if (left.length > 0)
      void this.#sweep(left).catch((error: unknown) =>
        this.#ports.log.warn('uploads that were left behind cannot be removed', { error }),
      )
  }

  stop(): Promise<void> {
    return Promise.resolve()
  }

  /** @throws HearthError MESSAGE_TOO_LARGE, with nothing kept */
  async put(upload: string, name: string, first: boolean, chunk: Buffer): Promise<{ bytes: number }> {
    const folder = this.#folder(upload)
    const file = join(folder, name)
    await mkdir(folder, { recursive: true, mode: 0o700 })
    // One that was taken in may be another's by a second name.
    if (first) {
      await rm(file, { force: true })
      await writeFile(file, chunk)
    } else await appendFile(file, chunk)
    const { size } = await stat(file)
    if (size > MOST) {
      await rm(folder, { recursive: true })
      throw tooLarge()
    }
    return { bytes: size }
  }

  /**
   * Takes a file of this machine in as an upload: by another name for the same bytes where the disk has such, else by a
   * copy. Removing the one leaves the other. @returns the upload @throws HearthError MESSAGE_TOO_LARGE
   */
  async take(file: string): Promise<string> {
    if ((await stat(file)).size > MOST) throw tooLarge()
    const upload = randomUUID()
    const into = join(this.#folder(upload), basename(file))
    await mkdir(this.#folder(upload), { recursive: true, mode: 0o700 })
    await link(file, into).catch(() => copyFile(file, into, constants.COPYFILE_FICLONE))
    return upload
  }

  async #sweep(left: readonly string[]): Promise<void> {
    const [unreadable] = this.#ports.runner.unreadable()
    if (unreadable)
      throw new Error(`nothing is removed: what the task ${unreadable.id} (${unreadable.name}) reads is not known`)
    const used = (await Promise.all(this.#used.map((files) => files()))).flat()
    for (const upload of left)
      if (!used.some((path) => path === this.#folder(upload) || path.startsWith(this.#folder(upload) + sep)))
        await rm(this.#folder(upload), { recursive: true, force: true })
  }

  #folder(upload: string): string {
    return join(this.#ports.paths.uploads, upload)
  }
}

const tooLarge = () =>
  new HearthError(
    'MESSAGE_TOO_LARGE',
    'a data file may have 1 GiB; split it, or use the command line, which reads it where it lies',
  )
