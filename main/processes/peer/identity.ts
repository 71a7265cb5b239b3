import { existsSync } from 'node:fs'
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { generateKeyPair, privateKeyFromProtobuf, privateKeyToProtobuf } from '@libp2p/crypto/keys'
import type { PrivateKey } from '@libp2p/interface'
import { writeFileAtomic } from '../../core/files.ts'

/** The peer's own Ed25519 key: a transport identity, not a wallet. Made once for a data folder. */
export async function loadIdentity(folder: string): Promise<PrivateKey> {
  const file = join(folder, 'identity.key')
  if (existsSync(file)) return privateKeyFromProtobuf(await readFile(file))
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const key = await generateKeyPair('Ed25519')
  await writeFileAtomic(file, privateKeyToProtobuf(key))
  return key
}
