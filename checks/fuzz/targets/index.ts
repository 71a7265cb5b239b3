import type { Target } from '../target.ts'
import { archiveTarget, exportTargets, messageTarget, textTarget } from './exports.ts'
import { modelTargets } from './models.ts'
import { recordTargets } from './records.ts'

/** Every reader of strangers' bytes that is fuzzed. */
export const targets: readonly Target[] = [
  ...exportTargets,
  textTarget,
  archiveTarget,
  messageTarget,
  ...modelTargets,
  ...recordTargets,
]
