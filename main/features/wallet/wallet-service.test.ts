import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { someContracts, someNetwork } from '../../../test/support/contracts.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { PassphraseSecrets } from '../../headless/secrets.ts'
import { ConfigStore } from '../../core/config.ts'
import { Emitter } from '../../core/events.ts'
import { Log } from '../../core/log/log.ts'
import type { Secrets } from '../../core/ports.ts'
import { vaultRouter } from '../../processes/vault/serve.ts'
import { Vault } from '../../processes/vault/vault.ts'
import { KeystoreFile } from './keystore-file.ts'
import { WalletService } from './wallet-service.ts'

const PASSPHRASE = 'correct horse battery'
const receipt = {
  kind: 'receipt',
  order: 1n,
  provider: `0x${'aa'.repeat(20)}`,
  price: 1n,
  served: 1,
  finished: false,
} as const
let folder: string

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'hearth-wallet-'))))
afterEach(() => {
  vi.useRealTimers()
  rmSync(folder, { recursive: true, force: true })
})

/** A host's wallet, as it starts on the data folder. */
const start = (unattended: boolean, network = someNetwork): Promise<WalletService> =>
  startWith(
    {
      seal: (content) => Promise.resolve({ protection: 'passphrase-only', content }),
      open: ({ content }) => Promise.resolve(content),
      unattendedPassphrase: () => Promise.resolve(unattended ? PASSPHRASE : null),
    },
    network,
  )

async function startWith(secrets: Secrets, network = someNetwork): Promise<WalletService> {
  const service = new WalletService({
    vault: {
      client: createRouterClient(vaultRouter(new Vault())),
      events: new Emitter(),
      stop: () => Promise.resolve(),
    },
    file: new KeystoreFile(join(folder, 'keystore.json'), secrets),
    secrets,
    config: ConfigStore.open(join(folder, 'config.json')),
    network,
    log: new Log(() => {}),
  })
  await service.start()
  return service
}

describe('an unattended host', () => {
  test('opens its wallet when it is needed, and not after somebody has locked it', async () => {
    await (await start(true)).create(PASSPHRASE)
    const wallet = await start(true)
    await expect(wallet.sign(receipt)).resolves.toBeDefined()
    expect(wallet.mustBeUnlocked).toBe(false)
    await wallet.lock()
    await expect(wallet.sign(receipt)).rejects.toMatchObject({ code: 'WALLET_LOCKED' })
    expect(wallet.mustBeUnlocked).toBe(true)
    await wallet.unlock(PASSPHRASE)
    await expect(wallet.sign(receipt)).resolves.toBeDefined()
  })
})

describe('a wallet that locks itself', () => {
  test('stays open while something would be lost without a signature, and no longer', async () => {
    const wallet = await start(false)
    let held = true
    wallet.staysOpenWhile(() => held)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    await wallet.create(PASSPHRASE)
    await vi.advanceTimersByTimeAsync(24 * 3_600_000)
    expect(wallet.status().state).toBe('open')
    held = false
    await vi.advanceTimersByTimeAsync(4 * 3_600_000)
    expect(wallet.status().state).toBe('locked')
    expect(wallet.mustBeUnlocked).toBe(true)
  })
})

test('a network that the settings have since been pointed at is signed for once its owner has said so', async () => {
  const mainnet = { ...someNetwork, chainId: 1 }
  await (await start(false, mainnet)).create(PASSPHRASE)
  const stranger = { ...mainnet, contracts: { ...someContracts, ledger: `0x${'ee'.repeat(20)}` } }
  const wallet = await start(false, stranger)
  await wallet.unlock(PASSPHRASE)
  expect(wallet.status().trusted).toBe(false)
  await expect(wallet.sign(receipt)).rejects.toMatchObject({ code: 'NETWORK_NOT_TRUSTED' })
  await expect(wallet.trustNetwork('a wrong passphrase')).rejects.toMatchObject({ code: 'WRONG_PASSPHRASE' })
  expect(await wallet.trustNetwork(PASSPHRASE)).toMatchObject({ trusted: true })
  await expect(wallet.sign(receipt)).resolves.toBeDefined()
  const again = await start(false, stranger)
  await again.unlock(PASSPHRASE)
  expect(again.status().trusted).toBe(true)
})

describe('a wallet under the system’s keyring', () => {
  const silent = () => Promise.withResolvers<string>()
  const keyring = (open: Secrets['open']): Secrets => ({
    seal: (text) => Promise.resolve({ protection: 'keyring', content: Buffer.from(text).toString('base64') }),
    open,
    unattendedPassphrase: () => Promise.resolve(null),
  })
  const opened: Secrets['open'] = ({ content }) => Promise.resolve(Buffer.from(content, 'base64').toString())
  const closed: Secrets['open'] = () => Promise.reject(new HearthError('KEYRING_CLOSED', 'the keyring refuses'))

  test('holds up no start while the keyring waits for its owner, and opens once it answers', async () => {
    const { address } = await (await startWith(keyring(opened))).create(PASSPHRASE)
    expect(readFileSync(join(folder, 'keystore.json'), 'utf8')).not.toContain(address)
    const answer = silent()
    const wallet = await startWith(keyring(() => answer.promise))
    expect(wallet.status()).toMatchObject({ state: 'sealed', address: null, protection: 'keyring' })
    await expect(wallet.unlock(PASSPHRASE)).rejects.toMatchObject({ code: 'KEYRING_CLOSED' })
    await expect(wallet.create(PASSPHRASE)).rejects.toMatchObject({ code: 'WALLET_EXISTS' })
    const changed = new Promise((resolve) => wallet.events.on('changed', resolve))
    const { content } = JSON.parse(readFileSync(join(folder, 'keystore.json'), 'utf8')) as { content: string }
    answer.resolve(Buffer.from(content, 'base64').toString())
    expect(await changed).toMatchObject({ state: 'locked', address })
    expect(await wallet.unlock(PASSPHRASE)).toMatchObject({ state: 'open', address })
  })

  test('is whole where the keyring refuses, says so, and opens when it is asked again', async () => {
    const { address } = await (await startWith(keyring(opened))).create(PASSPHRASE)
    const before = readFileSync(join(folder, 'keystore.json'))
    let open = closed
    const wallet = await startWith(keyring((sealed) => open(sealed)))
    await expect.poll(() => wallet.reopen()).toMatchObject({ state: 'sealed' })
    open = opened
    expect(await wallet.reopen()).toMatchObject({ state: 'locked', address })
    expect(readFileSync(join(folder, 'keystore.json'))).toEqual(before)
  })

  test('is not called damaged where there is no keyring to ask, as under the command line', async () => {
    await (await startWith(keyring(opened))).create(PASSPHRASE)
    const wallet = await startWith(new PassphraseSecrets(null))
    await expect.poll(() => wallet.status()).toMatchObject({ state: 'sealed', protection: 'keyring' })
    await expect(wallet.unlock(PASSPHRASE)).rejects.toMatchObject({ code: 'KEYRING_CLOSED' })
  })

  test('is not made where the keyring does not answer', async () => {
    const wallet = await startWith({
      ...keyring(opened),
      seal: () => Promise.reject(new HearthError('KEYRING_CLOSED', 'the keyring does not answer')),
    })
    await expect(wallet.create(PASSPHRASE)).rejects.toMatchObject({ code: 'KEYRING_CLOSED' })
    expect(wallet.status()).toMatchObject({ state: 'none', address: null })
    expect(existsSync(join(folder, 'keystore.json'))).toBe(false)
  })
})
