import { existsSync } from 'node:fs'
import { dirname } from 'node:path'
import { appPath } from '../resources.ts'
import { callFilterFile } from './seccomp.ts'

/** What a child that works for strangers may touch beside the program itself. Everything else does not exist for it. */
export interface SandboxPolicy {
  readonly write: readonly string[]
  readonly read: readonly string[]
  /** What it may hold, by the system's own limit. */
  readonly memoryBytes?: number
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

const PRLIMIT = '/usr/bin/prlimit'
/** Beyond what the host's own look allows it, since that looks twice a second. */
const HARD_SHARE = 1.25

/**
 * The system's limits (util-linux): memory that it may write, and no image of it on the disk when it dies. What it maps
 * of files, and addresses that it only reserves, are not counted.
 */
const limited = (memoryBytes: number | undefined): readonly string[] =>
  memoryBytes === undefined || !existsSync(PRLIMIT)
    ? []
    : [PRLIMIT, `--data=${Math.ceil(memoryBytes * HARD_SHARE)}`, '--core=0', '--']

/** bubblewrap takes a filter of system calls from an open file, which the shell opens for it. */
function bwrap(): readonly [string, ...string[]] {
  const filter = callFilterFile()
  return filter ? ['/bin/sh', '-c', 'exec bwrap --seccomp 9 "$@" 9<"$0"', filter] : ['bwrap']
}

/**
 * Linux, by bubblewrap (https://github.com/containers/bubblewrap): namespaces of its own for users, processes, the
 * network and mounts; an allow-list of folders; no capabilities; a filter of system calls; ends with its parent.
 */
export const bubblewrap: Sandbox = ({ write, read, memoryBytes }, command) => [
  ...bwrap(),
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
  // Libraries ask for it, and there is nobody by name.
  '--setenv',
  'HOME',
  '/tmp',
  // What is put aside while it works is on the disk and not in the memory.
  ...write.slice(0, 1).flatMap((path) => ['--setenv', 'TMPDIR', path]),
  '--chdir',
  '/',
  '--',
  ...limited(memoryBytes),
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
