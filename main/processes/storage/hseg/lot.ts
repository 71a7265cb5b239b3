import type { DrawPreview } from '../../../../common/model/data-market.ts'
import { MOST_SEGMENT_BYTES, type HsegKey } from '../../../../common/model/hseg.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { commitOf } from '../../../core/segment-proof.ts'
import type { Extent } from './layout.ts'
import { openSegments, type OpenedSegments } from './open.ts'
import { openPublic } from './public.ts'

const LINE_FEED = 0x0a
/** Sealed bytes that are shown behind a drawn segment, and in all; a lot of twenty always fits. */
const MOST_BEHIND = 2 ** 16
const MOST_SHOWN = 20 * MOST_SEGMENT_BYTES
/** Segments of a dataset that are shown behind the drawn ones, in all. */
const MOST_SHARE_BEHIND = 0.1
/** A preview is one block. What stands beside the sealed bytes of a segment is its number, keys and path. */
const MOST_BYTES = 2 ** 20
const BESIDE_BYTES = 300
const NEIGHBOUR_BYTES = 67

/**
 * Shows drawn segments with their keys, and behind each as many as it takes to see one whole line that begins in it or
 * after it, within bounds: the drawn ones always come.
 * @throws HearthError BAD_INPUT where there is no such segment, WRONG_KEY, FILE_DAMAGED
 */
export async function showSegments(folder: string, key: HsegKey, drawn: readonly number[]): Promise<DrawPreview> {
  await using sealed = await openPublic(folder)
  const { keyOf, plain } = openSegments(sealed, key)
  const { count } = sealed.extent
  const beyond = drawn.find((number) => number >= count)
  if (beyond !== undefined)
    throw new HearthError('BAD_INPUT', `there is no segment ${beyond}; this dataset has ${count}`)
  const numbers = await withLines(sealed.extent, plain, drawn)
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

/** The drawn segments and those behind them that end a line, in order. */
async function withLines(
  { count, segment }: Extent,
  plain: OpenedSegments['plain'],
  drawn: readonly number[],
): Promise<number[]> {
  const shown = new Set(drawn)
  const written = BESIDE_BYTES + NEIGHBOUR_BYTES * Math.ceil(Math.log2(count)) + Math.ceil(segment / 3) * 4
  const most = Math.min(
    Math.floor(Math.min(MOST_SHOWN / segment, (MOST_BYTES - BESIDE_BYTES) / written)),
    // Long lines must not give a small dataset away.
    shown.size + Math.ceil(count * MOST_SHARE_BEHIND),
  )
  for (const number of [...new Set(drawn)].toSorted((a, b) => a - b)) {
    const end = Math.min(count, number + 1 + MOST_BEHIND / segment)
    // A line that begins the segment cannot be told from the end of one before, but for the first of all.
    let feeds = number === 0 ? 1 : 0
    for (let at = number; at < end; at++) {
      if (!shown.has(at) && shown.size >= most) break
      shown.add(at)
      for (const byte of await plain(at)) if (byte === LINE_FEED) feeds++
      if (feeds >= 2) break
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
