import { base16, base16upper } from 'multiformats/bases/base16'
import { base32, base32upper } from 'multiformats/bases/base32'
import { base36, base36upper } from 'multiformats/bases/base36'
import { base58btc } from 'multiformats/bases/base58'
import { base64url } from 'multiformats/bases/base64'
import { CID } from 'multiformats/cid'
import { identity } from 'multiformats/hashes/identity'
import { sha256 } from 'multiformats/hashes/sha2'
import { messageOf } from '../../../../common/errors/index.ts'
import { HttpError } from './http-error.ts'

const LONGEST = 512
const MOST_INLINE_BYTES = 128
const anyBase = base32.decoder
  .or(base32upper.decoder)
  .or(base58btc.decoder)
  .or(base36.decoder)
  .or(base36upper.decoder)
  .or(base16.decoder)
  .or(base16upper.decoder)
  .or(base64url.decoder)

/** A CID in any base that people write one in. @throws HttpError 400 */
export function readCid(text: string): CID {
  const shown = JSON.stringify(text.slice(0, 80))
  if (text.length > LONGEST) throw new HttpError(400, `${shown}… is longer than a CID can be`)
  try {
    return CID.parse(text, anyBase)
  } catch (error) {
    throw new HttpError(400, `${shown} is no CID: ${messageOf(error)}`)
  }
}

/** Refuses what nobody can give: blocks named by a hash that is not checked here. @throws HttpError 400 */
export function requireKnownHash(cid: CID): void {
  const { code, digest } = cid.multihash
  if (code === identity.code && digest.length <= MOST_INLINE_BYTES) return
  if (code === sha256.code && digest.length === 32) return
  const reason =
    code === identity.code
      ? `holds more than ${MOST_INLINE_BYTES} bytes in its name`
      : `is named by the hash 0x${code.toString(16)}, which is not checked here: only SHA-256 is`
  throw new HttpError(400, `${cid.toString()} ${reason}`)
}
