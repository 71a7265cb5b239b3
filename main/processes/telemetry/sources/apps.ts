import { homedir } from 'node:os'
import { join } from 'node:path'
import { list, readText } from '../sysfs.ts'
import { runTool } from '../tool.ts'

const TOOL_MS = 3_000
const plain = (name: string): string => name.toLowerCase().replace(/\.exe$/, '')

/** Names of running programs in what `tasklist /fo csv /nh` prints. */
export const parseTasklist = (text: string): readonly string[] =>
  text.split(/\r?\n/).flatMap((line) => /^"([^"]{1,260})","\d+"/.exec(line)?.[1] ?? [])

/** The number of the game that Steam runs, in its registry.vdf; null where none runs. */
export function steamGame(registry: string): string | null {
  const id = /"RunningAppID"\s+"(\d{1,12})"/.exec(registry)?.[1]
  return id === undefined || id === '0' ? null : id
}

async function linuxPrograms(root: string): Promise<readonly string[]> {
  const names = await Promise.all(
    (await list(join(root, 'proc')))
      .filter((name) => /^\d+$/.test(name))
      .map((name) => readText(join(root, 'proc', name, 'comm'))),
  )
  return names.filter((name) => name !== null)
}

async function programs(root: string): Promise<readonly string[] | null> {
  if (process.platform === 'linux') return linuxPrograms(root)
  if (process.platform === 'win32')
    return parseTasklist((await runTool('tasklist', ['/fo', 'csv', '/nh'], TOOL_MS)) ?? '')
  const output = await runTool('ps', ['-axco', 'comm='], TOOL_MS)
  return output === null ? null : output.split('\n').map((line) => line.trim())
}

const registries = (home: string): readonly string[] => [
  join(home, '.steam/registry.vdf'),
  join(home, '.local/share/Steam/registry.vdf'),
  join(home, 'Library/Application Support/Steam/registry.vdf'),
  join(home, '.var/app/com.valvesoftware.Steam/.steam/registry.vdf'),
]

async function steam(home: string): Promise<string | null> {
  if (process.platform === 'win32') {
    const id = /RunningAppID\s+REG_DWORD\s+0x([\da-f]{1,8})/i.exec(
      (await runTool('reg', ['query', 'HKCU\\Software\\Valve\\Steam', '/v', 'RunningAppID'], TOOL_MS)) ?? '',
    )?.[1]
    return id === undefined || Number.parseInt(id, 16) === 0 ? null : String(Number.parseInt(id, 16))
  }
  for (const path of registries(home)) {
    const id = steamGame((await readText(path)) ?? '')
    if (id) return id
  }
  return null
}

/**
 * A running game: what Steam says it runs, or a program of the owner's list. Names of other programs are looked at here
 * and go nowhere.
 */
export async function runningGame(
  apps: readonly string[],
  { root = '/', home = homedir() } = {},
): Promise<{ value: string | false | null; source: string }> {
  const game = await steam(home)
  if (game) {
    // Steam writes its registry late when it is killed; a game without Steam is none.
    const running = await programs(root)
    if (running === null || running.some((name) => plain(name).startsWith('steam')))
      return { value: `Steam ${game}`, source: 'steam' }
  }
  if (apps.length === 0) return { value: false, source: 'steam' }
  const wanted = new Map(apps.map((name) => [plain(name).slice(0, process.platform === 'linux' ? 15 : 260), name]))
  const running = await programs(root)
  if (running === null) return { value: null, source: 'processes' }
  const found = running.map(plain).find((name) => wanted.has(name))
  return { value: found === undefined ? false : wanted.get(found)!, source: 'processes' }
}
