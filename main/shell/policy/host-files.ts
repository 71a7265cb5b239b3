import { createHash, hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { pipeline } from 'node:stream/promises'
import * as z from 'zod'

/** SHA-256 of each file, by its path with forward slashes. */
export const HostFiles = z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/))
export type HostFiles = z.infer<typeof HostFiles>

const AT_ONCE = 16
const PIECE = 2 ** 20

/** All files of some folders below a place, with their hashes. Links are files of another place, and refused. */
export async function listFiles(place: string, folders: readonly string[]): Promise<HostFiles> {
  const paths: string[] = []
  for (const folder of folders)
    for (const entry of await readdir(join(place, folder), { recursive: true, withFileTypes: true })) {
      if (entry.isDirectory()) continue
      const file = join(entry.parentPath, entry.name)
      if (!entry.isFile()) throw new Error(`${file} is no plain file`)
      paths.push(relative(place, file).split(sep).join('/'))
    }
  paths.sort()
  const hashes: string[] = []
  let next = 0
  const work = async (): Promise<void> => {
    for (let i = next++; i < paths.length; i = next++) hashes[i] = await hashOf(join(place, paths[i]!))
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  return Object.fromEntries(paths.map((path, i) => [path, hashes[i]!]))
}

/** Most are small, and a stream for each would take ten times as long. */
async function hashOf(file: string): Promise<string> {
  if ((await stat(file)).size <= PIECE) return hash('sha256', await readFile(file))
  const sum = createHash('sha256')
  await pipeline(createReadStream(file, { highWaterMark: PIECE }), sum)
  return sum.digest('hex')
}

/**
 * What of the files beside the archive is not as it was packaged: changed, missing or new. The archive's own bytes are
 * held by Electron's integrity check, where the system has one; these are held by what the archive says of them.
 */
export async function changedFiles(place: string, expected: HostFiles): Promise<readonly string[]> {
  const folders = [...new Set(Object.keys(expected).map((path) => path.split('/', 1)[0]!))]
  for (const folder of folders) if (!(await stat(join(place, folder)).catch(() => null))) return [folder]
  const found = await listFiles(place, folders)
  return [...new Set([...Object.keys(expected), ...Object.keys(found)])].filter(
    (path) => expected[path] !== found[path],
  )
}
