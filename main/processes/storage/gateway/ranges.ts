/** Bytes from (inclusive) to end (exclusive). */
export interface ByteRange {
  readonly from: number
  readonly end: number
}

/** More ranges than these are answered with the whole, as RFC 9110, 14.2 allows. */
const MOST_RANGES = 16

/**
 * The ranges that a Range header asks for, clamped to what there is (RFC 9110, section 14). Null where there is none
 * or it is to be ignored: another unit, not well-formed, too many; an empty list where no byte of it exists.
 */
export function readRanges(header: string | undefined, size: number): readonly ByteRange[] | null {
  // No range of nothing exists, and clients that always send one still want the empty file.
  if (header === undefined || size === 0) return null
  const [, list] = /^bytes=(.*)$/i.exec(header.trim()) ?? []
  if (list === undefined) return null
  const specs = list
    .split(',')
    .map((spec) => spec.trim())
    .filter((spec) => spec !== '')
  if (specs.length === 0 || specs.length > MOST_RANGES) return null
  const ranges: ByteRange[] = []
  for (const spec of specs) {
    const [, first, last] = /^(\d*)-(\d*)$/.exec(spec) ?? []
    if (first === undefined || last === undefined || (first === '' && last === '')) return null
    if (first === '') {
      const length = Math.min(Number(last), size)
      if (length > 0) ranges.push({ from: size - length, end: size })
      continue
    }
    const [from, end] = [Number(first), last === '' ? size : Math.min(Number(last) + 1, size)]
    if (last !== '' && Number(last) < from) return null
    if (from < size) ranges.push({ from, end })
  }
  // Ranges that overlap would make the answer larger than the file: no honest client asks for them.
  const total = ranges.reduce((sum, { from, end }) => sum + end - from, 0)
  return ranges.length > 1 && total > size ? null : ranges
}

export const contentRange = ({ from, end }: ByteRange, size: number): string => `bytes ${from}-${end - 1}/${size}`
