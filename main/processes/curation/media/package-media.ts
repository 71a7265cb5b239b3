import { mkdir, open, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import {
  MediaRow,
  type BroughtItem,
  type CollectionChoices,
  type MediaReport,
} from '../../../../common/model/collection.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { sha256Of } from '../../../core/files.ts'
import { readJsonLines } from '../../../core/read-lines.ts'
import { chosen } from './choose-media.ts'
import { notAsSaid } from './hold-to-row.ts'
import { leavesAs } from './kinds.ts'
import { mediaFiles, readMedia } from './media-folder.ts'
import { mediaReport, type Rated } from './media-report.ts'
import { measurePicture, previewThumbnail, writePicture } from './picture.ts'
import { freed, measureRecording } from './recording.ts'

/**
 * Writes what leaves: each file under a number, with nothing beside its picture or sound, and a row each. What cannot
 * be read any more stays, and is named as its owner named it.
 * @param rows the file of rows, in the same folder
 */
export async function packageMedia(
  folder: string,
  choices: CollectionChoices,
  out: string,
  rows: string,
  onProgress: (items: number) => void,
): Promise<{ items: number; report: MediaReport; broken: string[] }> {
  const items = await readMedia(folder)
  const reasons = chosen(items, choices)
  await mkdir(join(out, 'files'), { recursive: true, mode: 0o700 })
  const rated: Rated[] = []
  await using target = await open(join(out, rows), 'wx', 0o600)
  const broken: string[] = []
  for (const item of items.filter((_, i) => reasons[i] === null)) {
    const row = await leave(item, mediaFiles(folder).fileOf(item), out, rated.length + 1).catch((error: unknown) => {
      if (!(error instanceof HearthError) || error.code !== 'DATASET_BROKEN') throw error
      broken.push(item.name)
      return null
    })
    if (!row) continue
    await target.write(`${JSON.stringify(row)}\n`)
    rated.push({ ...row, digest: row.sha256 })
    onProgress(rated.length)
  }
  await target.sync()
  return { items: rated.length, report: mediaReport(rated), broken }
}

async function leave(item: BroughtItem, from: string, out: string, number: number): Promise<MediaRow> {
  const pathOf = (extension: string): string => `files/${String(number).padStart(6, '0')}${extension}`
  const fileAt = async (path: string) => ({
    path,
    sha256: await sha256Of(join(out, path)),
    bytes: (await stat(join(out, path))).size,
  })
  if (item.kind === 'recording') {
    const { extension, bytes, decoded } = await freed(from, item.name)
    const path = pathOf(extension)
    await writeFile(join(out, path), bytes, { mode: 0o600 })
    return { kind: item.kind, ...(await fileAt(path)), ...measureRecording(decoded) }
  }
  const extension = leavesAs(item.extension)
  const path = pathOf(extension)
  await writePicture(from, join(out, path), extension)
  return {
    kind: item.kind,
    ...(await fileAt(path)),
    ...(await measurePicture(join(out, path))),
    thumbnail: await previewThumbnail(join(out, path)),
  }
}

/**
 * Holds opened files to their rows, and the rows to the report that the seller gave.
 * @throws HearthError FILE_DAMAGED, DATASET_BROKEN
 */
export async function checkMedia(
  folder: string,
  rows: string,
  promised: MediaReport | null,
  onProgress: (items: number) => void,
): Promise<void> {
  const rated: Rated[] = []
  for await (const { value, number } of readJsonLines(join(folder, rows))) {
    const parsed = MediaRow.safeParse(value)
    if (!parsed.success) throw new HearthError('FILE_DAMAGED', `row ${number} describes no picture or recording`)
    const row = parsed.data
    const file = join(folder, row.path)
    const differs = (what: string) => new HearthError('FILE_DAMAGED', `${row.path} is not what its row says: ${what}`)
    if ((await sha256Of(file).catch(() => null)) !== row.sha256) throw differs('its bytes are others')
    const wrong = await notAsSaid(file, row)
    if (wrong !== null) throw differs(wrong)
    rated.push({ ...row, digest: row.sha256 })
    onProgress(rated.length)
  }
  if (promised && !isDeepStrictEqual(mediaReport(rated), promised))
    throw new HearthError('FILE_DAMAGED', 'the report of the collection does not hold: its rows give another')
}
