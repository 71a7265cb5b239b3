import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { BroughtItem } from '../../../../common/model/collection.ts'
import { readJsonLines } from '../../../core/read-lines.ts'

/** Where a collection keeps what was brought: a line an item, the files as they came, and small copies of pictures. */
export const mediaFiles = (folder: string) => ({
  items: join(folder, 'media.jsonl'),
  files: join(folder, 'files'),
  thumbnails: join(folder, 'thumbnails'),
  fileOf: ({ id, extension }: BroughtItem): string => join(folder, 'files', id + extension),
  thumbnailOf: (id: string): string => join(folder, 'thumbnails', `${id}.webp`),
})

export async function readMedia(folder: string): Promise<BroughtItem[]> {
  const items: BroughtItem[] = []
  for await (const { value } of readJsonLines(mediaFiles(folder).items)) items.push(BroughtItem.parse(value))
  return items
}

/** An item's small copy as a data URL. */
export async function thumbnailUrl(folder: string, { kind, id }: BroughtItem): Promise<string | null> {
  return kind === 'recording'
    ? null
    : `data:image/webp;base64,${await readFile(mediaFiles(folder).thumbnailOf(id), 'base64')}`
}
