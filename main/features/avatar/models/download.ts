import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { HearthError, messageOf } from '../../../../common/errors/index.ts'
import { assertRoom, writeHashed } from './take-file.ts'

export interface Download {
  readonly url: string
  /** SHA-256 of the file, hexadecimal, as whoever published it says. */
  readonly sha256: string
}

const failed = (why: string, cause?: unknown) =>
  new HearthError('DOWNLOAD_FAILED', `the download broke off: ${why}; what is there is kept`, {}, { cause })

/**
 * Fetches a file, going on behind what an earlier try left, and checks all of it while it comes.
 * @returns the path of the whole file, which the caller moves
 * @throws HearthError BAD_INPUT, NOT_ENOUGH_DISK, DOWNLOAD_FAILED with the part kept, DOWNLOAD_TAMPERED with nothing
 * kept
 */
export async function download(
  { url, sha256 }: Download,
  folder: string,
  onBytes: (bytes: number, of: number) => void,
  signal: AbortSignal,
): Promise<string> {
  const { protocol, hostname } = new URL(url)
  if (protocol !== 'https:' && hostname !== '127.0.0.1')
    throw new HearthError('BAD_INPUT', 'a model is fetched by https alone')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const part = join(folder, `${sha256}.part`)
  const had = (await stat(part).catch(() => ({ size: 0 }))).size
  try {
    const response = await fetch(url, {
      headers: had > 0 ? { range: `bytes=${had}-` } : {},
      signal,
      redirect: 'follow',
    })
    // A server that has no more to give: the whole file is here already.
    const whole = had > 0 && response.status === 416
    if (!response.ok && !whole) throw failed(`the server answers ${response.status}`)
    const { from, total } = rangeOf(response, had)
    if (total > 0) await assertRoom(folder, total - from)
    const hash = await writeHashed(part, whole ? had : from, whole || !response.body ? [] : response.body, (bytes) =>
      onBytes(bytes, total),
    )
    const { size } = await stat(part)
    if (total > 0 && size < total) throw failed(`${size} of ${total} bytes came`)
    if (hash !== sha256.toLowerCase()) {
      await rm(part, { force: true })
      throw new HearthError('DOWNLOAD_TAMPERED', 'the file has another SHA-256 than was promised; it was deleted')
    }
    return part
  } catch (error) {
    if (error instanceof HearthError) throw error
    if (signal.aborted)
      throw new HearthError('ABORTED', 'the download was stopped; what is there is kept', {}, { cause: error })
    throw failed(messageOf(error), error)
  }
}

/**
 * Where what comes belongs, and how long the whole is; 0 where the server does not tell. A server that knows no ranges
 * begins anew.
 */
function rangeOf(response: Response, had: number): { from: number; total: number } {
  const range = /^bytes (\d+)-\d+\/(\d+)$/.exec(response.headers.get('content-range') ?? '')
  if (response.status === 206) {
    if (!range || Number(range[1]) !== had) throw failed('the server gives another part than was asked for')
    return { from: had, total: Number(range[2]) }
  }
  return { from: 0, total: response.status === 416 ? 0 : Number(response.headers.get('content-length') ?? 0) }
}
