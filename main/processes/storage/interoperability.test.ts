import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { generateX25519Identity, identityToRecipient } from 'age-encryption'
import { afterAll, describe, expect, test } from 'vitest'
import { addPath } from './add.ts'
import { PackStore } from './blocks/pack-store.ts'
import { unwrapKey, wrapKey } from './hseg/age.ts'

const folder = mkdtempSync(join(tmpdir(), 'hearth-interop-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const missing = (command: string): boolean => spawnSync(command, ['--help']).error !== undefined

describe('a wrapped key', () => {
  const key = { format: 'HSEG1-KEY', dataset: 'ab'.repeat(32), version: 1, key: 'cd'.repeat(32) } as const

  test('is opened by whom it is for, and by nobody else', async () => {
    const [mine, other] = [await generateX25519Identity(), await generateX25519Identity()]
    const armored = await wrapKey(key, [await identityToRecipient(mine)])
    expect(armored).not.toContain(key.key)
    expect(await unwrapKey(armored, mine)).toEqual(key)
    await expect(unwrapKey(armored, other)).rejects.toMatchObject({ code: 'WRONG_KEY' })
    await expect(unwrapKey('no age file', mine)).rejects.toMatchObject({ code: 'WRONG_KEY' })
    await expect(unwrapKey(armored, 'no identity')).rejects.toMatchObject({ code: 'BAD_INPUT' })
    await expect(wrapKey(key, ['age1nobody'])).rejects.toMatchObject({ code: 'BAD_INPUT' })
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
