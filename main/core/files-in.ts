import { readdir, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

/** The files below a folder, by their paths in it, with `/` on every system. */
export async function filesIn(folder: string): Promise<{ path: string; bytes: number }[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name)
        return { path: relative(folder, path).replaceAll(sep, '/'), bytes: (await stat(path)).size }
      }),
  )
}
