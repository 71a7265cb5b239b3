import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { appPath } from '../resources.ts'

/** What a child that works for strangers may touch beside the program itself. Everything else does not exist for it. */
export interface SandboxPolicy {
  readonly write: readonly string[]
  readonly read: readonly string[]
}

/** A command inside a sandbox. */
export type Sandbox = (policy: SandboxPolicy, command: readonly string[]) => readonly [string, ...string[]]

/**
 * What a program needs of the system to run at all: libraries, the clock's zone, graphics drivers, what processors
 * there are.
 */
const system = [
  '/usr',
  '/lib',
  '/lib64',
  '/bin',
  '/sbin',
  '/etc/alternatives',
  '/etc/ld.so.cache',
  '/etc/localtime',
  '/etc/vulkan',
  '/sys',
]
const devices = [
  '/dev/dri',
  '/dev/kfd',
  '/dev/nvidia0',
  '/dev/nvidia1',
  '/dev/nvidia2',
  '/dev/nvidia3',
  '/dev/nvidiactl',
  '/dev/nvidia-uvm',
  '/dev/nvidia-uvm-tools',
]

/**
 * Linux, by bubblewrap (https://github.com/containers/bubblewrap): namespaces of its own for users, processes, the
 * network and mounts; an allow-list of folders; no capabilities; ends with its parent.
 */
export const bubblewrap: Sandbox = ({ write, read }, command) => [
  'bwrap',
  '--unshare-all',
  '--die-with-parent',
  '--new-session',
  '--cap-drop',
  'ALL',
  '--proc',
  '/proc',
  '--dev',
  '/dev',
  '--tmpfs',
  '/tmp',
  ...system.flatMap((path) => ['--ro-bind-try', path, path]),
  ...devices.flatMap((path) => ['--dev-bind-try', path, path]),
  ...[dirname(process.execPath), appPath(), ...read].flatMap((path) => ['--ro-bind', path, path]),
  ...write.flatMap((path) => ['--bind', path, path]),
  '--chdir',
  '/',
  '--',
  ...command,
]

/**
 * macOS, by sandbox-exec. Written after Apple's profiles and untested on a Mac: the self-test decides there whether it
 * holds.
 */
export const seatbelt: Sandbox = ({ write, read }, command) => {
  const subpaths = (paths: readonly string[]): string =>
    paths.map((path) => `(subpath ${JSON.stringify(path)})`).join(' ')
  const system = ['/usr', '/System', '/Library', '/private/var/db/dyld', '/dev']
  const readable = [...system, dirname(process.execPath), appPath(), ...read, ...write]
  const profile = [
    '(version 1)',
    '(deny default)',
    '(allow process-exec process-fork)',
    '(allow sysctl-read)',
    '(allow mach-lookup (global-name "com.apple.system.logger"))',
    '(allow iokit-open)',
    `(allow file-read* (literal "/") ${subpaths(readable)})`,
    `(allow file-write* ${subpaths(['/dev', ...write])})`,
  ].join('\n')
  return ['sandbox-exec', '-p', profile, ...command]
}

/** The sandbox that this system may have; null where there is none yet (Windows). */
export function systemSandbox(
  platform: NodeJS.Platform = process.platform,
  path = process.env['PATH'] ?? '',
): Sandbox | null {
  if (platform === 'darwin') return seatbelt
  return platform === 'linux' && path.split(':').some((folder) => existsSync(`${folder}/bwrap`)) ? bubblewrap : null
}
