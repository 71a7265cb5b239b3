/**
 * Streams snapshots of something that changes: one at once, then one after each burst of changes, at most one every
 * `gapMs`. Coalescing happens here because the transport has no back-pressure.
 */
export async function* watch<T>(
  subscribe: (changed: () => void) => () => void,
  snapshot: () => T | Promise<T>,
  signal: AbortSignal | undefined,
  gapMs = 200,
): AsyncGenerator<T, void> {
  let dirty = true
  let wake: (() => void) | undefined
  const poke = (): void => {
    dirty = true
    wake?.()
  }
  const unsubscribe = subscribe(poke)
  const stop = (): void => wake?.()
  signal?.addEventListener('abort', stop)
  try {
    while (!signal?.aborted) {
      if (!dirty) await new Promise<void>((resolve) => (wake = resolve))
      wake = undefined
      if (signal?.aborted) return
      dirty = false
      yield await snapshot()
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, gapMs)
        signal?.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true })
      })
    }
  } finally {
    signal?.removeEventListener('abort', stop)
    unsubscribe()
  }
}
