import type { Random } from '../../native/trainer/random.ts'

export const digits = (random: Random, count: number): string =>
  Array.from({ length: count }, () => random.uint32() % 10).join('')
export function pick<T>(random: Random, items: readonly T[]): T {
  const item = items[random.uint32() % items.length]
  if (item === undefined) throw new Error('nothing to pick from')
  return item
}
export const between = (random: Random, from: number, to: number): number => from + (random.uint32() % (to - from + 1))
export const two = (value: number): string => String(value).padStart(2, '0')
const alphabet = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789'
export const token = (random: Random, length: number, letters = alphabet): string =>
  Array.from({ length }, () => letters[random.uint32() % letters.length]).join('')
/** A day of somebody's birth. */
export const birthday = (random: Random): { y: number; m: number; d: number } => ({
  y: between(random, 1940, 2004),
  m: between(random, 1, 12),
  d: between(random, 1, 28),
})
