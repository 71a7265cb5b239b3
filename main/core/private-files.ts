import { chmodSync, mkdirSync, statSync, type Stats } from 'node:fs'
import { chmod, copyFile, lstat, opendir, readdir, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

/** Bits of a mode that let the group or anybody else in. */
const OTHERS = 0o077
/** How many places are named that could not be closed; a broken folder may hold a million. */
const MOST_NAMED = 20
const MOST_LOOKED_AT = 1_000_000
const hasModes = process.platform !== 'win32'

/** What the person has set for files that they share. */
let personsMask = OTHERS
/** Written by this process for its owner's eyes, wherever it lies. */
const secrets = new Set<string>()

/**
 * From here on every file and folder that this process or a child of it makes is its owner's alone: 0600 and 0700.
 * Electron's main process does not call it, since it writes only what a person saves; the processes it starts do.
 */
export function keepFilesPrivate(): void {
  const before = process.umask(OTHERS)
  if (before !== OTHERS) personsMask = before
}

/** Whether a file is this account's and nobody else may read or change it; what others could write is not believed. */
export const isOwn = ({ mode, uid }: Pick<Stats, 'mode' | 'uid'>): boolean =>
  !hasModes || ((mode & OTHERS) === 0 && isMine(uid))

const isMine = (uid: number): boolean => uid === process.getuid?.()

/** Makes a folder of this account alone, or closes the one that is there: nobody gets past it to what is below. */
export function makePrivateFolder(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const { mode, uid } = statSync(path)
  if (hasModes && (mode & OTHERS) !== 0 && isMine(uid)) chmodSync(path, mode & 0o700)
}

/** A plain copy has the mode of what was copied; this one is the account's alone. */
export async function copyFilePrivately(from: string, to: string): Promise<void> {
  await copyFile(from, to)
  if (hasModes) await chmod(to, 0o600)
}

/** Writes a new file that stays its owner's alone wherever it lies. */
export async function writeSecretFile(path: string, content: string): Promise<void> {
  secrets.add(resolve(path))
  await writeFile(path, content, { flag: 'wx', mode: 0o600 })
}

/** What a look through a folder found. */
export interface FolderFindings {
  readonly lookedAt: number
  readonly mended: number
  /** Another account's, or with a mode that cannot be changed. */
  readonly open: readonly string[]
  /** Not followed: what they lead to is not this folder's. */
  readonly links: readonly string[]
  /** False where the folder holds more than is looked at. */
  readonly complete: boolean
}

/**
 * Takes a folder and all in it out of others' reach, name by name: a large one costs no memory and no long turn.
 * @param shut folders of another program, which are closed themselves and not looked into
 */
export async function closeFolder(
  root: string,
  signal?: AbortSignal,
  shut: readonly string[] = [],
): Promise<FolderFindings> {
  const found = { lookedAt: 0, mended: 0, open: [] as string[], links: [] as string[], complete: true }
  if (!hasModes) return found
  const close = async (path: string): Promise<boolean> => {
    const stats = await lstat(path).catch(() => null)
    if (!stats) return false
    found.lookedAt++
    if (stats.isSymbolicLink()) note(found.links, path)
    else if (!isOwn(stats)) {
      await takeFromOthers(path, stats)
      // Read back: a file system without modes takes the call and does nothing. A journal may be gone by now.
      const after = await lstat(path).catch(() => null)
      if (after && isOwn(after)) found.mended++
      else if (after) note(found.open, path)
    }
    return stats.isDirectory()
  }
  const folders = (await close(root)) ? [root] : []
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    // What goes away meanwhile needs no mending.
    const entries = await opendir(folder).catch(() => [])
    for await (const { name } of entries) {
      if (signal?.aborted || found.lookedAt >= MOST_LOOKED_AT) return { ...found, complete: false }
      const path = join(folder, name)
      if ((await close(path)) && !shut.includes(path)) folders.push(path)
    }
  }
  return found
}

const note = (list: string[], path: string): void => void (list.length < MOST_NAMED && list.push(path))

async function takeFromOthers(path: string, { mode, uid }: Stats): Promise<void> {
  if (isMine(uid)) await chmod(path, mode & 0o700).catch(() => {})
}

/**
 * Runs what writes to a place of a person's own choosing; what it makes there follows the mask of the person, who
 * chose the place to use or share it. What was there before keeps its modes.
 */
export async function writingFor<T>(place: string, write: () => Promise<T>): Promise<T> {
  const root = await topmostMissing(resolve(place))
  const before = root ? null : new Set(await namesIn(place))
  const result = await write()
  if (!(await isSettled(root ? dirname(root) : place))) return result
  if (root) await share(root)
  else for (const name of await namesIn(place)) if (!before?.has(name)) await share(join(place, name))
  return result
}

/**
 * Whether nobody else can put something in the place of what lies in a folder: a link there would have a file of the
 * person's own opened to others. What was written elsewhere stays private.
 */
async function isSettled(folder: string): Promise<boolean> {
  const { mode, uid } = await stat(folder)
  const sticky = (mode & 0o1000) !== 0
  return !hasModes || ((uid === 0 || isMine(uid)) && ((mode & 0o022) === 0 || sticky))
}

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  )
const namesIn = (path: string): Promise<string[]> => readdir(path).catch(() => [])

/** The place, or the highest folder above it that would have to be made; null where the place is there. */
async function topmostMissing(place: string): Promise<string | null> {
  if (await exists(place)) return null
  const above = dirname(place)
  return above === place ? place : ((await topmostMissing(above)) ?? place)
}

async function share(path: string): Promise<void> {
  if (!hasModes || secrets.has(resolve(path))) return
  const stats = await lstat(path).catch(() => null)
  if (!stats || !(stats.isFile() || stats.isDirectory())) return
  await chmod(path, (stats.isDirectory() ? 0o777 : 0o666 | (stats.mode & 0o100 ? 0o111 : 0)) & ~personsMask)
  if (stats.isDirectory()) for (const name of await namesIn(path)) await share(join(path, name))
}
