import { Item } from '../../../../common/model/item.ts'
import { readJsonLines } from '../../../core/read-lines.ts'

/** Items of a file that an import wrote. */
export async function* readItems(file: string): AsyncGenerator<Item> {
  for await (const { value } of readJsonLines(file)) yield Item.parse(value)
}

/** A page of a file's lines that hold a text, and whether there are more. */
export async function pageOf<T>(
  file: string,
  parse: (value: unknown) => T,
  fits: (row: T) => boolean,
  offset: number,
  limit: number,
): Promise<{ rows: T[]; more: boolean }> {
  const rows: T[] = []
  let seen = 0
  for await (const { value } of readJsonLines(file)) {
    const row = parse(value)
    if (!fits(row) || seen++ < offset) continue
    if (rows.length === limit) return { rows, more: true }
    rows.push(row)
  }
  return { rows, more: false }
}
