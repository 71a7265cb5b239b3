import { setTimeout as sleep } from 'node:timers/promises'

const EVERY_MS = 250

/** Runs work and tells how far it is, four times a second at most; ends with its result or its error. */
export async function* withProgress<Progress extends object, T>(
  run: (onProgress: (progress: Progress) => void) => Promise<T>,
): AsyncGenerator<Progress, T> {
  let latest: Progress | null = null
  let working = true
  const work = run((progress) => (latest = progress)).finally(() => (working = false))
  // A failure is thrown by the return below; here it only ends the waiting.
  const settled = work.then(
    () => {},
    () => {},
  )
  while (working) {
    await Promise.race([settled, sleep(EVERY_MS)])
    if (latest) yield latest
    latest = null
  }
  return work
}
