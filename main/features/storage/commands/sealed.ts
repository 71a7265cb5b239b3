import { readFile, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { CommandGroup } from '../../../cli/command-group.ts'
import { command } from '../../../cli/commands.ts'
import { readSecret } from '../../../cli/passphrase.ts'
import { encrypt, keyFileOf, readKey, writeKey } from './seal.ts'
import { follow, onStorage, size } from './storage-node.ts'

/** `data encrypt` to `open-legacy`: datasets under a key. */
export const sealedCommands: CommandGroup = (data) => {
  command(data, 'encrypt <path>', 'seal a file or folder (HSEG2); its key is written beside it')
    .requiredOption('--out <folder>', 'where the sealed dataset goes')
    .option('--previous <folder>', 'the sealed version before: segments that did not change are taken over')
    .option('--previous-key <file>', 'and its key')
    .action(
      onStorage(
        async (storage, { out, previous, previousKey }, [path]) =>
          encrypt(
            storage,
            path,
            resolve(out),
            previous
              ? { folder: resolve(previous), key: await readKey(previousKey ?? keyFileOf(resolve(previous))) }
              : null,
          ),
        ({ package: folder, keyFile, segments, reused, bytes }) =>
          `${folder}: ${segments} segments, ${size(bytes)}${reused ? `, ${reused} taken over` : ''}\nkey: ` +
          `${keyFile} (without it nobody can open the data; keep a copy elsewhere)`,
      ),
    )
  command(data, 'decrypt <folder>', 'open a sealed dataset')
    .requiredOption('--out <folder>', 'where the files go')
    .option('--key <file>', 'its key')
    .action(
      onStorage(
        async (storage, { out, key }, [folder]) => ({
          ...(await follow(
            await storage.unseal({
              package: resolve(folder),
              key: await readKey(key ?? keyFileOf(resolve(folder))),
              out: resolve(out),
            }),
          )),
          out: resolve(out),
        }),
        ({ files, bytes, out }) => `${files} files, ${size(bytes)} in ${out}`,
      ),
    )
  command(data, 'verify <folder>', 'check every segment of a sealed dataset without writing any')
    .option('--key <file>', 'its key')
    .action(
      onStorage(
        async (storage, { key }, [folder]) => ({
          sound: true,
          ...(await follow(
            await storage.verify({ package: resolve(folder), key: await readKey(key ?? keyFileOf(resolve(folder))) }),
          )),
        }),
        ({ files, bytes }) => `sound: ${files} files, ${size(bytes)}`,
      ),
    )
  command(data, 'wrap <keyfile>', 'wrap a dataset’s key for people’s age recipients')
    .requiredOption('--to <recipient>', 'age1…; again for more people', (value, before: string[] | undefined) => [
      ...(before ?? []),
      value,
    ])
    .requiredOption('--out <file>', 'where the wrapped key goes')
    .action(
      onStorage(
        async (storage, { to, out }, [file]) => {
          const { armored } = await storage.wrap({ key: await readKey(file), recipients: to ?? [] })
          await writeFile(resolve(out), armored, { flag: 'wx' })
          return { file: resolve(out), bytes: armored.length }
        },
        ({ file }) => file,
      ),
    )
  command(data, 'unwrap <file>', 'open a wrapped key with an age identity')
    .requiredOption('--identity <file>', 'a file of identities: AGE-SECRET-KEY-1…, locked with a passphrase or not')
    .requiredOption('--out <file>', 'where the key file goes')
    .action(
      onStorage(
        async (storage, { identity, out }, [file], { passphraseFile }) => {
          const [wrapped, secret] = await Promise.all([readFile(resolve(file)), readFile(resolve(identity))])
          const isLocked = /BEGIN AGE ENCRYPTED FILE|age-encryption\.org\/v1/.test(secret.toString('latin1', 0, 200))
          const key = await storage.unwrap({
            wrapped: wrapped.toString('base64'),
            identity: secret.toString('base64'),
            passphrase: isLocked ? await readSecret('Passphrase of the identity file: ', passphraseFile) : null,
          })
          await writeKey(resolve(out), key)
          return { file: resolve(out), dataset: key.dataset, version: key.version }
        },
        ({ file }) => file,
      ),
    )
  command(
    data,
    'open-legacy <folder>',
    'open a folder made by the npm package ipfs-encrypted; the folder stays as it is',
  )
    .requiredOption('--password-file <file>', 'a file with its password')
    .requiredOption('--out <folder>', 'where the files go')
    .action(
      onStorage(
        async (storage, { passwordFile, out }, [folder]) => ({
          ...(await storage.openLegacy({
            folder: resolve(folder),
            password: (await readFile(resolve(passwordFile), 'utf8')).replace(/\r?\n$/, ''),
            out: resolve(out),
          })),
          out: resolve(out),
        }),
        ({ files, bytes, out }) =>
          `${files} files, ${size(bytes)} in ${out}\nThat format has no check: look at what came out before you ` +
          `trust it.`,
      ),
    )
}
