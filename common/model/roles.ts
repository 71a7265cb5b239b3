/** What somebody came to Hearth for. It decides what stands first; nothing is locked away. */
export const roles = ['earn', 'data', 'avatar', 'buy'] as const
export type Role = (typeof roles)[number]
