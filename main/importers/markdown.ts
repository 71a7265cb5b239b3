import { readLines } from '../core/read-lines.ts'
import { timeOf, type RawItem } from './raw-item.ts'

const DATE = /(?:19|20)\d\d-\d\d-\d\d/

/** A heading without its marks before and behind (CommonMark, 4.2). */
function titleOf(line: string): string | undefined {
  const said = /^#{1,6}\s+(\S.*)$/.exec(line)?.[1]?.trimEnd()
  return said && (said.replace(/(?<!#)#+$/, '').trimEnd() || '#')
}

/**
 * Notes in Markdown, one item a paragraph, with the heading that it stands under. Their day is that of the front matter
 * (`date` or `created`) or of the file's name, as daily notes have it.
 */
export async function* readMarkdown(path: string, file: string): AsyncGenerator<RawItem> {
  let when = timeOf(DATE.exec(file)?.[0])
  let [heading, held, matter]: [string | null, string[], boolean] = [null, [], false]
  const item = (): RawItem => ({
    ...when,
    author: null,
    text: heading === null ? held.join('\n') : `${heading}: ${held.join('\n')}`,
    session: file,
  })
  for await (const { text, number } of readLines(path)) {
    if (text.trim() === '---' && (number === 1 || matter)) {
      matter = number === 1
      continue
    }
    if (matter) {
      const date = /^(?:date|created):(.*)$/
        .exec(text)?.[1]
        ?.trim()
        .replace(/^["']|["']$/g, '')
      const told = timeOf(date)
      if (told.ts !== null) when = told
      continue
    }
    const title = titleOf(text)
    if (title === undefined && text.trim() !== '') {
      held.push(text)
      continue
    }
    if (held.length > 0) yield item()
    held = []
    heading = title ?? heading
  }
  if (held.length > 0) yield item()
}
