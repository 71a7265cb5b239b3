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
 * would work on for nobody; so it is held back until the child has answered.
 */
export async function openStream<T>(signal: AbortSignal, open: (options: { readonly signal: AbortSignal }) => PromiseLike<T>): Promise<T> {
  const inner = new AbortController()
  const opened = Promise.resolve(open({ signal: inner.signal }))
  const end = (): void => void opened.then(() => inner.abort(), () => {})
  if (signal.aborted) end()
  else signal.addEventListener('abort', end, { once: true })
  return opened
}
