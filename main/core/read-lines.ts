import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import { TextDecoder } from 'node:util'
import { HearthError, messageOf } from '../../common/errors/index.ts'

/** A line without end would otherwise fill the memory. */
const LONGEST = 16 * 2 ** 20

/** The encoding that a file's first bytes declare; UTF-8 where they declare none. */
async function encodingOf(path: string): Promise<string> {
  await using handle = await open(path, 'r').catch((error: Error) => {
    throw new HearthError('NOT_FOUND', `there is no ${path}`, {}, { cause: error })
  })
  const mark = Buffer.alloc(2)
  await handle.read(mark, 0, 2, 0)
  return mark[0] === 0xff && mark[1] === 0xfe ? 'utf-16le' : mark[0] === 0xfe && mark[1] === 0xff ? 'utf-16be' : 'utf-8'
}

/**
 * Lines of a text file, streaming.
 * @throws HearthError DATASET_BROKEN naming the line where the file is not the text that it says it is
 */
export async function* readLines(path: string): AsyncGenerator<{ text: string; number: number }> {
  const file = basename(path)
  const encoding = await encodingOf(path)
  const decoder = new TextDecoder(encoding, { fatal: true })
  let [rest, number] = ['', 0]
  const broken = (why: string, cause?: unknown) =>
    new HearthError('DATASET_BROKEN', `${file}, line ${number + 1}: ${why}`, { file, line: number + 1 }, { cause })
  const decode = (chunk?: Uint8Array): string => {
    try {
      return chunk ? decoder.decode(chunk, { stream: true }) : decoder.decode()
    } catch (error) {
      throw broken(`is not ${encoding.toUpperCase()}; save the file as UTF-8 and try again`, error)
    }
  }
  for await (const chunk of createReadStream(path)) {
    const [first = '', ...parts] = decode(chunk as Buffer).split('\n')
    const last = parts.pop()
    if (last !== undefined) parts.unshift(rest + first)
    rest = last ?? rest + first
    if (rest.length > LONGEST) throw broken(`is longer than ${LONGEST} characters`)
    for (const part of parts) yield { text: part.replace(/\r$/, ''), number: ++number }
  }
  rest += decode()
  if (rest) yield { text: rest.replace(/\r$/, ''), number: ++number }
}

/**
 * The values of a file that holds one JSON text a line; empty lines are passed over.
 * @throws HearthError DATASET_BROKEN naming the line
 */
export async function* readJsonLines(path: string): AsyncGenerator<{ value: unknown; number: number }> {
  const file = basename(path)
  for await (const { text, number } of readLines(path)) {
    if (text.trim() === '') continue
    let value: unknown
    try {
      value = JSON.parse(number === 1 ? text.replace(/^\uFEFF/, '') : text)
    } catch (error) {
      throw new HearthError(
        'DATASET_BROKEN',
        `${file}, line ${number}: is no JSON: ${messageOf(error)}`,
        { file, line: number },
        { cause: error },
      )
    }
    yield { value, number }
  }
}
