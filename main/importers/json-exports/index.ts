import { readFile, stat } from 'node:fs/promises'
import { HearthError, messageOf } from '../../../common/errors/index.ts'
import type { RawItem, Skip } from '../raw-item.ts'
import { chatGpt } from './chatgpt.ts'
import { claude } from './claude.ts'
import { discord } from './discord.ts'
import type { JsonExport } from './export-format.ts'
import { googleChat } from './google-chat.ts'
import { meta } from './meta.ts'
import { telegram } from './telegram.ts'
import { twitter } from './twitter.ts'

const known: readonly JsonExport[] = [chatGpt, claude, discord, googleChat, meta, telegram, twitter]
/** Whole JSON files are read at once, so they have a limit. */
const MOST_JSON = 512 * 2 ** 20

/** Items of an app's JSON export. @param format null: told by its shape. @throws HearthError DATASET_BROKEN */
export async function readJsonExport(
  path: string,
  file: string,
  format: string | null,
  skip: Skip,
): Promise<Iterable<RawItem>> {
  const value = await json(path, file)
  const found = known.find((it) => (format === null ? it.looksLike(value) : it.format === format))
  if (!found)
    throw new HearthError(
      'DATASET_BROKEN',
      `${file} is neither an export of ${known.map(({ name }) => name).join(', ')} nor JSONL`,
      { file },
    )
  return found.read(value, file, skip)
}

async function json(path: string, file: string): Promise<unknown> {
  const { size } = await stat(path).catch((error: Error) => {
    throw new HearthError('NOT_FOUND', `there is no ${path}`, {}, { cause: error })
  })
  if (size > MOST_JSON)
    throw new HearthError('DATASET_BROKEN', `${file} has ${size} bytes, more than can be read at once`, { file })
  const bytes = await readFile(path)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    throw new HearthError('DATASET_BROKEN', `${file} is not UTF-8`, { file }, { cause: error })
  }
  try {
    // X's archive is JavaScript: a name is given to what follows.
    return JSON.parse(text.replace(/^\uFEFF?\s*window\.YTD\.[\w.]{1,100}\s*=\s*/, ''))
  } catch (error) {
    throw new HearthError('DATASET_BROKEN', `${file} is no JSON: ${messageOf(error)}`, { file }, { cause: error })
  }
}
