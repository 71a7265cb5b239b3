/** Reads a stream to its end: each item is handed on, and what the stream returns is the result. */
export async function drain<Item, Result>(stream: AsyncGenerator<Item, Result>, each: (item: Item) => void = () => {}): Promise<Result> {
  while (true) {
    const { done, value } = await stream.next()
    if (done) return value
    each(value)
  }
}
