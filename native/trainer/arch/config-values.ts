import * as z from 'zod'

/** Sizes in a config.json: bounded, so that a lying file cannot ask for absurd amounts of memory. */
export const positive = z
  .int()
  .min(1)
  .max(2 ** 22)
