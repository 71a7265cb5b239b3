/**
 * What a self-benchmark measures: matrix products in operations a second, a chat model and training in tokens a second,
 * the rest in bytes a second.
 */
export const benchParts = [
  'int8',
  'fp32',
  'fp16',
  'memory',
  'diskWrite',
  'diskRead',
  'prompt',
  'decode',
  'training',
] as const
export type BenchPart = (typeof benchParts)[number]

/** What the owner's caps slow down; measured at full power too, and on each graphics card. */
export const computeParts = ['int8', 'fp32', 'fp16'] as const satisfies readonly BenchPart[]
/** A last repetition that is this much slower than the first is a machine that got too hot or too little power. */
export const THROTTLED = 0.85
