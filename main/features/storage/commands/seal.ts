import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { HearthError } from '../../../../common/errors/index.ts'
import type { HsegKey } from '../../../../common/model/hseg.ts'
import { writeSecretFile } from '../../../core/private-files.ts'
import { follow, type StorageClient } from './storage-node.ts'

export const keyFileOf = (folder: string): string => `${folder.replace(/(?<![/\\])[/\\]+$/, '')}.key.json`

export async function readKey(file: string | undefined): Promise<HsegKey> {
  if (!file)
    throw new HearthError('BAD_INPUT', '--key is needed: the key file that was written when the data was sealed')
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new HearthError('NOT_FOUND', `there is no key file ${file}`, {}, { cause: error })
  })
  const { parseHsegKey } = await import('../../../../common/model/hseg.ts')
  return parseHsegKey(text)
}

export async function writeKey(file: string, key: HsegKey): Promise<void> {
  await writeSecretFile(file, `${JSON.stringify(key)}\n`)
}

export async function encrypt(
  storage: StorageClient,
  path: string,
  out: string,
  previous: { folder: string; key: HsegKey } | null,
) {
  const { header, key, segments, reused, plainBytes } = await follow(
    await storage.seal({ path: resolve(path), out, key: null, salt: null, previous, first: null }),
  )
  const keyFile = keyFileOf(out)
  await writeKey(keyFile, key)
  return {
    package: out,
    keyFile,
    dataset: header.dataset,
    version: header.version,
    bytes: header.bytes,
    plainBytes,
    segments,
    reused,
    keyCommit: header.keyCommit,
  }
}
