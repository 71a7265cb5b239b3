import type { Recipe } from '../../../common/model/recipe.ts'
import { Random } from '../random.ts'
import type { PreparedData } from './prepared-file.ts'
import { NO_LABEL } from './sequence.ts'

/** Random data for one step of a recipe, to measure a machine before it has the real data. */
export function randomData(
  { classes, data: { sequenceLength: length }, batch }: Recipe,
  vocabulary: number,
): PreparedData {
  const random = new Random('measure')
  const sequences = Array.from({ length: batch.sequences * batch.accumulation }, () => {
    const ids = Int32Array.from({ length }, () => random.below(vocabulary))
    // Each token's target is the next token; the last has none.
    const targets = Int32Array.from({ length }, (_, i) => (classes === null && i + 1 < length ? ids[i + 1]! : NO_LABEL))
    return {
      ids,
      targets,
      segments: new Uint16Array(length).fill(1),
      types: new Uint8Array(length),
      label: classes === null ? NO_LABEL : random.below(classes.length),
    }
  })
  return { length, sequences, heldOut: 0 }
}
