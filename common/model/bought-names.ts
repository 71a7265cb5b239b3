/** Closed lists of what becomes of bought data, for the window as well, which loads no schemas. */

/** Learning from it, remembering it, and looking at it as a table. */
export const boughtWays = ['train', 'remember', 'table'] as const
export type BoughtWay = (typeof boughtWays)[number]

/** Why something may not be done: the licence is for other uses, or its term is over. */
export const licenceLimits = ['use', 'term'] as const
export type LicenceLimit = (typeof licenceLimits)[number]
