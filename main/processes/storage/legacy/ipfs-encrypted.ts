import { createDecipheriv, createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { HearthError } from '../../../../common/errors/index.ts'
import { asDiskError } from '../../../core/files.ts'

const IV_BYTES = 16

/** The package's key: the first 32 letters of the password's SHA-256 in base 64. Any guess costs one hash. */
const keyOf = (password: string): Buffer =>
  Buffer.from(createHash('sha256').update(password).digest('base64').slice(0, 32))

/**
 * Opens a folder that the npm package `ipfs-encrypted` 1.2 made (AES-256-CBC, an IV before each file), and leaves it as
 * it is. The format has no check: one wrong password in 256 seems to fit a file, so what comes out must be looked at.
 */
export async function openIpfsEncrypted(
  folder: string,
  password: string,
  out: string,
): Promise<{ files: number; bytes: number }> {
  const entries = (await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])).filter(
    (entry) => entry.isFile() && entry.name.endsWith('.encrypted'),
  )
  if (entries.length === 0) throw new HearthError('NOT_FOUND', `${folder} holds no .encrypted file`)
  if (
    await stat(out).then(
      () => true,
      () => false,
    )
  )
    throw new HearthError('BAD_INPUT', `${out} is there already; it was left as it is`)
  const part = `${out}.part-${process.pid}`
  let bytes = 0
  try {
    for (const entry of entries) {
      const source = join(entry.parentPath, entry.name)
      const target = join(part, source.slice(folder.length).replace(/\.encrypted$/, ''))
      await mkdir(dirname(target), { recursive: true, mode: 0o700 })
      await decrypt(source, target, keyOf(password))
      bytes += (await stat(target)).size
    }
    await rename(part, out)
    return { files: entries.length, bytes }
  } catch (error) {
    await rm(part, { recursive: true, force: true })
    throw asDiskError(error)
  }
}

async function decrypt(source: string, target: string, key: Buffer): Promise<void> {
  const iv = Buffer.alloc(IV_BYTES)
  {
    await using handle = await open(source, 'r')
    if ((await handle.read(iv, 0, IV_BYTES, 0)).bytesRead < IV_BYTES)
      throw new HearthError('FILE_DAMAGED', `${source} is too short`)
  }
  try {
    await pipeline(
      createReadStream(source, { start: IV_BYTES }),
      createDecipheriv('aes-256-cbc', key, iv),
      createWriteStream(target, { mode: 0o600, flags: 'wx' }),
    )
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code?.startsWith('ERR_OSSL'))
      throw new HearthError(
        'WRONG_KEY',
        `${source}: the password is wrong, or the file is damaged; this format cannot tell which`,
        {},
        { cause: error },
      )
    throw error
  }
}
