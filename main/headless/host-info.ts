import { readFile, rm, stat } from 'node:fs/promises'
import * as z from 'zod'
import { writeFileAtomic } from '../core/files.ts'
import { isOwn } from '../core/private-files.ts'

/** How the command line finds a host that runs on a data folder. Readable by its owner only. */
export const HostInfo = z.object({ origin: z.url(), token: z.string(), pid: z.int() })
export type HostInfo = z.infer<typeof HostInfo>

export const writeHostInfo = (path: string, info: HostInfo): Promise<void> =>
  writeFileAtomic(path, JSON.stringify(info))
export const removeHostInfo = (path: string): Promise<void> => rm(path, { force: true })

/** Null where there is none, or where others could have read or written it: its token is nobody's secret any more. */
export async function readHostInfo(path: string): Promise<HostInfo | null> {
  const stats = await stat(path).catch(() => null)
  if (!stats || !isOwn(stats)) return null
  const parsed = HostInfo.safeParse(JSON.parse(await readFile(path, 'utf8').catch(() => 'null')))
  return parsed.success ? parsed.data : null
}
