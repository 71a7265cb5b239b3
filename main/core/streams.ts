/** Reads a stream to its end: each item is handed on, and what the stream returns is the result. */
export async function drain<Item, Result>(
  stream: AsyncGenerator<Item, Result>,
  each: (item: Item) => void = () => {},
): Promise<Result> {
  while (true) {
    const { done, value } = await stream.next()
    if (done) return value
    each(value)
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
