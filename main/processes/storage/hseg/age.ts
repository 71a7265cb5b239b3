import { armor, Decrypter, Encrypter } from 'age-encryption'
import { parseHsegKey, type HsegKey } from '../../../../common/model/hseg.ts'
import { HearthError } from '../../../../common/errors/index.ts'

/**
 * Wraps a dataset's key for one person or several (https://age-encryption.org/v1). The `age` tool opens it to the key
 * file's JSON.
 */
export async function wrapKey(key: HsegKey, recipients: readonly string[]): Promise<string> {
  const encrypter = new Encrypter()
  try {
    for (const recipient of recipients) encrypter.addRecipient(recipient)
  } catch (error) {
    throw new HearthError('BAD_INPUT', 'an age recipient is wanted: age1…', {}, { cause: error })
  }
  return armor.encode(await encrypter.encrypt(JSON.stringify(key)))
}

/**
 * @param identity `AGE-SECRET-KEY-1…`
 * @throws HearthError BAD_INPUT, WRONG_KEY where the wrap is for somebody else
 */
export async function unwrapKey(armored: string, identity: string): Promise<HsegKey> {
  const decrypter = new Decrypter()
  try {
    decrypter.addIdentity(identity.trim())
  } catch (error) {
    throw new HearthError('BAD_INPUT', 'an age identity is wanted: AGE-SECRET-KEY-1…', {}, { cause: error })
  }
  let plain: string
  try {
    plain = await decrypter.decrypt(armor.decode(armored), 'text')
  } catch (error) {
    throw new HearthError('WRONG_KEY', 'this identity does not open the wrapped key', {}, { cause: error })
  }
  return parseHsegKey(plain)
}
