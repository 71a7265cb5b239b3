import { createHash, type Hash } from 'node:crypto'
import { open, readdir, stat } from 'node:fs/promises'
import { basename, join, sep } from 'node:path'
import { HsegPath } from '../../../../common/model/hseg.ts'
import { HearthError } from '../../../../common/errors/index.ts'

export interface Source {
  readonly file: string
  /** The name inside the dataset. */
  readonly path: string
  readonly bytes: number
}

/**
 * A file, or all files of a folder in the order of their names. Links and special files are refused: they may lead
 * anywhere.
 */
export async function sourcesOf(path: string): Promise<Source[]> {
  const found = await stat(path).catch((error: Error) => {
    throw new HearthError('NOT_FOUND', `there is no ${path}`, {}, { cause: error })
  })
  if (found.isFile()) return [checked({ file: path, path: basename(path), bytes: found.size })]
  const entries = (await readdir(path, { recursive: true, withFileTypes: true })).filter(
    (entry) => !entry.isDirectory(),
  )
  const sources: Source[] = []
  for (const entry of entries) {
    const file = join(entry.parentPath, entry.name)
    if (!entry.isFile())
      throw new HearthError('BAD_INPUT', `${file} is a link or a special file; only plain files are sealed`)
    sources.push(
      checked({
        file,
        path: file.slice(path.length).split(sep).filter(Boolean).join('/'),
        bytes: (await stat(file)).size,
      }),
    )
  }
  if (sources.length === 0) throw new HearthError('BAD_INPUT', `${path} holds no files`)
  return sources.toSorted((a, b) => (a.path < b.path ? -1 : 1))
}

/** The same files, one of them before all others. @throws HearthError BAD_INPUT where there is none of that name */
export function standingFirst(sources: readonly Source[], first: string | null): readonly Source[] {
  if (first === null) return sources
  const found = sources.find(({ path }) => path === first)
  if (!found) throw new HearthError('BAD_INPUT', `there is no file ${first} that could stand first`)
  return [found, ...sources.filter((source) => source !== found)]
}

function checked(source: Source): Source {
  const parsed = HsegPath.safeParse(source.path)
  if (!parsed.success)
    throw new HearthError('BAD_INPUT', `${source.path} is a name that not every system can hold; rename it first`)
  return source
}

/**
 * The bytes of all files one behind the other, in pieces of exactly `size` but for the last. Hashes each file on the
 * way; a file that grows or shrinks meanwhile is an error, since its size was promised.
 */
export async function* pieces(
  sources: readonly Source[],
  size: number,
  hashed: (index: number, sha256: string) => void,
): AsyncGenerator<Buffer> {
  let piece = Buffer.allocUnsafe(size)
  let filled = 0
  for (const [index, { file, bytes, path }] of sources.entries()) {
    const hash: Hash = createHash('sha256')
    await using handle = await open(file, 'r')
    let read = 0
    while (true) {
      const { bytesRead } = await handle.read(piece, filled, Math.min(size - filled, bytes - read + 1))
      if (bytesRead === 0) break
      if (read + bytesRead > bytes) throw changed(path)
      hash.update(piece.subarray(filled, filled + bytesRead))
      read += bytesRead
      filled += bytesRead
      if (filled < size) continue
      yield piece
      piece = Buffer.allocUnsafe(size)
      filled = 0
    }
    if (read !== bytes) throw changed(path)
    hashed(index, hash.digest('hex'))
  }
  if (filled > 0) yield piece.subarray(0, filled)
}

const changed = (path: string) => new HearthError('BAD_INPUT', `${path} changed while it was read; nothing was kept`)
