import { readFile } from 'node:fs/promises'

const EVERY_MS = 500
const PAGE = 4096

/** Resident bytes of a process and all that it started; null where the system does not tell or it is gone. */
export async function treeMemory(pid: number): Promise<number | null> {
  const statm = await readFile(`/proc/${pid}/statm`, 'utf8').catch(() => null)
  if (statm === null) return null
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '')
  const below = await Promise.all(
    children
      .trim()
      .split(' ')
      .filter(Boolean)
      .map((child) => treeMemory(Number(child))),
  )
  return Number(statm.split(' ')[1]) * PAGE + below.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0)
}

/**
 * Tells what a process and all that it started hold, twice a second, until it is gone or the returned function is
 * called.
 * @param pidOf asked each time: the process may be started later
 */
export function watchMemory(pidOf: () => number | undefined, heard: (bytes: number) => void): () => void {
  const timer = setInterval(() => {
    const pid = pidOf()
    if (pid !== undefined) void treeMemory(pid).then((bytes) => bytes !== null && heard(bytes))
  }, EVERY_MS)
  timer.unref()
  return () => clearInterval(timer)
}
