import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto'
import { HearthError } from '../../../common/errors/index.ts'
import type { Keystore, TrustedNetwork } from '../../../common/children/vault.ts'

/** scrypt at N = 2¹⁷, r = 8, p = 1: 128 MiB and a few hundred ms a guess (OWASP's recommendation). */
const KDF = { name: 'scrypt', log2N: 17, r: 8, p: 1 } as const
const TAG_BYTES = 16

type Sealed = Pick<Keystore, 'kdf' | 'nonce' | 'sealed'>

const hex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`
const bytes = (text: string): Buffer => Buffer.from(text.slice(2), 'hex')

/** What is authenticated with the entropy. Null is version 1, which had no networks. */
function boundTo(address: string, networks: readonly TrustedNetwork[] | null): Buffer {
  if (!networks) return Buffer.from(address.toLowerCase())
  const lines = networks.map(({ chainId, contracts, feeCap }) => {
    const places = Object.entries(contracts).map(([name, place]) => `${name}=${place.toLowerCase()}`)
    return [chainId, feeCap, ...places.sort()].join(' ')
  })
  return Buffer.from(['hearth/keystore/2', address.toLowerCase(), ...lines].join('\n'))
}

/** Encrypts entropy under a passphrase. The wallet's address and networks are authenticated with it. */
export async function seal(
  entropy: Uint8Array,
  passphrase: string,
  address: string,
  networks: readonly TrustedNetwork[],
): Promise<Sealed> {
  const kdf = { ...KDF, salt: hex(randomBytes(32)) }
  const key = await deriveKey(passphrase, kdf)
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(boundTo(address, networks))
  const sealed = Buffer.concat([cipher.update(entropy), cipher.final(), cipher.getAuthTag()])
  key.fill(0)
  return { kdf, nonce: hex(nonce), sealed: hex(sealed) }
}

/** @throws HearthError WRONG_PASSPHRASE; a damaged file cannot be told from a wrong passphrase. */
export async function unseal(keystore: Keystore, passphrase: string): Promise<Buffer> {
  const key = await deriveKey(passphrase, keystore.kdf)
  const sealed = bytes(keystore.sealed)
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, bytes(keystore.nonce), { authTagLength: TAG_BYTES })
    const networks = keystore.version === 1 ? null : keystore.networks
    decipher.setAAD(boundTo(keystore.address, networks)).setAuthTag(sealed.subarray(-TAG_BYTES))
    return Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()])
  } catch (error) {
    throw new HearthError('WRONG_PASSPHRASE', 'the passphrase does not open this wallet', {}, { cause: error })
  } finally {
    key.fill(0)
  }
}

function deriveKey(passphrase: string, kdf: Keystore['kdf']): Promise<Buffer> {
  const N = 2 ** kdf.log2N
  return new Promise((resolve, reject) => {
    scrypt(
      passphrase.normalize('NFKC'),
      bytes(kdf.salt),
      32,
      { N, r: kdf.r, p: kdf.p, maxmem: 256 * N * kdf.r },
      (error, key) => (error ? reject(error) : resolve(key)),
    )
  })
}
