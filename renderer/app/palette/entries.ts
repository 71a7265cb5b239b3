import type { PaletteEntry } from '../../ui/palette.tsx'

/** An entry with what choosing it does. */
export interface Choice extends PaletteEntry {
  readonly run: () => unknown
}

const folded = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase()

/** The entries that hold every typed word, those whose name begins with the first of them before the others. */
export function matching<Entry extends PaletteEntry>(entries: readonly Entry[], typed: string): Entry[] {
  const words = folded(typed).split(/\s+/).filter(Boolean)
  const [first = ''] = words
  const begins = ({ name }: Entry): boolean => folded(name).startsWith(first)
  return entries
    .filter(({ name, about }) => words.every((word) => folded(`${name} ${about}`).includes(word)))
    .toSorted((a, b) => Number(begins(b)) - Number(begins(a)))
}
