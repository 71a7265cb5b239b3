import { createCipheriv, createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'

const CHUNK = 1 << 20

/** Fills a file with pseudo-random bytes: the AES-256-CTR key stream of sha256(seed). */
export async function generateRows(file: string, seed: string, bytes: number): Promise<string> {
  const stream = createCipheriv('aes-256-ctr', createHash('sha256').update(seed).digest(), Buffer.alloc(16))
  const digest = createHash('sha256')
  await using handle = await open(file, 'w')
  const zeros = Buffer.alloc(CHUNK)
  for (let left = bytes; left > 0; left -= CHUNK) {
    const chunk = stream.update(zeros.subarray(0, Math.min(CHUNK, left)))
    digest.update(chunk)
    await handle.appendFile(chunk)
  }
  await handle.sync()
  return `0x${digest.digest('hex')}`
}

export async function hashFile(file: string): Promise<{ sha256: string; bytes: number }> {
  const digest = createHash('sha256')
  let bytes = 0
  for await (const chunk of createReadStream(file, { highWaterMark: CHUNK })) {
    digest.update(chunk as Buffer)
    bytes += (chunk as Buffer).length
  }
  return { sha256: `0x${digest.digest('hex')}`, bytes }
}
