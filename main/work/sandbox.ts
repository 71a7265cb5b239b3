import { totalmem } from 'node:os'
import type { SandboxPolicy } from '../core/processes/sandbox.ts'
import type { Limits } from '../core/processes/supervised.ts'
import type { Resource, WorkSandbox } from './work-kind.ts'

interface Places {
  /** Folders of the work itself. */
  readonly work: Pick<SandboxPolicy, 'write' | 'read'>
  /** Where what a kind may read lies at present. */
  readonly resources: Readonly<Record<Resource, () => readonly string[]>>
}

/** What the engine of a kind may touch, asked anew at each start, and what ends it when it oversteps. */
export const sandboxOf = (
  { memory, silenceMs, reads }: WorkSandbox,
  { work, resources }: Places,
): { readonly policy: () => SandboxPolicy; readonly limits: Limits } => ({
  policy: () => ({ write: work.write, read: [...work.read, ...reads.flatMap((resource) => resources[resource]())] }),
  limits: { memoryBytes: 'bytes' in memory ? memory.bytes : totalmem() * memory.share, silenceMs },
})
