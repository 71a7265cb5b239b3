// electron-builder's hooks. What goes beside the archive is laid out before it is packed, since the archive has the
// hashes, and put there afterwards: electron-builder's own copies leave folders named node_modules out.
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { stage } from './stage.ts'
import { targetOf } from './targets.ts'

const archs = { 1: 'x64', 3: 'arm64' }
const staged = new Map()
const keyOf = ({ electronPlatformName, arch }) => `${electronPlatformName}-${archs[arch]}`

export async function beforePack(context) {
  staged.set(keyOf(context), await stage(targetOf(context.electronPlatformName, archs[context.arch])))
}

export function afterPack(context) {
  const resources = context.packager.getResourcesDir(context.appOutDir)
  const from = staged.get(keyOf(context))
  for (const part of ['host', 'runtime', 'bin']) cpSync(join(from, part), join(resources, part), { recursive: true })
}
