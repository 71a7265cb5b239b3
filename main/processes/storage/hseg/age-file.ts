import { armor } from 'age-encryption'
import { HearthError, messageOf } from '../../../../common/errors/index.ts'

const MAGIC = 'age-encryption.org/v1\n'
const ARMOUR = '-----BEGIN AGE ENCRYPTED FILE-----'
/** Keys and what they open are a thousand times smaller. */
const MOST_BYTES = 2 ** 20

/** Text as editors and shells save it; what PowerShell redirects is UTF-16. */
export function textOf(bytes: Uint8Array): string {
  if (bytes.length > MOST_BYTES)
    throw new HearthError('BAD_INPUT', `this file has ${bytes.length} bytes, more than any that age writes for a key`)
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const text = buffer[0] === 0xff && buffer[1] === 0xfe ? buffer.toString('utf16le') : buffer.toString('utf8')
  return text.replace(/^\ufeff/, '')
}

/**
 * The bytes of a file that age encrypted, armored or not; null where it is none.
 * @throws HearthError BAD_INPUT where the armor is damaged
 */
export function ageFile(bytes: Uint8Array): Uint8Array | null {
  const text = textOf(bytes)
  if (text.startsWith(MAGIC)) return bytes
  if (!text.trimStart().startsWith(ARMOUR)) return null
  try {
    return armor.decode(text)
  } catch (error) {
    const why = `the armor of this age file is damaged: ${messageOf(error)}`
    throw new HearthError('BAD_INPUT', why, {}, { cause: error })
  }
}
