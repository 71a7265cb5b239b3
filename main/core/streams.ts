/**
 * Reads a stream to its end: each item is handed on, and what the stream returns is the result. An abort, or an item
 * that is refused, leaves the stream, which ends the work behind it. @throws the signal's reason
 */
export async function drain<Item, Result>(
  stream: AsyncIterator<Item, Result>,
  each: (item: Item) => void = () => {},
  signal?: AbortSignal,
): Promise<Result> {
  const aborted = Promise.withResolvers<never>()
  aborted.promise.catch(() => {})
  const abort = (): void => aborted.reject(signal?.reason)
  if (signal?.aborted) abort()
  signal?.addEventListener('abort', abort, { once: true })
  let ended = false
  try {
    while (true) {
      const { done, value } = await Promise.race([stream.next(), aborted.promise])
      ended = done === true
      if (done) return value
      each(value)
    }
  } finally {
    signal?.removeEventListener('abort', abort)
    if (!ended) void stream.return?.()?.catch(() => {})
  }
}

/** The same items; each next one is asked for before the one at hand is used. */
export async function* readAhead<Item>(items: AsyncGenerator<Item>): AsyncGenerator<Item> {
  let next = items.next()
  try {
    for (;;) {
      const { done, value } = await next
      if (done) return
      next = items.next()
      // It is awaited in the next turn; until then nobody else hears of its failure.
      next.catch(() => {})
      yield value
    }
  } finally {
    await items.return(undefined)
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
