import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, readFile, readdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { HearthError } from '../../../common/errors/index.ts'
import type { OptimiserState } from '../optimizer/adamw.ts'

/** The state that a run continues from to the bit: step, parameters and the optimiser's moments. */
export interface Checkpoint extends OptimiserState {
  readonly step: number
}

const MAGIC = 'HCK1'
const HEADER = 12
const DIGEST = 32

/** HCK1, step and number of parameters as uint32, three float32 vectors. */
export function encodeCheckpoint({ step, parameters, first, second }: Checkpoint): Buffer {
  const header = Buffer.alloc(HEADER)
  header.write(MAGIC, 0, 'latin1')
  header.writeUInt32LE(step, 4)
  header.writeUInt32LE(parameters.length, 8)
  return Buffer.concat([
    header,
    ...[parameters, first, second].map((vector) => new Uint8Array(vector.buffer, vector.byteOffset, vector.byteLength)),
  ])
}

export const hashCheckpoint = (checkpoint: Checkpoint): Buffer =>
  createHash('sha256').update(encodeCheckpoint(checkpoint)).digest()

export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const broken = (why: string) => new HearthError('CHECKPOINT_BROKEN', `the checkpoint ${why}`)
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (view.length < HEADER || view.toString('latin1', 0, 4) !== MAGIC) throw broken('must begin with HCK1')
  const count = view.readUInt32LE(8)
  if (view.length !== HEADER + 12 * count)
    throw broken(`must have ${HEADER + 12 * count} bytes for ${count} parameters, got ${view.length}`)
  const vector = (k: number) =>
    new Float32Array(Uint8Array.prototype.slice.call(view, HEADER + 4 * count * k, HEADER + 4 * count * (k + 1)).buffer)
  return { step: view.readUInt32LE(4), parameters: vector(0), first: vector(1), second: vector(2) }
}

const nameOf = (step: number): string => `${String(step).padStart(8, '0')}.ckpt`
const NAME = /^(\d{8})\.ckpt$/

/** Writing a checkpoint never takes this long. */
const ABANDONED_MS = 600_000

/** The checkpoints of a run, written atomically: to a temporary file with a hash at the end, synced, then renamed. */
export class CheckpointStore {
  readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  async write(checkpoint: Checkpoint): Promise<void> {
    await mkdir(this.folder, { recursive: true })
    const path = join(this.folder, nameOf(checkpoint.step))
    // A cancelled run may still be writing the same step as the run that continues it.
    const temporary = `${path}.${randomUUID()}.part`
    const bytes = encodeCheckpoint(checkpoint)
    try {
      await using file = await open(temporary, 'w')
      await file.writev([bytes, createHash('sha256').update(bytes).digest()])
      await file.sync()
    } catch (error) {
      await rm(temporary, { force: true })
      if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
        throw new HearthError(
          'DISK_FULL',
          `the disk is full: the checkpoint of step ${checkpoint.step} was not written; earlier ones are kept`,
          { step: checkpoint.step },
          { cause: error },
        )
      throw error
    }
    await rename(temporary, path)
  }

  /** Steps that have a checkpoint, ascending. */
  async steps(): Promise<number[]> {
    const names = await readdir(this.folder).catch(() => [])
    return names
      .flatMap((name) => NAME.exec(name)?.[1] ?? [])
      .map(Number)
      .toSorted((a, b) => a - b)
  }

  async read(step: number): Promise<Checkpoint> {
    const bytes = await readFile(join(this.folder, nameOf(step)))
    const body = bytes.subarray(0, -DIGEST)
    if (bytes.length < HEADER + DIGEST || !createHash('sha256').update(body).digest().equals(bytes.subarray(-DIGEST)))
      throw new HearthError('CHECKPOINT_BROKEN', `the checkpoint of step ${step} is damaged`, { step })
    return decodeCheckpoint(body)
  }

  /** Removes temporary files of killed writers. */
  async #sweep(): Promise<void> {
    for (const name of (await readdir(this.folder).catch(() => [])).filter((file) => file.endsWith('.part'))) {
      const path = join(this.folder, name)
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: Date.now() }))
      if (Date.now() - mtimeMs > ABANDONED_MS) await rm(path, { force: true })
    }
  }

  /** The last intact checkpoint; removes damaged ones after it, because the run computes them again. */
  async latest(): Promise<Checkpoint | null> {
    await this.#sweep()
    for (const step of (await this.steps()).toReversed()) {
      try {
        return await this.read(step)
      } catch (error) {
        if (!(error instanceof HearthError)) throw error
        await rm(join(this.folder, nameOf(step)))
      }
    }
    return null
  }
}
