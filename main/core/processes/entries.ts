import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { appPath } from '../resources.ts'
import type { ChildName } from './spawner.ts'

const sources: Readonly<Record<ChildName, string>> = {
  vault: 'main/processes/vault/entry.ts',
  peer: 'main/processes/peer/entry.ts',
  storage: 'main/processes/storage/entry.ts',
  curation: 'main/processes/curation/entry.ts',
  memory: 'main/processes/memory/entry.ts',
  telemetry: 'main/processes/telemetry/entry.ts',
  drill: 'native/exact-inference/entry.ts',
  llm: 'native/llm/entry.ts',
  embedder: 'native/embedder/entry.ts',
  trainer: 'native/trainer/entry.ts',
}

/** The file that a child runs: its source in a checkout, which Node 24 runs unbuilt, or its bundle in a package. */
export function entryOf(name: ChildName): string {
  const source = appPath(sources[name])
  return existsSync(source) ? source : join(appPath('out', 'main'), `${name}.js`)
}
