import { createCipheriv, randomBytes, scryptSync } from 'node:crypto'
import { Mnemonic, verifyTypedData } from 'ethers'
import { beforeAll, describe, expect, test } from 'vitest'
import { registry } from '../../../common/chain/contracts.ts'
import { coinDomain, permitTypes } from '../../../common/chain/typed-data.ts'
import { Keystore, type Intent, type TrustedNetwork } from '../../../common/children/vault.ts'
import { Action } from '../../../common/model/action.ts'
import { DEFAULT_FEE_CAP } from '../../../common/model/trusted-network.ts'
import { someContracts, someNetwork } from '../../../test/support/contracts.ts'
import { FeeBudget } from './fee-budget.ts'
import { Vault } from './vault.ts'

const PHRASE = 'test test test test test test test test test test test junk'
const PASSPHRASE = 'correct horse'
const stranger = `0x${'ee'.repeat(20)}`
const own: TrustedNetwork = { chainId: 1, contracts: someContracts, feeCap: String(DEFAULT_FEE_CAP) }
const real = { chainId: 1, contracts: someContracts }
const soon = (): number => Math.floor(Date.now() / 1000) + 600
const permit = (change: Partial<Extract<Intent, { kind: 'permit' }>> = {}): Intent => ({
  kind: 'permit',
  amount: 5n,
  nonce: 0n,
  deadline: soon(),
  ...change,
})

async function transaction(action: object, fee: bigint, agreedFee: bigint): Promise<Intent> {
  const call = await registry.encode(Action.parse(action), {
    contracts: someContracts,
    chainTime: 1_000,
    account: () => stranger,
    read: () => Promise.reject(new Error('nothing is read')),
    permit: () => Promise.reject(new Error('nothing is permitted')),
    complaint: () => Promise.reject(new Error('nothing is complained about')),
  })
  const gasLimit = 100_000n
  const maxFeePerGas = fee / gasLimit
  return {
    kind: 'transaction',
    ...call,
    value: 0n,
    nonce: 0,
    gasLimit,
    maxFeePerGas,
    maxPriorityFeePerGas: 1n,
    agreedFee,
  }
}

/** As version 1 sealed it: bound to the address alone. */
function firstVersion(): Keystore {
  const mnemonic = Mnemonic.fromPhrase(PHRASE)
  const address = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
  const [salt, nonce] = [randomBytes(32), randomBytes(12)]
  const cipher = createCipheriv('aes-256-gcm', scryptSync(PASSPHRASE, salt, 32, { N: 2 ** 14, r: 8, p: 1 }), nonce)
  cipher.setAAD(Buffer.from(address.toLowerCase()))
  const sealed = [cipher.update(Buffer.from(mnemonic.entropy.slice(2), 'hex')), cipher.final(), cipher.getAuthTag()]
  const hex = (bytes: Buffer): string => `0x${bytes.toString('hex')}`
  return {
    version: 1,
    address,
    backedUp: true,
    kdf: { name: 'scrypt', log2N: 14, r: 8, p: 1, salt: hex(salt) },
    nonce: hex(nonce),
    sealed: hex(Buffer.concat(sealed)),
  }
}

describe('a host that lies about the network', () => {
  const vault = new Vault()
  let keystore: Keystore
  beforeAll(async () => {
    keystore = await vault.import(PHRASE, PASSPHRASE, own)
  })

  test.each<[string, { chainId: number; contracts: typeof someContracts }]>([
    ['a ledger of its own may take the coins', { chainId: 1, contracts: { ...someContracts, ledger: stranger } }],
    ['a coin of value takes the place of ours', { chainId: 1, contracts: { ...someContracts, coin: stranger } }],
    ['another chain', { chainId: 10, contracts: someContracts }],
  ])('gets no signature: %s', async (_, lie) => {
    const intents = [
      permit(),
      await transaction({ kind: 'withdraw', amount: 1n }, 1n, 1n),
      { kind: 'receipt', order: 1n, provider: stranger, price: 1n, served: 1, finished: true } as const,
      { kind: 'peer-record', peer: `0x${'01'.repeat(32)}`, expires: soon() } as const,
    ]
    for (const intent of intents)
      await expect(vault.sign(lie, intent), intent.kind).rejects.toMatchObject({ code: 'NETWORK_NOT_TRUSTED' })
  })

  test('gets those of the network that the wallet was set up for, however its addresses are written', async () => {
    const contracts = { ...someContracts, ledger: someContracts.ledger.toUpperCase().replace('0X', '0x') }
    const { signature } = await vault.sign({ chainId: 1, contracts }, permit({ deadline: 2 }))
    const value = { owner: keystore.address, spender: someContracts.ledger, value: 5n, nonce: 0n, deadline: 2 }
    expect(verifyTypedData(coinDomain(1, someContracts), permitTypes, value, signature)).toBe(keystore.address)
  })

  test('gets no permit without bounds, in coins or in time', async () => {
    for (const open of [permit({ amount: 2n ** 256n - 1n }), permit({ deadline: soon() + 86_400 })])
      await expect(vault.sign(real, open)).rejects.toMatchObject({ code: 'INTENT_REFUSED' })
  })

  test('cannot change what the wallet was set up for in its file', async () => {
    if (keystore.version !== 2) throw new Error('not of this version')
    const { networks, ...others } = keystore
    const bent: readonly Keystore[] = [
      { ...keystore, networks: [] },
      { ...keystore, networks: [...networks, { ...own, chainId: 10 }] },
      { ...keystore, networks: [{ ...own, feeCap: `${own.feeCap}0` }] },
      { ...keystore, networks: [{ ...own, contracts: { ...someContracts, ledger: stranger } }] },
      { ...others, version: 1 },
    ]
    for (const file of bent)
      await expect(new Vault().unlock(file, PASSPHRASE, own)).rejects.toMatchObject({ code: 'WRONG_PASSPHRASE' })
  })

  test('cannot set it up for another one without the passphrase; its owner can, and it stays so', async () => {
    const next = { ...own, chainId: 10 }
    await expect(vault.trust(keystore, 'a wrong guess', next)).rejects.toMatchObject({ code: 'WRONG_PASSPHRASE' })
    const elsewhere = { chainId: 10, contracts: someContracts }
    await expect(vault.sign(elsewhere, permit())).rejects.toMatchObject({ code: 'NETWORK_NOT_TRUSTED' })
    const kept = await vault.trust(keystore, PASSPHRASE, next)
    await expect(vault.sign(elsewhere, permit())).resolves.toBeDefined()
    const again = new Vault()
    // What the host says at an unlock counts for nothing once the wallet was set up.
    await again.unlock(kept, PASSPHRASE, { ...own, chainId: 56 })
    await expect(again.sign(elsewhere, permit())).resolves.toBeDefined()
    await expect(again.sign(real, permit())).resolves.toBeDefined()
    await expect(again.sign({ chainId: 56, contracts: someContracts }, permit())).rejects.toMatchObject({
      code: 'NETWORK_NOT_TRUSTED',
    })
  })

  test('finds a wallet that opens again, however many networks its owner has named', async () => {
    const many = new Vault()
    let file = keystore
    for (let chainId = 2; chainId < 20; chainId++) file = await many.trust(file, PASSPHRASE, { ...own, chainId })
    const again = Keystore.parse(JSON.parse(JSON.stringify(file)))
    await many.unlock(again, PASSPHRASE, own)
    await expect(many.sign({ chainId: 19, contracts: someContracts }, permit())).resolves.toBeDefined()
    await expect(many.sign(real, permit())).rejects.toMatchObject({ code: 'NETWORK_NOT_TRUSTED' })
  })

  test('finds a locked vault locked after its owner has named a network', async () => {
    const locked = new Vault()
    await locked.trust(keystore, PASSPHRASE, { ...own, chainId: 10 })
    await expect(locked.sign(real, permit())).rejects.toMatchObject({ code: 'WALLET_LOCKED' })
  })
})

