import { createPublicKey, sign, verify } from 'node:crypto'

/** Of a feed's description of a version, what its maker vouches for. */
export interface DescribedUpdate {
  readonly version: string
  readonly files: readonly { readonly url: string; readonly sha512: string; readonly size?: number | undefined }[]
}

/**
 * What is signed: which version it is and which files it has. How far it is rolled out may change afterwards, and what
 * is said about it is not shown.
 */
const signedText = ({ version, files }: DescribedUpdate): Buffer =>
  Buffer.from(
    JSON.stringify(['HEARTH-UPDATE-1', version, files.map(({ url, sha512, size }) => [url, sha512, size ?? null])]),
  )

/** @param privateKey Ed25519, PKCS #8 as PEM; @returns base64 */
export const signUpdate = (update: DescribedUpdate, privateKey: string): string =>
  sign(null, signedText(update), privateKey).toString('base64')

/** Whether the maker of this app made an update. @param publicKey Ed25519, SPKI as PEM */
export function isOurs(update: DescribedUpdate & { readonly signature?: unknown }, publicKey: string): boolean {
  const { signature } = update
  if (typeof signature !== 'string' || update.files.length === 0) return false
  const key = createPublicKey(publicKey)
  return key.asymmetricKeyType === 'ed25519' && verify(null, signedText(update), key, Buffer.from(signature, 'base64'))
}
