import { beforeEach, expect, test } from 'vitest'
import { Keyring } from '../../main/shell/keyring.ts'
import { becomeReady, recorded } from '../fakes/electron.ts'

beforeEach(() => {
  becomeReady()
  recorded.keyring = 'works'
  recorded.backend = 'gnome_libsecret'
})

test('what is sealed opens again', async () => {
  const keyring = new Keyring()
  const sealed = await keyring.seal('keystore')
  expect(sealed).toEqual({ text: Buffer.from('sealed:keystore').toString('base64') })
  expect(await keyring.open((sealed as { text: string }).text)).toEqual({ text: 'keystore' })
})

test('a keyring that says it is there, and gives nothing back, is none', async () => {
  recorded.keyring = 'forgets'
  expect(await new Keyring().seal('keystore')).toBe('none')
})

test.skipIf(process.platform !== 'linux')('plain text under the name of a keyring is none', async () => {
  recorded.backend = 'basic_text'
  expect(await new Keyring().seal('keystore')).toBe('none')
})

test('a keyring that refuses is closed, and asked anew the next time', async () => {
  const keyring = new Keyring()
  recorded.keyring = 'refuses'
  expect(await keyring.open('c2VhbGVk')).toBe('closed')
  expect(await keyring.seal('keystore')).toBe('none')
  recorded.keyring = 'works'
  expect(await keyring.seal('keystore')).toMatchObject({ text: expect.any(String) as string })
})

test('what another keyring has sealed is refused', async () => {
  expect(await new Keyring().open(Buffer.from('foreign').toString('base64'))).toBe('closed')
})
