import * as z from 'zod'
import { HearthError } from '../../../common/errors/index.ts'
import { BYTE_LEVEL_WORDS } from '../formats/gguf-splitters.ts'

const Step = z.looseObject({
  type: z.string(),
  pretokenizers: z.array(z.unknown()).optional(),
  split: z.boolean().optional(),
  replacement: z.string().optional(),
  pattern: z.union([z.object({ Regex: z.string() }), z.object({ String: z.string() })]).optional(),
  behavior: z.string().optional(),
  invert: z.boolean().optional(),
  use_regex: z.boolean().optional(),
  add_prefix_space: z.boolean().optional(),
})
type Step = z.infer<typeof Step>

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`)
const sourceOf = (pattern: Step['pattern']): string =>
  pattern === undefined ? '' : 'Regex' in pattern ? pattern.Regex : literal(pattern.String)
const splitOn = (pattern: string) => ({
  type: 'Split',
  pattern: { Regex: pattern },
  behavior: 'Isolated',
  invert: false,
})

/**
 * A pre-tokenizer in the terms of the library that runs it, which splits at patterns in one way only and does not split
 * at Metaspace's marks; what tokenizer.json says is put into patterns. @throws HearthError MODEL_UNSUPPORTED
 */
export function splittingAsWritten(value: unknown): unknown {
  const parsed = Step.safeParse(value)
  if (!parsed.success) return value
  const step = parsed.data
  switch (step.type) {
    case 'Sequence':
      return { ...step, pretokenizers: (step.pretokenizers ?? []).map(splittingAsWritten) }
    case 'Metaspace': {
      const mark = literal(step.replacement ?? '▁')
      const marked = { ...step, split: false }
      return step.split === false
        ? marked
        : { type: 'Sequence', pretokenizers: [marked, splitOn(`${mark}[^${mark}]*`)] }
    }
    case 'Split':
      return split(step)
    case 'ByteLevel':
      // The library's own pattern takes the byte order mark for a blank; patterns that it is given do not.
      return step.use_regex === false || step.add_prefix_space
        ? step
        : { type: 'Sequence', pretokenizers: [splitOn(BYTE_LEVEL_WORDS), { ...step, use_regex: false }] }
    default:
      return value
  }
}

function split(step: Step): unknown {
  const pattern = sourceOf(step.pattern)
  const behavior = (step.behavior ?? '').toLowerCase()
  // The library keeps a text that it is told to remove, not a pattern.
  if (behavior === 'removed' && !step.invert) return { ...step, pattern: { Regex: pattern } }
  if (behavior === 'isolated' && !step.invert) return step
  // Whatever is not the pattern, up to the next place where it is.
  const other = String.raw`(?:(?!${pattern})[\s\S])`
  // Inverted or not, both the pattern's places and what lies between them are kept.
  if (behavior === 'isolated') return { ...step, invert: false }
  if (behavior === 'contiguous' && !step.invert) return splitOn(`(?:${pattern})+`)
  if (behavior === 'mergedwithnext' && !step.invert) return splitOn(`(?:${pattern})${other}*`)
  if (behavior === 'mergedwithprevious' && !step.invert) return splitOn(`${other}*(?:${pattern})`)
  throw new HearthError(
    'MODEL_UNSUPPORTED',
    `the tokenizer splits text in a way that is not supported: ${step.behavior ?? 'nothing said'}` +
      (step.invert ? ', inverted' : ''),
    { file: 'tokenizer.json' },
  )
}
