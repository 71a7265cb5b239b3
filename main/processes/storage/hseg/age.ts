import { armor, Decrypter, Encrypter } from 'age-encryption'
import { parseHsegKey, type HsegKey } from '../../../../common/model/hseg.ts'
import { HearthError, messageOf } from '../../../../common/errors/index.ts'
import { ageFile } from './age-file.ts'
import { identitiesIn } from './identities.ts'

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
 * @param wrapped what `wrapKey` or the `age` tool wrote, armored or not
 * @param identity a file of identities, any of which may open it
 * @param passphrase of that file, where it is locked
 * @throws HearthError BAD_INPUT, WRONG_KEY where the wrap is for somebody else
 */
export async function unwrapKey(
  wrapped: Uint8Array,
  identity: Uint8Array,
  passphrase: string | null = null,
): Promise<HsegKey> {
  const file = ageFile(wrapped)
  if (!file) throw new HearthError('BAD_INPUT', 'this is no file that age encrypted')
  const decrypter = new Decrypter()
  for (const secret of await identitiesIn(identity, passphrase)) {
    try {
      decrypter.addIdentity(secret)
    } catch (error) {
      const why = 'an identity in this file is mistyped or cut off: AGE-SECRET-KEY-1…'
      throw new HearthError('BAD_INPUT', why, {}, { cause: error })
    }
  }
  let plain: string
  try {
    plain = await decrypter.decrypt(file, 'text')
  } catch (error) {
    throw messageOf(error).startsWith('no identity matched')
      ? new HearthError('WRONG_KEY', 'no identity of this file opens the wrapped key', {}, { cause: error })
      : new HearthError('BAD_INPUT', `the wrapped key is damaged: ${messageOf(error)}`, {}, { cause: error })
  }
  return parseHsegKey(plain)
}
