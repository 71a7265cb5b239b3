import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'
import { open, rm, stat } from 'node:fs/promises'
import { HearthError } from '../../../common/errors/index.ts'
import { asDiskError } from '../../core/files.ts'

/**
 * A file that travels sealed: its name on the way is the hash of its sealed bytes, so whoever carries it can check it.
 */
export interface SealedFile {
  /** SHA-256 of the sealed bytes, hexadecimal. */
  readonly hash: string
  /** Sealed bytes. */
  readonly bytes: number
  /** 32 bytes, hexadecimal; drawn anew for each file. */
  readonly key: string
}

const TAG = 16
/** A sealed segment is exactly 1 MiB, but for the last. */
const SEGMENT = 2 ** 20 - TAG

/**
 * STREAM (Hoang, Reyhanitabar, Rogaway, Vizár 2015): the segment's number and whether it is the last. The key is used
 * once, so no prefix is drawn.
 */
function nonceOf(segment: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(segment, 7)
  nonce[11] = last ? 1 : 0
  return nonce
}

/** Sealed size of a plain size. */
export const sealedSize = (bytes: number): number => bytes + TAG * Math.max(1, Math.ceil(bytes / SEGMENT))

/** Seals a file with AES-256-GCM, segment by segment, in flat memory. */
export async function sealFile(from: string, to: string): Promise<SealedFile> {
  const key = randomBytes(32)
  const hash = createHash('sha256')
  const { size } = await stat(from)
  const segments = Math.max(1, Math.ceil(size / SEGMENT))
  try {
    await using source = await open(from, 'r')
    await using target = await open(to, 'w', 0o600)
    const buffer = Buffer.alloc(SEGMENT)
    for (let i = 0; i < segments; i++) {
      const { bytesRead } = await source.read(buffer, 0, SEGMENT, i * SEGMENT)
      const cipher = createCipheriv('aes-256-gcm', key, nonceOf(i, i === segments - 1))
      const sealed = Buffer.concat([cipher.update(buffer.subarray(0, bytesRead)), cipher.final(), cipher.getAuthTag()])
      hash.update(sealed)
      await target.appendFile(sealed)
    }
    await target.sync()
  } catch (error) {
    await rm(to, { force: true })
    throw asDiskError(error)
  }
  return { hash: hash.digest('hex'), bytes: sealedSize(size), key: key.toString('hex') }
}

/**
 * Opens a sealed file. What was changed, cut, swapped or extended leaves no plain file behind. @throws HearthError
 * FILE_DAMAGED
 */
export async function openSealed(from: string, to: string, key: string): Promise<void> {
  const { size } = await stat(from)
  const segments = Math.max(1, Math.ceil(size / (SEGMENT + TAG)))
  try {
    await using source = await open(from, 'r')
    await using target = await open(to, 'w', 0o600)
    const buffer = Buffer.alloc(SEGMENT + TAG)
    for (let i = 0; i < segments; i++) {
      const { bytesRead } = await source.read(buffer, 0, buffer.length, i * buffer.length)
      await target.appendFile(
        openSegment(buffer.subarray(0, bytesRead), Buffer.from(key, 'hex'), nonceOf(i, i === segments - 1)),
      )
    }
    await target.sync()
  } catch (error) {
    await rm(to, { force: true })
    throw asDiskError(error)
  }
}

function openSegment(sealed: Buffer, key: Buffer, nonce: Buffer): Buffer {
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG })
    decipher.setAuthTag(sealed.subarray(-TAG))
    return Buffer.concat([decipher.update(sealed.subarray(0, -TAG)), decipher.final()])
  } catch (error) {
    throw new HearthError(
      'FILE_DAMAGED',
      'the sealed file was changed on its way, or the key is another file’s',
      {},
      { cause: error },
    )
  }
}
