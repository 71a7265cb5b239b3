import { uptime } from 'node:os'
import { runTool } from '../tool.ts'

const TOOL_MS = 1_500

type Tool = (command: string, args: readonly string[]) => Promise<string | null>
interface Found {
  /** Seconds. */
  readonly value: number | null
  readonly source: string
}

const bus = (destination: string, path: string, method: string): readonly string[] => ['call', '--session', '--timeout', '1', '--dest', destination, '--object-path', path, '--method', `${destination}.${method}`]
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
    const shown = await tool('loginctl', ['show-session', session, '-p', 'Class', '-p', 'State', '-p', 'IdleHint', '-p', 'IdleSinceHint'])
    const field = (name: string): string | undefined => new RegExp(`^${name}=(.*)$`, 'm').exec(shown ?? '')?.[1]
    if (shown === null || field('IdleHint') === undefined) return { value: null, source: 'logind' }
    if ((field('Class') ?? 'user') !== 'user' || field('State') === 'closing') continue
    const since = Number(field('IdleSinceHint') ?? 0)
    least = Math.min(least, field('IdleHint') === 'yes' && since > 0 ? Math.max(0, now / 1000 - since / 1e6) : 0)
  }
  return { value: least, source: 'logind' }
}

/**
 * Seconds since the owner last touched mouse or keyboard, from the first that knows: GNOME, KDE and others by the session
 * bus, X11, logind; macOS by ioreg. Null where nobody knows, which counts as in use.
 */
export async function ownerIdle(tool: Tool = (command, args) => runTool(command, args, TOOL_MS), platform: NodeJS.Platform = process.platform, now = Date.now()): Promise<Found | null> {
  if (platform === 'darwin') {
    const found = /"HIDIdleTime" = (\d{1,18})/.exec((await tool('ioreg', ['-c', 'IOHIDSystem', '-d', '4'])) ?? '')?.[1]
    return found ? { value: Number(found) / 1e9, source: 'ioreg' } : null
  }
  if (platform !== 'linux') return null
  const gnome = milliseconds(await tool('gdbus', bus('org.gnome.Mutter.IdleMonitor', '/org/gnome/Mutter/IdleMonitor/Core', 'GetIdletime')))
  if (gnome !== null) return { value: gnome, source: 'gnome' }
  // KDE answers in milliseconds. Where another desktop means seconds, the owner counts as there for longer.
  const kde = milliseconds(await tool('gdbus', bus('org.freedesktop.ScreenSaver', '/org/freedesktop/ScreenSaver', 'GetSessionIdleTime')))
  if (kde !== null) return { value: kde, source: 'screensaver' }
  const x11 = milliseconds(await tool('xprintidle', []))
  if (x11 !== null) return { value: x11, source: 'x11' }
  return byLogind(tool, now)
}

/** NetworkManager's word on whether the connection is paid by volume; null where it cannot tell. */
export async function metered(tool: Tool = (command, args) => runTool(command, args, TOOL_MS)): Promise<{ value: boolean | null; source: string } | null> {
  const output = await tool('gdbus', ['call', '--system', '--timeout', '1', '--dest', 'org.freedesktop.NetworkManager', '--object-path', '/org/freedesktop/NetworkManager', '--method', 'org.freedesktop.DBus.Properties.Get', 'org.freedesktop.NetworkManager', 'Metered'])
  const code = output === null ? undefined : /uint32 (\d)/.exec(output)?.[1]
  // NMMetered: 0 unknown, 1 yes, 2 no, 3 probably, 4 probably not.
  return code === undefined ? null : { value: code === '0' ? null : code === '1' || code === '3', source: 'networkmanager' }
}
