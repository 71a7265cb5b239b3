import { closeSync, openSync, readdirSync, readSync } from 'node:fs'
import { join } from 'node:path'
import { nameOf, nativePackages, type Target } from './targets.ts'

/** ELF e_machine, Mach-O cputype and PE Machine of the processors that Hearth is packaged for. */
const processors = {
  linux: { x64: 0x3e, arm64: 0xb7 },
  darwin: { x64: 0x0100_0007, arm64: 0x0100_000c },
  win32: { x64: 0x8664, arm64: 0xaa64 },
} as const

/** The system and processor that a file is machine code for; null where it is none. */
export function codeOf(file: string): Target | { readonly platform: string; readonly arch: string } | null {
  const head = Buffer.alloc(4096)
  const handle = openSync(file, 'r')
  const read = readSync(handle, head, 0, head.length, 0)
  closeSync(handle)
  if (read < 64) return null
  const named = (platform: keyof typeof processors, code: number) => ({
    platform,
    arch: Object.entries(processors[platform]).find(([, number]) => number === code)?.[0] ?? `0x${code.toString(16)}`,
  })
  // The magic numbers of elf(5), <mach-o/loader.h> and the PE format's DOS header.
  if (head.readUInt32BE(0) === 0x7f45_4c46) return named('linux', head.readUInt16LE(18))
  if (head.readUInt32LE(0) === 0xfeed_facf) return named('darwin', head.readUInt32LE(4))
  if (head.readUInt16BE(0) === 0x4d5a) {
    const header = head.readUInt32LE(60)
    return header + 6 <= read && head.readUInt32BE(header) === 0x5045_0000
      ? named('win32', head.readUInt16LE(header + 4))
      : null
  }
  return null
}

/** Files of machine code in a folder, by their paths below it. */
export const nativesIn = (
  folder: string,
): readonly { readonly path: string; readonly code: ReturnType<typeof codeOf> }[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .flatMap((file) => {
      const code = codeOf(file)
      return code ? [{ path: file.slice(folder.length + 1).replaceAll('\\', '/'), code }] : []
    })

/** What a host of a target cannot do without, as the beginnings of paths. */
const needed = (target: Target): readonly string[] => [
  `node_modules/better-sqlite3/prebuilds/${nameOf(target)}.node`,
  // There is no ONNX Runtime for Macs with Intel processors any more.
  ...(nameOf(target) === 'darwin-x64'
    ? []
    : [`node_modules/onnxruntime-node/bin/napi-v6/${target.platform}/${target.arch}/`]),
  ...nativePackages(target).map((name) => `node_modules/${name}/`),
]

/** @throws Error where machine code is another system's, or some that the host needs is not there */
export function requireNatives(folder: string, target: Target): void {
  const natives = nativesIn(folder)
  const foreign = natives.filter(({ code }) => code?.platform !== target.platform || code.arch !== target.arch)
  const missing = needed(target).filter((start) => !natives.some(({ path }) => path.startsWith(start)))
  if (foreign.length > 0)
    throw new Error(`machine code of another system: ${foreign.map(({ path }) => path).join(', ')}`)
  if (missing.length > 0) throw new Error(`missing for ${nameOf(target)}: ${missing.join(', ')}`)
}
