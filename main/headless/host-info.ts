import { readFile, rm } from 'node:fs/promises'
import { existsSync } from 'node:fs'
import * as z from 'zod'
import { writeFileAtomic } from '../core/files.ts'

/** How the command line finds a host that runs on a data folder. Readable by its owner only. */
export const HostInfo = z.object({ origin: z.url(), token: z.string(), pid: z.int() })
export type HostInfo = z.infer<typeof HostInfo>

export const writeHostInfo = (path: string, info: HostInfo): Promise<void> =>
  writeFileAtomic(path, JSON.stringify(info))
export const removeHostInfo = (path: string): Promise<void> => rm(path, { force: true })

export async function readHostInfo(path: string): Promise<HostInfo | null> {
  if (!existsSync(path)) return null
  const parsed = HostInfo.safeParse(JSON.parse(await readFile(path, 'utf8').catch(() => 'null')))
  return parsed.success ? parsed.data : null
}
