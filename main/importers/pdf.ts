import { readFile, stat } from 'node:fs/promises'
import { extractText } from 'unpdf'
import { HearthError, messageOf } from '../../common/errors/index.ts'
import type { RawItem, Skip } from './raw-item.ts'

const MOST_PDF = 256 * 2 ** 20

/** The text of a PDF, page by page. A page that is only a picture has none. */
export async function* readPdf(path: string, file: string, skip: Skip): AsyncGenerator<RawItem> {
  const { size } = await stat(path)
  if (size > MOST_PDF)
    throw new HearthError('DATASET_BROKEN', `${file} has ${size} bytes, more than can be read at once`, { file })
  const { text } = await extractText(new Uint8Array(await readFile(path))).catch((error: unknown) => {
    throw new HearthError(
      'DATASET_BROKEN',
      `${file} is no PDF that can be read: ${messageOf(error)}`,
      { file },
      { cause: error },
    )
  })
  for (const page of text) {
    if (page.trim() === '') skip('pages without text')
    else yield { ts: null, author: null, text: page, session: file }
  }
}
