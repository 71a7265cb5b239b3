import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { apart, lossOf, modelLogits } from '../../test/support/model-logits.ts'
import { readRecorded, variants, writeVariant } from '../../test/support/model-variants.ts'
import { openModelFolder } from './base/model-folder.ts'
import { merge } from './service.ts'

const root = await mkdtemp(join(tmpdir(), 'hearth-variants-'))
afterAll(() => rm(root, { recursive: true }))
/** Of transformers 5.24 and peft 0.21; `npm run check:models "recorded variants" -- --record` makes them anew. */
const recorded = await readRecorded()

describe.each(variants)('$name', (variant) => {
  const compute = async () => {
    const folder = join(root, variant.name.replaceAll(/\W+/g, '-'))
    const { base, adapter } = await writeVariant(folder, variant)
    if (adapter === null) return modelLogits(await openModelFolder(base))
    await merge(base, adapter, join(folder, 'merged'), 'safetensors')
    return modelLogits(await openModelFolder(join(folder, 'merged')))
  }
  const { refused } = variant
  if (refused)
    it('is refused in words', async () => {
      await expect(compute()).rejects.toMatchObject({
        code: expect.stringMatching(/^MODEL_/) as string,
        message: expect.stringMatching(refused) as string,
      })
    })
  else
    it('is computed as by transformers and peft', async () => {
      const logits = await compute()
      const right = recorded.values[variant.name]
      expect(right).toBeDefined()
      expect(apart(logits.subarray(-(right?.logits.length ?? 0)), right?.logits ?? [])).toBeLessThan(1e-4)
      if (right?.loss != null) expect(Math.abs(lossOf(logits) / right.loss - 1)).toBeLessThan(1e-5)
    })
})
