import { readdir, readFile } from 'node:fs/promises'

/** A file of the kernel's, without its last line break; null where it is missing or may not be read. */
export const readText = (path: string): Promise<string | null> =>
  readFile(path, 'utf8').then(
    (text) => text.trim(),
    () => null,
  )

/** A number in such a file. */
export async function readNumber(path: string): Promise<number | null> {
  const text = await readText(path)
  return text !== null && /^-?\d{1,18}$/.test(text) ? Number(text) : null
}

export const list = (path: string): Promise<string[]> =>
  readdir(path).then(
    (names) => names.toSorted(),
    () => [],
  )
