import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { armor, Encrypter, generateHybridIdentity, generateX25519Identity, identityToRecipient } from 'age-encryption'
import { afterAll, describe, expect, test } from 'vitest'
import { addPath } from './add.ts'
import { PackStore } from './blocks/pack-store.ts'
import { unwrapKey, wrapKey } from './hseg/age.ts'

const folder = mkdtempSync(join(tmpdir(), 'hearth-interop-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const missing = (command: string): boolean => spawnSync(command, ['--help']).error !== undefined

describe('a wrapped key', () => {
  const key = { format: 'HSEG1-KEY', dataset: 'ab'.repeat(32), version: 1, key: 'cd'.repeat(32) } as const

  const open = (wrapped: string | Uint8Array, identity: string | Uint8Array, passphrase?: string) =>
    unwrapKey(Buffer.from(wrapped), Buffer.from(identity), passphrase)

  test('is opened by whom it is for, and by nobody else', async () => {
    const [mine, other] = [await generateX25519Identity(), await generateX25519Identity()]
    const armored = await wrapKey(key, [await identityToRecipient(mine)])
    expect(armored).not.toContain(key.key)
    expect(await open(armored, mine)).toEqual(key)
    await expect(open(armored, other)).rejects.toMatchObject({ code: 'WRONG_KEY' })
    await expect(open('no age file', mine)).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(open(armored, 'no identity')).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(wrapKey(key, ['age1nobody'])).rejects.toMatchObject({ code: 'BAD_INPUT' })
  })

  test('is opened by any identity of a file, whatever stands around it, armored or not', async () => {
    const [mine, other, hybrid] = [
      await generateX25519Identity(),
      await generateX25519Identity(),
      await generateHybridIdentity(),
    ]
    const armored = await wrapKey(key, [await identityToRecipient(mine)])
    const keygen = (identity: string): string => `# created: 2024-01-02\n# public key: age1…\n${identity}\n\n`
    const file = keygen(other) + keygen(mine)
    for (const identities of [
      file,
      file.replaceAll('\n', '\r\n'),
      `\ufeff${file}`,
      Buffer.from(`\ufeff${file}`, 'utf16le'),
      `  ${mine}  `,
      `${hybrid}\n${mine}`,
    ])
      for (const wrapped of [
        armored,
        armor.decode(armored),
        armored.replaceAll('\n', '\r\n'),
        `\n\n${armored}\n`,
        `\ufeff${armored}`,
        Buffer.from(`\ufeff${armored}`, 'utf16le'),
      ])
        expect(await open(wrapped, identities)).toEqual(key)
    expect(await open(await wrapKey(key, [await identityToRecipient(hybrid)]), hybrid)).toEqual(key)
  })

  test('is opened by a locked file of identities, with its passphrase', async () => {
    const mine = await generateX25519Identity()
    const wrapped = await wrapKey(key, [await identityToRecipient(mine)])
    const encrypter = new Encrypter()
    encrypter.setPassphrase('open sesame')
    encrypter.setScryptWorkFactor(10)
    const locked = await encrypter.encrypt(`# mine\n${mine}\n`)
    for (const identities of [locked, armor.encode(locked)]) {
      expect(await open(wrapped, identities, 'open sesame')).toEqual(key)
      await expect(open(wrapped, identities, 'another')).rejects.toMatchObject({ code: 'WRONG_KEY' })
      await expect(open(wrapped, identities)).rejects.toThrow('is locked')
    }
    // What is locked with a passphrase itself is for no identity.
    await expect(open(locked, mine)).rejects.toMatchObject({ code: 'WRONG_KEY' })
  })

  test.each([
    ['', 'no identity stands in this file'],
    ['# nothing\n', 'no identity stands in this file'],
    ['-----BEGIN OPENSSH PRIVATE KEY-----\nx\n-----END OPENSSH PRIVATE KEY-----\n', 'a key of SSH'],
    ['-----BEGIN RSA PRIVATE KEY-----\nx', 'a key of SSH'],
    ['ssh-ed25519 AAAA ana', 'a key of SSH'],
    ['age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg', 'a recipient'],
    ['AGE-PLUGIN-YUBIKEY-1XYZ', 'a plug-in'],
    ['AGE-SECRET-KEY-1TOOSHORT', 'mistyped'],
    ['hello', 'line 1 of this file is no identity'],
  ])('is not opened by %j, and why is said', async (identities, why) => {
    const wrapped = await wrapKey(key, [await identityToRecipient(await generateX25519Identity())])
    await expect(open(wrapped, identities)).rejects.toThrow(why)
    await expect(open(wrapped, identities)).rejects.toMatchObject({ code: 'BAD_INPUT' })
  })

  test('that is damaged is refused', async () => {
    const mine = await generateX25519Identity()
    const armored = await wrapKey(key, [await identityToRecipient(mine)])
    await expect(open(armored.replace('-----END', '-----ENDE'), mine)).rejects.toThrow('is damaged')
    await expect(open(armor.decode(armored).subarray(0, -1), mine)).rejects.toThrow('is damaged')
    await expect(open(Buffer.alloc(2 ** 21), mine)).rejects.toMatchObject({ code: 'BAD_INPUT' })
  })

  test.skipIf(missing('age'))('opens with the age tool (Debian’s age)', async () => {
    const identity = await generateX25519Identity()
    writeFileSync(join(folder, 'identity'), `${identity}\n`)
    const another = await identityToRecipient(await generateX25519Identity())
    writeFileSync(join(folder, 'wrapped.age'), await wrapKey(key, [another, await identityToRecipient(identity)]))
    const { stdout, status } = spawnSync('age', ['-d', '-i', join(folder, 'identity'), join(folder, 'wrapped.age')], {
      encoding: 'utf8',
    })
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toEqual(key)
  })
})

describe('a CID', () => {
  // The tool knows one profile, that of go-ipfs: leaves of 256 KiB wrapped in UnixFS, 174 links.
  const profile = { cidVersion: 0, leafBytes: 2 ** 18, links: 174, rawLeaves: false } as const
  test.skipIf(missing('ipfs_cid')).each([1, 2 ** 18, 2 ** 18 + 1, 5 * 2 ** 20 + 77, 60 * 2 ** 20])(
    'of %i bytes is the one that another implementation prints (Debian’s ipfs-cid)',
    async (bytes) => {
      const file = join(folder, `file-${bytes}`)
      writeFileSync(file, randomBytes(bytes))
      const store = await PackStore.open(join(folder, `store-${bytes}`))
      const { cid } = await addPath(file, store, () => {}, profile)
      await store.close()
      const { stdout } = spawnSync('ipfs_cid', [file], { encoding: 'utf8' })
      expect((JSON.parse(stdout) as { CIDv0: string }).CIDv0).toBe(cid.toString())
    },
  )
})
