import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'

/** One reader of strangers' bytes. It may refuse them in words (HearthError) and do nothing else that ends it. */
export interface Target {
  readonly name: string
  /** Whole inputs that it takes, to begin with. */
  readonly seeds: readonly (string | Uint8Array)[]
  /** What stands in such inputs and chance would not write. */
  readonly words?: readonly string[]
  /** @param folder an empty one of its own */
  read(input: Uint8Array, folder: string): Promise<unknown>
}

/** A target that reads a file. */
export const fileTarget = (
  name: string,
  file: string,
  seeds: Target['seeds'],
  read: (path: string) => Promise<unknown>,
  words: readonly string[] = [],
): Target => ({
  name,
  seeds,
  words,
  async read(input, folder) {
    const path = join(folder, file)
    await writeFile(path, input)
    return read(path)
  },
})

export async function drained(items: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of items);
}
