import * as z from 'zod'

/** Sizes in a config.json: bounded, so that a lying file cannot ask for absurd amounts of memory. */
export const positive = z
  .int()
  .min(1)
  .max(2 ** 22)

/** For `refine`: the width divides into heads. */
export const divides = (width: number, heads: number): boolean => width % heads === 0
export const UNEVEN_HEADS = 'the width does not divide into the attention heads'
