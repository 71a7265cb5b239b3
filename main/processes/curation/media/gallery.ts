import type { BroughtItem, CollectionChoices, GalleryItem } from '../../../../common/model/collection.ts'
import type { MediaOrder, MediaReason } from '../../../../common/model/data-names.ts'
import { chosen, ratedOf } from './choose-media.ts'
import { readMedia, thumbnailUrl } from './media-folder.ts'
import { mediaReport } from './media-report.ts'

/** What comes first; what an order does not speak of comes last. */
const places: Readonly<Record<MediaOrder, (item: BroughtItem) => number>> = {
  brought: () => 0,
  'least sharp': (item) => (item.kind === 'picture' ? item.facts.sharpness : Infinity),
  shortest: (item) => (item.kind === 'recording' ? item.facts.seconds : Infinity),
  largest: (item) => -item.bytes,
}

/** A page of a collection, each item with its small copy and whether it leaves. */
export async function galleryPage(
  folder: string,
  choices: CollectionChoices,
  order: MediaOrder,
  offset: number,
  limit: number,
): Promise<{ rows: GalleryItem[]; more: boolean }> {
  const items = await readMedia(folder)
  const reasons = chosen(items, choices)
  const place = places[order]
  const page = items
    .map((item, i) => ({ item, dropped: reasons[i]! }))
    // Not by subtraction: infinity less infinity is no number.
    .toSorted((a, b) => (place(a.item) < place(b.item) ? -1 : Number(place(a.item) > place(b.item))))
    .slice(offset, offset + limit)
  return {
    rows: await Promise.all(
      page.map(async ({ item, dropped }) => ({ item, dropped, thumbnail: await thumbnailUrl(folder, item) })),
    ),
    more: offset + limit < items.length,
  }
}

/**
 * What is said of a collection: as it was brought, what its files say beside their contents, and what the choices
 * leave.
 */
export async function judgeMedia(folder: string, choices: CollectionChoices) {
  const items = await readMedia(folder)
  const reasons = chosen(items, choices)
  const dropped: Partial<Record<MediaReason, number>> = {}
  for (const reason of reasons) if (reason !== null) dropped[reason] = (dropped[reason] ?? 0) + 1
  const leaving = items.filter((_, i) => reasons[i] === null)
  const pictures = items.filter((item) => item.kind === 'picture')
  return {
    report: mediaReport(items.map(ratedOf)),
    hidden: {
      located: pictures.filter(({ located }) => located).length,
      saying: pictures.filter(({ says }) => says.length > 0).length,
      voices: new Set(items.flatMap((item) => (item.kind === 'recording' && item.voice !== null ? [item.voice] : [])))
        .size,
    },
    leaving: { items: leaving.length, dropped, report: mediaReport(leaving.map(ratedOf)) },
  }
}
