import { createHmac } from 'node:crypto'
import type { DrawPreview } from '../../../../common/model/data-market.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { leafHash, MerkleTree } from '../../../core/merkle.ts'
import { readLines } from '../../../core/read-lines.ts'
import { rowLeaf } from '../../../core/row-proof.ts'

const MOST_ROWS = 20_000_000

/** Keeps a row from being found by guessing what it says; whoever has the dataset's key can compute it. */
const saltOf = (key: Buffer, index: number): Buffer => createHmac('sha256', key).update(`row/${index}`).digest()

async function* rowsOf(file: string): AsyncGenerator<string> {
  let count = 0
  for await (const { text } of readLines(file)) {
    if (text === '') continue
    if (++count > MOST_ROWS) throw new HearthError('DATASET_BROKEN', `the file has more than ${MOST_ROWS} rows`)
    yield text
  }
}

/** The root over a file's lines, docs/data-market.md. @param key the dataset's, hexadecimal */
export async function rowTree(file: string, key: string): Promise<{ tree: MerkleTree; count: number }> {
  const secret = Buffer.from(key, 'hex')
  const hashes: Buffer[] = []
  for await (const row of rowsOf(file)) hashes.push(leafHash(rowLeaf(saltOf(secret, hashes.length), row)))
  if (hashes.length === 0) throw new HearthError('DATASET_BROKEN', 'there are no rows')
  return { tree: new MerkleTree(hashes), count: hashes.length }
}

/** Rows with their salts and paths. */
export async function openRows(file: string, key: string, indices: readonly number[]): Promise<DrawPreview> {
  const secret = Buffer.from(key, 'hex')
  const { tree } = await rowTree(file, key)
  const wanted = new Set(indices)
  const rows: DrawPreview['rows'] = []
  let index = 0
  for await (const row of rowsOf(file)) {
    if (wanted.has(index))
      rows.push({ index, salt: saltOf(secret, index).toString('hex'), row, path: tree.path(index) })
    index++
  }
  return { format: 'HEARTH-LOT-1', rows }
}