test('a wallet file of the first version opens, is bound to the network that it is opened for, and opens again', async () => {
  const vault = new Vault()
  const kept = await vault.unlock(firstVersion(), PASSPHRASE, own)
  expect(kept).toMatchObject({ version: 2, backedUp: true, networks: [own] })
  await expect(vault.sign(real, permit())).resolves.toBeDefined()
  await expect(vault.sign({ chainId: 10, contracts: someContracts }, permit())).rejects.toMatchObject({
    code: 'NETWORK_NOT_TRUSTED',
  })
  await expect(new Vault().unlock(kept, PASSPHRASE, someNetwork)).resolves.toEqual(kept)
})

describe('the fee of a transaction', () => {
  const vault = new Vault()
  const cap = DEFAULT_FEE_CAP
  const signed = async (kind: 'host' | 'person', fee: bigint, agreed: bigint) => {
    const action = kind === 'host' ? { kind: 'passJob', job: 1 } : { kind: 'withdraw', amount: 1n }
    return vault.sign(real, await transaction(action, fee, agreed))
  }
  beforeAll(() => vault.import(PHRASE, PASSPHRASE, own))

  test('of what only the host starts is never above the cap, whatever the host says was agreed to', async () => {
    await expect(signed('host', cap, cap)).resolves.toBeDefined()
    await expect(signed('host', cap + 10n ** 9n, 100n * cap)).rejects.toMatchObject({ code: 'FEE_ABOVE_LIMIT' })
  })

  test('of what a person asks for may be what they have seen, and no more', async () => {
    await expect(signed('person', 5n * cap, 5n * cap)).resolves.toBeDefined()
    await expect(signed('person', 5n * cap, 4n * cap)).rejects.toMatchObject({ code: 'FEE_ABOVE_LIMIT' })
  })

  test('is never the whole wallet', async () => {
    await expect(signed('person', 11n * cap, 100n * cap)).rejects.toMatchObject({ code: 'FEE_ABOVE_LIMIT' })
  })

  test('has a sum for the day, so that one step that is made again and again burns no wallet', async () => {
    const other = new Vault()
    await other.import(PHRASE, PASSPHRASE, own)
    const intent = await transaction({ kind: 'passJob', job: 1 }, cap, cap)
    if (intent.kind !== 'transaction') throw new Error(intent.kind)
    const sign = (nonce: number) => other.sign(real, { ...intent, nonce })
    for (let nonce = 0; nonce < 50; nonce++) await sign(nonce)
    await expect(sign(50)).rejects.toMatchObject({ code: 'FEE_ABOVE_LIMIT' })
    // Another form of one that was signed takes nothing more: only one of both is ever mined.
    await expect(sign(7)).resolves.toBeDefined()
    // The practice chain's coins are worth nothing.
    await expect(other.sign({ ...real, chainId: 31_337 }, intent)).resolves.toBeDefined()
  })

  test('of yesterday does not count today', () => {
    let now = 0
    const budget = new FeeBudget(() => now)
    expect([budget.take(1, 0, 6n, 10n), budget.take(1, 1, 5n, 10n), budget.take(2, 1, 5n, 10n)]).toEqual([
      true,
      false,
      true,
    ])
    now += 86_400_000
    expect(budget.take(1, 1, 5n, 10n)).toBe(true)
  })
})
