/**
 * Whether a source's memories may go into a prompt for a model elsewhere. The window needs it too, which loads no
 * schemas.
 */
export const memoryLabels = ['private', 'shareable'] as const
export type MemoryLabel = (typeof memoryLabels)[number]

/** Letters of a life in somebody's own words. */
export const longestBiography = 4000
