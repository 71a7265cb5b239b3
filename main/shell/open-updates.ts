import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import type { Log } from '../core/log/log.ts'
import type { Places } from './places.ts'
import { Updates } from './updates.ts'

/** Looks for new versions where the package names a feed and its maker's key; null elsewhere, as in a checkout. */
export async function openUpdates(
  { packaged }: Places,
  log: Log,
  onReady: (version: string) => void,
): Promise<Updates | null> {
  if (!packaged || !existsSync(packaged.feed)) return null
  const publicKey = await readFile(packaged.updateKey, 'utf8').catch(() => null)
  if (publicKey === null) return (log.error('the package names a feed and no key for it; it is not asked'), null)
  const { autoUpdater } = await import('electron-updater')
  const updates = new Updates({ updater: autoUpdater, publicKey, log, onReady })
  updates.start()
  return updates
}
