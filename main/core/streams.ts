/** Reads a stream to its end: each item is handed on, and what the stream returns is the result. */
export async function drain<Item, Result>(stream: AsyncGenerator<Item, Result>, each: (item: Item) => void = () => {}): Promise<Result> {
  while (true) {
    const { done, value } = await stream.next()
    if (done) return value
    each(value)
  }
}

/**
 * Opens a child's stream that a signal ends. An abort that overtakes its own request is lost on the way, and the child
 * would work on for nobody; so it is held back until the child has answered. What reads the stream is told at once then:
 * a stream that was aborted between two values may never say so itself.
 */
export async function openStream<Item, Result>(signal: AbortSignal, open: (options: { readonly signal: AbortSignal }) => PromiseLike<AsyncGenerator<Item, Result>>): Promise<AsyncGenerator<Item, Result>> {
  const inner = new AbortController()
  const opened = Promise.resolve(open({ signal: inner.signal }))
  const { promise: aborted, reject } = Promise.withResolvers<never>()
  aborted.catch(() => {})
  const end = (): void =>
    void opened.then(() => inner.abort(), () => {}).finally(() => reject(new DOMException('the stream was aborted', 'AbortError')))
  if (signal.aborted) end()
  else signal.addEventListener('abort', end, { once: true })
  const stream = await opened
  const next = stream.next.bind(stream)
  stream.next = (...args) => Promise.race([next(...args), aborted])
  return stream
}
