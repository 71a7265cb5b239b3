import { setTimeout as sleep } from 'node:timers/promises'

const EVERY_MS = 250

/**
 * Runs work and reports how far it is, four times a second at most; ends with its result or its error. Where the reader
 * leaves, the work ends at its next report.
 */
export async function* withProgress<Progress extends object, T>(
  run: (onProgress: (progress: Progress) => void) => Promise<T>,
): AsyncGenerator<Progress, T> {
  let latest: Progress | null = null
  let working = true
  let left = false
  const work = run((progress) => {
    if (left) throw new Error('nobody waits for this any more')
    latest = progress
  }).finally(() => (working = false))
  // A failure is thrown by the return below; here it only ends the waiting.
  const settled = work.then(
    () => {},
    () => {},
  )
  try {
    while (working) {
      await Promise.race([settled, sleep(EVERY_MS)])
      if (latest) yield latest
      latest = null
    }
    return await work
  } finally {
    left = true
  }
}
