import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { openModelFolder } from '../../native/trainer/base/model-folder.ts'
import { merge } from '../../native/trainer/service.ts'
import { modelLogits } from '../../test/support/model-logits.ts'
import { recordedAt, variants, writeVariant, type Recorded } from '../../test/support/model-variants.ts'
import { judge, oracle } from './oracle.ts'
import type { Group, Row } from './row.ts'

/** The variants of the project's own tests; with `--record` their right numbers are written anew. */
export const recorded: Group = {
  name: 'recorded variants',
  packages: ['torch', 'transformers', 'peft'],
  async rows(python, folder) {
    const written = []
    for (const [i, variant] of variants.entries()) {
      const { base, adapter } = await writeVariant(join(folder, String(i)), variant)
      written.push({ variant, base, adapter })
    }
    const { answers, versions } = await oracle(
      python,
      folder,
      written.map(({ variant, base, adapter }) => ({
        name: variant.name,
        path: base,
        adapter,
        bare: variant.config['model_type'] === 'bert',
      })),
    )
    const values: Record<string, Recorded['values'][string]> = {}
    const rows: Row[] = []
    for (const [i, { variant, base, adapter }] of written.entries()) {
      const answer = answers[i]
      if (!answer) throw new Error(`no answer for ${variant.name}`)
      const { logits, loss } = answer
      if (!variant.refused && logits) {
        const last = logits.subarray(-(loss === null ? logits.length : logits.length / 40))
        values[variant.name] = { loss, logits: [...last].map((value) => Number(value.toPrecision(8))) }
      }
      const merged = join(folder, String(i), 'merged')
      rows.push(
        await judge(variant.name, answer, async () => {
          if (adapter !== null) await merge(base, adapter, merged, 'safetensors')
          return modelLogits(await openModelFolder(adapter === null ? base : merged))
        }),
      )
    }
    if (process.argv.includes('--record')) await writeFile(recordedAt, `${JSON.stringify({ versions, values })}\n`)
    return rows
  },
}
