import { mkdir, open, rm, stat, writeFile } from 'node:fs/promises'
import { basename, extname } from 'node:path'
import type { BroughtItem } from '../../../../common/model/collection.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { sha256Of } from '../../../core/files.ts'
import { copyFilePrivately } from '../../../core/private-files.ts'
import { filesBelow, filesOf, type Wanted } from '../../../importers/archive.ts'
import type { Skip } from '../../../importers/raw-item.ts'
import { monoOf } from '../audio/read-audio.ts'
import { mediaExtensions, mediaKindOf } from './kinds.ts'
import { mediaFiles } from './media-folder.ts'
import { galleryThumbnail, measurePicture, saidBeside } from './picture.ts'
import { freed, measureRecording } from './recording.ts'
import { tellVoices, voiceFrames } from './voices.ts'

const MEDIA: Wanted = { extensions: mediaExtensions, otherwise: 'files that are neither pictures nor recordings' }
const MOST_ITEMS = 100_000
const LONGEST_NAME = 500
const MOST_NAMED = 20

/** What was taken in, and the names of the first files that could not be read. */
interface Collected {
  readonly items: number
  readonly broken: string[]
}

/**
 * Takes pictures and recordings into a collection's folder, which must be empty: files, folders and archives, each file
 * once. What cannot be read is passed over and counted. Voices are told apart when all have been heard.
 */
export async function collectMedia(
  paths: readonly string[],
  folder: string,
  skip: Skip,
  onProgress: (items: number) => void,
): Promise<Collected> {
  const places = mediaFiles(folder)
  await Promise.all([places.files, places.thumbnails].map((place) => mkdir(place, { recursive: true, mode: 0o700 })))
  const items = new Map<string, BroughtItem>()
  const voices = new Map<string, Float64Array[] | null>()
  const broken: string[] = []
  for (const path of paths) {
    for await (const found of filesAt(path, skip)) {
      try {
        const id = await sha256Of(found.path)
        if (items.has(id)) skip('there already')
        else if (items.size < MOST_ITEMS) items.set(id, await take(id, found, folder, voices))
        else throw tooMany()
      } catch (error) {
        if (!isOfTheFile(error)) throw error
        skip('files that cannot be read')
        if (broken.length < MOST_NAMED) broken.push(found.name.slice(0, LONGEST_NAME))
      }
      onProgress(items.size)
    }
  }
  const spoken = [...voices]
  const told = new Map(tellVoices(spoken.map(([, frames]) => frames)).map((voice, i) => [spoken[i]![0], voice]))
  await using target = await open(places.items, 'wx', 0o600)
  for (const item of items.values())
    await target.write(
      `${JSON.stringify(item.kind === 'recording' ? { ...item, voice: told.get(item.id) ?? null } : item)}\n`,
    )
  await target.sync()
  return { items: items.size, broken }
}

const tooMany = () =>
  new HearthError('BAD_INPUT', `there are more than ${MOST_ITEMS} pictures and recordings; bring them in parts`)

/** What is wrong with one file is no reason to leave the others. */
const isOfTheFile = (error: unknown): boolean =>
  error instanceof HearthError
    ? error.code === 'DATASET_BROKEN' || error.code === 'NOT_FOUND'
    : ['EACCES', 'EPERM', 'ENOENT', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')

async function* filesAt(path: string, skip: Skip): AsyncGenerator<{ path: string; name: string }> {
  const info = await stat(path).catch((error: Error) => {
    throw new HearthError('NOT_FOUND', `there is no ${path}`, {}, { cause: error })
  })
  const name = basename(path)
  if (info.isDirectory()) yield* filesBelow(path, MEDIA, skip)
  else if (extname(name).toLowerCase() === '.zip') yield* filesOf(path, name, MEDIA, skip)
  else if (mediaKindOf(extname(name))) yield { path, name }
  else skip(MEDIA.otherwise)
}

async function take(
  id: string,
  { path, name }: { path: string; name: string },
  folder: string,
  voices: Map<string, Float64Array[] | null>,
): Promise<BroughtItem> {
  const places = mediaFiles(folder)
  const brought = {
    id,
    name: name.slice(0, LONGEST_NAME),
    extension: extname(name).toLowerCase(),
    bytes: (await stat(path)).size,
  }
  if (mediaKindOf(brought.extension) === 'recording') {
    // What leaves is heard, so that nothing is promised that cannot leave.
    const { decoded } = await freed(path, name)
    const { samples, rate } = monoOf(decoded)
    const item: BroughtItem = { kind: 'recording', ...brought, facts: measureRecording(decoded), voice: null }
    voices.set(id, voiceFrames(samples, rate))
    await copyFilePrivately(path, places.fileOf(item))
    return item
  }
  const item: BroughtItem = {
    kind: 'picture',
    ...brought,
    facts: await measurePicture(path),
    ...(await saidBeside(path)),
  }
  await writeFile(places.thumbnailOf(id), await galleryThumbnail(path), { mode: 0o600 })
  await copyFilePrivately(path, places.fileOf(item)).catch(async (error: unknown) => {
    await rm(places.thumbnailOf(id), { force: true })
    throw error
  })
  return item
}
