import { InvalidArgumentError } from '@commander-js/extra-typings'
import { HearthError, messageOf } from '../../common/errors/index.ts'
import { asDiskError } from '../core/files.ts'

/** JSON in which amounts are decimal text. */
export const toJson = (value: unknown): string =>
  JSON.stringify(value, (_, item: unknown) => (typeof item === 'bigint' ? item.toString() : item))

/** Writes to standard error, where everything goes that is not the result. */
export const say = (line: string): void => void process.stderr.write(`${line}\n`)

export const exitCodes = { failed: 1, usage: 2, refused: 3, cancelled: 130 } as const
const exitCodeOf: Readonly<Record<string, number>> = {
  BAD_INPUT: exitCodes.usage,
  INTERNAL: exitCodes.failed,
  ABORTED: exitCodes.cancelled,
}

/** Prints a command's result: one JSON object as the last line, or text for people. */
export function printResult(result: object, json: boolean, text: () => string): void {
  process.stdout.write(`${json ? toJson(result) : text()}\n`)
}

/** Node's own errors about files, in words that say what to do. */
function fileTrouble(error: unknown): HearthError | null {
  const { code, path } = (error ?? {}) as NodeJS.ErrnoException
  if (path === undefined) return null
  if (code === 'EEXIST') return new HearthError('BAD_INPUT', `${path} is there already; it was left as it is`)
  if (code === 'ENOENT') return new HearthError('NOT_FOUND', `there is no ${path}, or no folder for it`)
  if (code === 'EACCES' || code === 'EPERM') return new HearthError('BAD_INPUT', `you may not read or write ${path}`)
  if (code === 'EISDIR' || code === 'ENOTDIR')
    return new HearthError(
      'BAD_INPUT',
      `${path} is ${code === 'EISDIR' ? 'a folder, and a file is wanted' : 'below a file, not a folder'}`,
    )
  return null
}

export function printError(thrown: unknown, json: boolean): void {
  const error = fileTrouble(thrown) ?? asDiskError(thrown)
  const known =
    error instanceof HearthError
      ? { code: error.code, message: error.message, details: error.details }
      : {
          code: error instanceof InvalidArgumentError ? 'BAD_INPUT' : 'INTERNAL',
          message: messageOf(error),
          details: {},
        }
  say(`hearth: ${known.message}`)
  if (json) process.stdout.write(`${toJson({ error: known })}\n`)
  process.exitCode = exitCodeOf[known.code] ?? exitCodes.refused
}

export const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(1)} MiB`

/** Says once a second how far something is. */
export function onceASecond<A extends unknown[]>(line: (...args: A) => string): (...args: A) => void {
  let last = performance.now()
  return (...args) => {
    if (performance.now() - last < 1_000) return
    last = performance.now()
    say(line(...args))
  }
}

export const told = (name: string) =>
  onceASecond((bytes: number, of: number) => `${name}: ${mebibytes(bytes)}${of > 0 ? ` of ${mebibytes(of)}` : ''}`)
