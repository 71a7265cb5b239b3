import { expect, test } from 'vitest'
import type { HostToShell, KeyringAnswer } from '../../common/shell.ts'
import { ShellSecrets } from './shell-secrets.ts'

/** A shell that answers all that it is asked with one answer, or never. */
function shell(answer: KeyringAnswer | null, patienceMs = 60_000): ShellSecrets {
  const secrets: ShellSecrets = new ShellSecrets((message: HostToShell) => {
    if (answer !== null && 'id' in message) queueMicrotask(() => secrets.answered(message.id, answer))
  }, patienceMs)
  return secrets
}
const underKeyring = { protection: 'keyring', content: 'c2VhbGVk' } as const

test('a text goes under the keyring and comes back', async () => {
  expect(await shell({ text: 'c2VhbGVk' }).seal('words')).toEqual(underKeyring)
  expect(await shell({ text: 'words' }).open(underKeyring)).toBe('words')
})

test('without a keyring the text stays as it is, and says so', async () => {
  const sealed = { protection: 'passphrase-only', content: 'words' } as const
  expect(await shell('none').seal('words')).toEqual(sealed)
  expect(await shell(null).open(sealed)).toBe('words')
})

test.each(['none', 'closed'] as const)('what is under a keyring does not open where it is %s', async (answer) => {
  await expect(shell(answer).open(underKeyring)).rejects.toMatchObject({ code: 'KEYRING_CLOSED' })
})

test('a keyring that refuses seals nothing, and nothing is written without it', async () => {
  await expect(shell('closed').seal('words')).rejects.toMatchObject({ code: 'KEYRING_CLOSED' })
})

test('a keyring that never answers is waited for with an end', async () => {
  await expect(shell(null, 20).open(underKeyring)).rejects.toMatchObject({ code: 'KEYRING_CLOSED' })
  await expect(shell(null, 20).seal('words')).rejects.toMatchObject({ code: 'KEYRING_CLOSED' })
})
