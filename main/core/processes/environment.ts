import { processes, type ChildName, type ProcessEntry } from './table.ts'

/**
 * The environment that children get: what the system needs to run a program, and nothing of the person's beyond a
 * child's own needs.
 */
export function childEnvironment(parent: NodeJS.ProcessEnv, name: ChildName | null = null): Record<string, string> {
  const own: ProcessEntry | null = name && processes[name]
  const passed = [
    'PATH',
    'LANG',
    'LC_ALL',
    'TZ',
    'TMPDIR',
    'TEMP',
    // Without these Windows' own libraries do not load, or find no folder for what they write.
    'SYSTEMROOT',
    'SYSTEMDRIVE',
    'WINDIR',
    'TMP',
    'USERPROFILE',
    'LD_LIBRARY_PATH',
    'VK_ICD_FILENAMES',
    'DISPLAY',
    'WAYLAND_DISPLAY',
    'XDG_RUNTIME_DIR',
    ...(own?.environment ?? []),
  ]
  const kept = Object.fromEntries(passed.flatMap((name) => (parent[name] === undefined ? [] : [[name, parent[name]]])))
  // onnxruntime sends telemetry unless this is set before it loads.
  return { ...kept, ...own?.variables, ORT_DISABLE_TELEMETRY: '1', NODE_NO_WARNINGS: '1' }
}
