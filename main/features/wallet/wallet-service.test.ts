import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createRouterClient } from '@orpc/server'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { someContracts, someNetwork } from '../../../test/support/contracts.ts'
import { ConfigStore } from '../../core/config.ts'
import { Emitter } from '../../core/events.ts'
import { Log } from '../../core/log/log.ts'
import { vaultRouter } from '../../processes/vault/serve.ts'
import { Vault } from '../../processes/vault/vault.ts'
import { KeystoreFile } from './keystore-file.ts'
import { WalletService } from './wallet-service.ts'

const PASSPHRASE = 'correct horse battery'
const receipt = { kind: 'receipt', order: 1n, served: 1, finished: false } as const
let folder: string

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'hearth-wallet-'))))
afterEach(() => {
  vi.useRealTimers()
  rmSync(folder, { recursive: true, force: true })
})

/** A host's wallet, as it starts on the data folder. */
async function start(unattended: boolean, network = someNetwork): Promise<WalletService> {
  const secrets = {
    kind: 'passphrase-only' as const,
    seal: (text: string) => Promise.resolve(text),
    open: (text: string) => Promise.resolve(text),
    unattendedPassphrase: () => Promise.resolve(unattended ? PASSPHRASE : null),
  }
  const service = new WalletService({
    vault: {
      client: createRouterClient(vaultRouter(new Vault())),
      events: new Emitter(),
      stop: () => Promise.resolve(),
    },
    file: new KeystoreFile(join(folder, 'keystore.json'), secrets),
    secrets,
    config: ConfigStore.open(join(folder, 'config.json'), () => {}),
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
