/**
 * Reads a stream to its end: each item is handed on, and what the stream returns is the result. An abort leaves the
 * stream, which ends the work behind it. @throws the signal's reason
 */
export async function drain<Item, Result>(
  stream: AsyncIterator<Item, Result>,
  each: (item: Item) => void = () => {},
  signal?: AbortSignal,
): Promise<Result> {
  const aborted = Promise.withResolvers<never>()
  aborted.promise.catch(() => {})
  const leave = (): void => {
    aborted.reject(signal?.reason)
    void stream.return?.()?.catch(() => {})
  }
  if (signal?.aborted) leave()
  signal?.addEventListener('abort', leave, { once: true })
  try {
    while (true) {
      const { done, value } = await Promise.race([stream.next(), aborted.promise])
      if (done) return value
      each(value)
    }
  } finally {
    signal?.removeEventListener('abort', leave)
  }
}

/**
 * Changes each step of what a call returned, where that is a stream: a stream fails in its iteration, long after the
 * call that opened it.
 */
export function eachStep<T>(
  result: T,
  change: (step: Promise<IteratorResult<unknown, unknown>>) => Promise<IteratorResult<unknown, unknown>>,
): T {
  if (result === null || typeof result !== 'object' || !(Symbol.asyncIterator in result)) return result
  const stream = result as unknown as AsyncGenerator<unknown, unknown, unknown>
  const next = stream.next.bind(stream)
  stream.next = (...args) => change(next(...args))
  return result
}
