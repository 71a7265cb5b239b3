import { join } from 'node:path'
import { openModelFolder, type BaseModel } from '../../native/trainer/base/model-folder.ts'
import { writeGgufModel } from '../../native/trainer/export/merged-model.ts'
import type { Architecture } from '../../native/trainer/models/architecture.ts'
import { openGgufModel } from '../../native/trainer/base/read-gguf.ts'
import { gguf, type TypedValue } from '../../native/trainer/formats/gguf.ts'
import { models } from '../../native/trainer/models/registry.ts'
import { demoBase } from '../../test/support/demo.ts'
import { llamaLogProbabilities } from '../support/llama.ts'
import { logProbabilities } from '../support/log-probabilities.ts'
import { ids, modelLogits } from '../../test/support/model-logits.ts'
import { judge } from './oracle.ts'
import type { Group } from './row.ts'

/** Metadata beside that of the demo model, under its architecture's name. */
const variants: Readonly<Record<string, Readonly<Record<string, TypedValue>>>> = {
  plain: {},
  'factor without a type': { 'rope.scaling.factor': gguf.float32(4) },
  'linear factor': { 'rope.scaling.type': gguf.string('linear'), 'rope.scaling.factor': gguf.float32(4) },
  'linear without a factor': { 'rope.scaling.type': gguf.string('linear') },
  'type none with a factor': { 'rope.scaling.type': gguf.string('none'), 'rope.scaling.factor': gguf.float32(4) },
  'older scale_linear': { 'rope.scale_linear': gguf.float32(4) },
  yarn: { 'rope.scaling.type': gguf.string('yarn'), 'rope.scaling.factor': gguf.float32(4) },
  'base of the positions': { 'rope.freq_base': gguf.float32(500) },
  'half of each head turned': { 'rope.dimension_count': gguf.uint32(8) },
  'scale of the logits': { logit_scale: gguf.float32(0.5) },
  'sliding window': { 'attention.sliding_window': gguf.uint32(8) },
  experts: { expert_count: gguf.uint32(4), expert_used_count: gguf.uint32(2) },
  'scale of the scores': { 'attention.scale': gguf.float32(0.5) },
  'not causal': { 'attention.causal': gguf.bool(false) },
}

const logProbabilitiesOf = (logits: Float32Array) => logProbabilities(logits, logits.length / ids.length)

function withMetadata(architecture: Architecture, changes: Readonly<Record<string, TypedValue>>): Architecture {
  const { gguf: description, type } = architecture
  if (!description) throw new Error('the demo model has no GGUF form')
  const own = Object.entries(changes).map(([key, value]) => [`${type}.${key}`, value] as const)
  return {
    ...architecture,
    gguf: { ...description, metadata: { ...description.metadata, ...Object.fromEntries(own) } },
  }
}

export const metadata: Group = {
  name: 'GGUF metadata',
  packages: [],
  async rows(_, folder) {
    const base = await openModelFolder(demoBase)
    const rows = []
    for (const [name, changes] of Object.entries(variants)) {
      const path = join(folder, `${name}.gguf`)
      const changed: BaseModel = {
        ...base,
        config: {
          ...base.config,
          architecture: (positions) => withMetadata(base.config.architecture(positions), changes),
        },
      }
      await writeGgufModel(path, { base: changed, baseFolder: demoBase, adapter: null })
      const answer = await llamaLogProbabilities(path, null, ids).then(
        (logits) => ({ logits, loss: null, error: null }),
        (error: unknown) => ({ logits: null, loss: null, error: String(error) }),
      )
      rows.push(
        await judge(name, answer, async () => logProbabilitiesOf(await modelLogits(await openGgufModel(path, models)))),
      )
    }
    return rows
  },
}
