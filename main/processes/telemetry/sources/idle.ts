import { uptime } from 'node:os'
import { runTool } from '../tool.ts'

const TOOL_MS = 1_500

type Tool = (command: string, args: readonly string[]) => Promise<string | null>
interface Found {
  /** Seconds. */
  readonly value: number | null
  readonly source: string
}

const bus = (destination: string, path: string, method: string): readonly string[] => [
  'call',
  '--session',
  '--timeout',
  '1',
  '--dest',
  destination,
  '--object-path',
  path,
  '--method',
  `${destination}.${method}`,
]
const milliseconds = (text: string | null): number | null => {
  const digits = text === null ? undefined : /^\(?(?:uint\d\d )?(\d{1,15})(?:,\))?\s*$/.exec(text)?.[1]
  return digits === undefined ? null : Number(digits) / 1000
}

/** Sessions in what `loginctl list-sessions --json=short` prints; null where it is no such list. */
function sessionsIn(text: string): readonly { session: string; class?: string }[] | null {
  try {
    const rows = JSON.parse(text) as { session: string; class?: string }[]
    return Array.isArray(rows) && rows.every(({ session }) => /^[\w-]{1,20}$/.test(session)) ? rows : null
  } catch {
    return null
  }
}

/** logind: nobody is there where nobody is logged in; else as long as the least idle session has been idle. */
async function byLogind(tool: Tool, now: number): Promise<Found | null> {
  const listed = await tool('loginctl', ['list-sessions', '--json=short', '--no-pager'])
  const sessions = listed === null ? null : sessionsIn(listed)
  if (!sessions) return null
  let least = uptime()
  for (const { session } of sessions) {
    const shown = await tool('loginctl', [
      'show-session',
      session,
      '-p',
      'Class',
      '-p',
      'State',
      '-p',
      'IdleHint',
      '-p',
      'IdleSinceHint',
    ])
    const field = (name: string): string | undefined => new RegExp(`^${name}=(.*)$`, 'm').exec(shown ?? '')?.[1]
    if (shown === null || field('IdleHint') === undefined) return { value: null, source: 'logind' }
    if ((field('Class') ?? 'user') !== 'user' || field('State') === 'closing') continue
    const since = Number(field('IdleSinceHint') ?? 0)
    least = Math.min(least, field('IdleHint') === 'yes' && since > 0 ? Math.max(0, now / 1000 - since / 1e6) : 0)
  }
  return { value: least, source: 'logind' }
}

type Source = (tool: Tool, now: number) => Promise<Found | null>

const found = (value: number | null, source: string): Found | null => (value === null ? null : { value, source })
const linux: readonly Source[] = [
  async (tool) =>
    found(
      milliseconds(
        await tool('gdbus', bus('org.gnome.Mutter.IdleMonitor', '/org/gnome/Mutter/IdleMonitor/Core', 'GetIdletime')),
      ),
      'gnome',
    ),
  // KDE answers in milliseconds. Where another desktop means seconds, the owner counts as there for longer.
  async (tool) =>
    found(
      milliseconds(
        await tool('gdbus', bus('org.freedesktop.ScreenSaver', '/org/freedesktop/ScreenSaver', 'GetSessionIdleTime')),
      ),
      'screensaver',
    ),
  async (tool) => found(milliseconds(await tool('xprintidle', [])), 'x11'),
  byLogind,
]
const mac: readonly Source[] = [
  async (tool) => {
    const nanoseconds = /"HIDIdleTime" = (\d{1,18})/.exec(
      (await tool('ioreg', ['-c', 'IOHIDSystem', '-d', '4'])) ?? '',
    )?.[1]
    return found(nanoseconds ? Number(nanoseconds) / 1e9 : null, 'ioreg')
  },
]

/**
 * Readings after which all sources are asked again although one answers, or none did: a session may have begun or
 * ended.
 */
const ASK_ALL_AFTER = 15

/**
 * Seconds since the owner last touched mouse or keyboard, from the first that knows: GNOME, KDE and others by the
 * session bus, X11, logind; macOS by ioreg. Null where nobody knows, which counts as in use. The one that answered is
 * asked alone for a while, since each costs a process.
 */
export function idleMeter(
  tool: Tool = (command, args) => runTool(command, args, TOOL_MS),
  platform: NodeJS.Platform = process.platform,
): (now?: number) => Promise<Found | null> {
  const all = platform === 'linux' ? linux : platform === 'darwin' ? mac : []
  let [asked, readings]: [readonly Source[], number] = [all, 0]
  return async (now = Date.now()) => {
    if (++readings > ASK_ALL_AFTER) [asked, readings] = [all, 1]
    for (const source of asked) {
      const answer = await source(tool, now)
      if (!answer) continue
      asked = [source]
      return answer
    }
    // Whoever answered before and is silent now leaves the word to the others at once; where nobody did, they rest.
    asked = asked === all ? [] : all
    return null
  }
}

/** NetworkManager's word on whether the connection is paid by volume; null where it cannot tell. */
export async function metered(
  tool: Tool = (command, args) => runTool(command, args, TOOL_MS),
): Promise<{ value: boolean | null; source: string } | null> {
  const output = await tool('gdbus', [
    'call',
    '--system',
    '--timeout',
    '1',
    '--dest',
    'org.freedesktop.NetworkManager',
    '--object-path',
    '/org/freedesktop/NetworkManager',
    '--method',
    'org.freedesktop.DBus.Properties.Get',
    'org.freedesktop.NetworkManager',
    'Metered',
  ])
  const code = output === null ? undefined : /uint32 (\d)/.exec(output)?.[1]
  // NMMetered: 0 unknown, 1 yes, 2 no, 3 probably, 4 probably not.
  return code === undefined
    ? null
    : { value: code === '0' ? null : code === '1' || code === '3', source: 'networkmanager' }
}
