import { Decrypter } from 'age-encryption'
import { HearthError, messageOf } from '../../../../common/errors/index.ts'
import { ageFile, textOf } from './age-file.ts'

const SSH = /^(?:-----BEGIN [A-Z ]*PRIVATE KEY-----|ssh-(?:ed25519|rsa|dss) |ecdsa-|sk-|PuTTY-User-Key-File)/
const refuse = (why: string, cause?: unknown): HearthError =>
  new HearthError('BAD_INPUT', `${why}; an age identity is wanted: AGE-SECRET-KEY-1…`, {}, { cause })

/**
 * The identities of a file as `age-keygen` writes it: one a line, with comments, and locked with a passphrase perhaps.
 * @throws HearthError BAD_INPUT, WRONG_KEY where the passphrase is another
 */
export async function identitiesIn(file: Uint8Array, passphrase: string | null): Promise<string[]> {
  const locked = ageFile(file)
  const text = locked ? await unlock(locked, passphrase) : textOf(file)
  const found: string[] = []
  for (const [i, written] of text.split(/\r\n|\r|\n/).entries()) {
    const line = written.trim()
    if (line === '' || line.startsWith('#')) continue
    if (/^AGE-SECRET-KEY-(?:PQ-)?1/.test(line)) found.push(line)
    else if (line.startsWith('AGE-PLUGIN-')) throw refuse('this identity needs a plug-in of age')
    else if (SSH.test(line)) throw refuse('this is a key of SSH')
    else if (/^age1/i.test(line)) throw refuse('this is a recipient, the half that everybody may know')
    else throw refuse(`line ${i + 1} of this file is no identity`)
  }
  if (found.length === 0) throw refuse('no identity stands in this file')
  return found
}

async function unlock(locked: Uint8Array, passphrase: string | null): Promise<string> {
  if (passphrase === null)
    throw new HearthError('BAD_INPUT', 'this identity file is locked; give its passphrase as well')
  const decrypter = new Decrypter()
  decrypter.addPassphrase(passphrase)
  try {
    return await decrypter.decrypt(locked, 'text')
  } catch (error) {
    const why = `this passphrase does not open the identity file: ${messageOf(error)}`
    throw new HearthError('WRONG_KEY', why, {}, { cause: error })
  }
}
