import type { DrawPreview } from '../../../../common/model/data-market.ts'
import { MOST_SEGMENT_BYTES, type HsegKey } from '../../../../common/model/hseg.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { commitOf } from '../../../core/segment-proof.ts'
import type { Extent } from './layout.ts'
import { openSegments, type OpenedSegments } from './open.ts'
import { openPublic } from './public.ts'

const LINE_FEED = 0x0a
/** Sealed bytes that are shown on either side of a drawn segment, and in all; a lot of twenty always fits. */
const MOST_BESIDE = 2 ** 16
const MOST_SHOWN = 20 * MOST_SEGMENT_BYTES
/** Segments of a dataset that are shown beside the drawn ones, in all. */
const MOST_SHARE_BESIDE = 0.1
/** A preview is one block. What stands beside the sealed bytes of a segment is its number, keys and path. */
const MOST_BYTES = 2 ** 20
const BESIDE_BYTES = 300
const NEIGHBOUR_BYTES = 67

/**
 * Shows drawn segments with their keys, and beside each as many as it takes to see one whole row: behind it, or before
 * it where the rows end. Within bounds: the drawn ones always come.
 * @param rows plain bytes of the rows, with which the package begins; what lies behind them is no row
 * @throws HearthError BAD_INPUT where there is no such segment, WRONG_KEY, FILE_DAMAGED
 */
export async function showSegments(
  folder: string,
  key: HsegKey,
  drawn: readonly number[],
  rows: number,
): Promise<DrawPreview> {
  await using sealed = await openPublic(folder)
  const { keyOf, plain } = openSegments(sealed, key)
  const { count } = sealed.extent
  const beyond = drawn.find((number) => number >= count)
  if (beyond !== undefined)
    throw new HearthError('BAD_INPUT', `there is no segment ${beyond}; this dataset has ${count}`)
  const numbers = await withRows(sealed.extent, plain, drawn, rows)
  const { pathOf } = await sealed.keys.tree(numbers)
  const segments: DrawPreview['segments'] = []
  for (const number of numbers)
    segments.push({
      number,
      last: number === count - 1,
      key: (await keyOf(number)).toString('hex'),
      wrapped: (await sealed.keys.at(number)).wrapped.toString('hex'),
      sealed: (await sealed.segments.at(number)).toString('base64'),
      ...pathOf(number),
    })
  return { format: 'HEARTH-LOT-2', dataset: sealed.header.dataset, segments }
}

/** The drawn segments and those beside them that show a row whole, in order. */
async function withRows(
  { count, segment, plain: size }: Extent,
  plain: OpenedSegments['plain'],
  drawn: readonly number[],
  rows: number,
): Promise<number[]> {
  const shown = new Set(drawn)
  const written = BESIDE_BYTES + NEIGHBOUR_BYTES * Math.ceil(Math.log2(count)) + Math.ceil(segment / 3) * 4
  const most = Math.min(
    Math.floor(Math.min(MOST_SHOWN / segment, (MOST_BYTES - BESIDE_BYTES) / written)),
    // Long lines must not give a small dataset away.
    shown.size + Math.ceil(count * MOST_SHARE_BESIDE),
  )
  const beside = MOST_BESIDE / segment
  const ends = async (at: number): Promise<number> => {
    const bytes = (await plain(at)).subarray(0, rows - at * size)
    // A row that begins a segment cannot be told from the end of one before, but for the first of all.
    return bytes.filter((byte) => byte === LINE_FEED).length + (at === 0 ? 1 : 0)
  }
  for (const number of [...new Set(drawn)].toSorted((a, b) => a - b)) {
    if (number * size >= rows) continue
    const last = Math.min(count, Math.ceil(rows / size))
    const end = Math.min(last, number + 1 + beside)
    const behind = Array.from({ length: end - number }, (_, i) => number + i)
    const before = Array.from({ length: end < last ? 0 : Math.min(number, beside) }, (_, i) => number - 1 - i)
    let found = 0
    for (const at of [...behind, ...before]) {
      if (found >= 2 || (!shown.has(at) && shown.size >= most)) break
      shown.add(at)
      found += await ends(at)
    }
  }
  return [...shown].toSorted((a, b) => a - b)
}

/**
 * Whether each shown segment lies in the package at its place, under the same key: what a lot showed of another
 * ciphertext says nothing of this one.
 * @throws HearthError NOT_FOUND, FILE_DAMAGED, BAD_INPUT for a package of HSEG1
 */
export async function holdsShown(folder: string, { dataset, segments }: DrawPreview): Promise<boolean> {
  await using sealed = await openPublic(folder)
  if (dataset !== sealed.header.dataset) return false
  for (const { number, last, key, wrapped, sealed: bytes } of segments) {
    if (number >= sealed.extent.count || last !== (number === sealed.extent.count - 1)) return false
    const entry = await sealed.keys.at(number)
    const isBound =
      entry.commit.equals(commitOf(Buffer.from(key, 'hex'))) && entry.wrapped.equals(Buffer.from(wrapped, 'hex'))
    if (!isBound || !(await sealed.segments.at(number)).equals(Buffer.from(bytes, 'base64'))) return false
  }
  return true
}
