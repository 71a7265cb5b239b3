/** What a self-benchmark measures: matrix products in operations a second, the rest in bytes a second. */
export const benchParts = ['int8', 'fp32', 'memory', 'diskWrite', 'diskRead'] as const
export type BenchPart = (typeof benchParts)[number]
