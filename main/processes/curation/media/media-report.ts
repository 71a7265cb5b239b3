import type { MediaReport, PictureFacts, RecordingFacts } from '../../../../common/model/collection.ts'
import { LookAlikes } from './look-alikes.ts'
import { rounded } from './rounded.ts'

/** What a report needs of an item, brought or sold. */
export type Rated = { readonly bytes: number; readonly digest: string } & (
  | ({ readonly kind: 'picture' } & Pick<PictureFacts, 'width' | 'height' | 'sharpness' | 'look'>)
  | ({ readonly kind: 'recording' } & Pick<RecordingFacts, 'seconds' | 'range' | 'clipped' | 'silent'>)
)

/** The report of a collection, from its items' figures alone. */
export function mediaReport(items: readonly Rated[]): MediaReport {
  const pictures = items.filter((item) => item.kind === 'picture')
  const recordings = items.filter((item) => item.kind === 'recording')
  const seen = new Set<string>()
  const alikes = new LookAlikes()
  let [exact, near] = [0, 0]
  for (const item of items) {
    // What is the same already is not counted as similar as well.
    if (seen.has(item.digest)) exact++
    else if (item.kind === 'picture' && alikes.see(item.look)) near++
    seen.add(item.digest)
  }
  return {
    version: 1,
    bytes: items.reduce((sum, { bytes }) => sum + bytes, 0),
    pictures: {
      items: pictures.length,
      side: at(0.5, pictures.map(shorterSide)),
      sharpness: at(
        0.5,
        pictures.map(({ sharpness }) => sharpness),
      ),
      leastSharp: at(
        0.1,
        pictures.map(({ sharpness }) => sharpness),
      ),
    },
    recordings: {
      items: recordings.length,
      seconds: rounded(recordings.reduce((sum, { seconds }) => sum + seconds, 0)),
      range: at(
        0.5,
        recordings.flatMap(({ range }) => range ?? []),
      ),
      clipped: recordings.filter(({ clipped }) => clipped > 0).length,
      silent: at(
        0.5,
        recordings.map(({ silent }) => silent),
      ),
    },
    duplicates: { exact, near },
  }
}

export const shorterSide = ({ width, height }: Pick<PictureFacts, 'width' | 'height'>): number =>
  Math.min(width, height)

/** A share of values lies below; null of none. */
function at(share: number, values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null
}
