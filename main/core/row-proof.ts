import type { DrawPreview } from '../../common/model/data-market.ts'
import { verifyPath } from './merkle.ts'

/** What a row's leaf is hashed from, docs/data-market.md: its salt and its bytes. */
export const rowLeaf = (salt: Uint8Array, row: string): Buffer => Buffer.concat([salt, Buffer.from(row)])

/** Whether every row of a preview stands under the root. @param root 64 hexadecimal digits */
export const rowsStandUnder = (root: string, count: number, { rows }: DrawPreview): boolean =>
  rows.every(({ index, salt, row, path }) =>
    verifyPath(root, rowLeaf(Buffer.from(salt, 'hex'), row), index, count, path),
  )
