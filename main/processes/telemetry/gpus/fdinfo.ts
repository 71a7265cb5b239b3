import { readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { list, readText } from '../sysfs.ts'

/** What one open file of a graphics driver tells (Linux, Documentation/gpu/drm-usage-stats.rst). */
export function parseFdinfo(text: string): { bus: string; client: string; nanoseconds: number } | null {
  const field = (name: string) => new RegExp(`^${name}:\\s*(.+)$`, 'm').exec(text)?.[1]?.trim()
  const [bus, client] = [field('drm-pdev'), field('drm-client-id')]
  if (!bus || !client) return null
  const engines = [...text.matchAll(/^drm-engine-(?!capacity)[\w-]+:\s*(\d{1,18}) ns$/gm)]
  return { bus: bus.toLowerCase(), client, nanoseconds: engines.reduce((sum, [, ns]) => sum + Number(ns), 0) }
}

/** Nanoseconds that a card's engines have worked for programs of this user so far. Null where no program tells. */
export async function busyTime(bus: string, root = '/'): Promise<number | null> {
  const clients = new Map<string, number>()
  for (const process of await list(join(root, 'proc'))) {
    if (!/^\d+$/.test(process)) continue
    const folder = join(root, 'proc', process)
    for (const descriptor of await list(join(folder, 'fd'))) {
      const target = await readlink(join(folder, 'fd', descriptor)).catch(() => '')
      if (!target.startsWith('/dev/dri/')) continue
      const info = parseFdinfo((await readText(join(folder, 'fdinfo', descriptor))) ?? '')
      // A client may hold many descriptors; each tells the same sum.
      if (info?.bus === bus) clients.set(info.client, Math.max(info.nanoseconds, clients.get(info.client) ?? 0))
    }
  }
  return clients.size === 0 ? null : [...clients.values()].reduce((a, b) => a + b)
}
