import { randomUUID } from 'node:crypto'
import { open } from 'node:fs/promises'
import { basename } from 'node:path'
import type { Api } from '../../common/api/index.ts'

const PIECE = 192 * 1024

/** Hands a file to the host piece by piece, and gives the name under which the host keeps it. */
export async function upload({ training }: Pick<Api, 'training'>, path: string): Promise<string> {
  const id = randomUUID()
  await using file = await open(path)
  const buffer = Buffer.alloc(PIECE)
  for (let first = true; ; first = false) {
    const { bytesRead } = await file.read(buffer, 0, PIECE)
    if (bytesRead === 0 && !first) return id
    await training.putData({
      upload: id,
      name: basename(path),
      first,
      chunk: buffer.toString('base64', 0, bytesRead),
    })
  }
}
