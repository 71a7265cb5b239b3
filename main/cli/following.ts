/** Shows what a stream of the host says for as long as some work takes. */
export async function following<T, Item>(
  work: Promise<T>,
  open: (signal: AbortSignal) => Promise<AsyncIterable<Item>>,
  each: (item: Item) => void,
): Promise<T> {
  const stop = new AbortController()
  const shown = (async () => {
    for await (const item of await open(stop.signal)) each(item)
  })().catch(() => {
    // The work itself says what went wrong.
  })
  try {
    return await work
  } finally {
    stop.abort()
    await shown
  }
}
