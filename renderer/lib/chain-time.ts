/** The last moment that a date can hold, in milliseconds since 1970. */
const LAST = 8.64e15

/** Milliseconds for seconds on the chain, in decimal; null for a number that is no date, such as "never" as 2²⁵⁶−1. */
export function chainTime(seconds: string): number | null {
  const milliseconds = Number(seconds) * 1000
  return milliseconds > LAST ? null : milliseconds
}
