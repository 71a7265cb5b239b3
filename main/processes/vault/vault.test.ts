import { Transaction, verifyTypedData } from 'ethers'
import { beforeAll, describe, expect, test } from 'vitest'
import { interfaces } from '../../../common/chain/contracts.ts'
import { marketDomain, receiptTypes } from '../../../common/chain/typed-data.ts'
import { Keystore, type Intent } from '../../../common/children/vault.ts'
import { Vault } from './vault.ts'
import { someContracts, someNetwork } from '../../../test/support/contracts.ts'

const PHRASE = 'test test test test test test test test test test test junk'
const ADDRESS = '0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266'
const network = {
  chainId: 31_337,
  contracts: someContracts,
}
const call = (to: string, data: string): Intent => ({
  kind: 'transaction',
  to,
  data,
  value: 0n,
  nonce: 3,
  gasLimit: 100_000n,
  maxFeePerGas: 10n,
  maxPriorityFeePerGas: 1n,
  agreedFee: 10n ** 15n,
})
const deposit = call(
  network.contracts.ledger,
  interfaces.ledger.encodeFunctionData('depositWithPermit', [
    5n,
    1,
    27,
    `0x${'01'.repeat(32)}`,
    `0x${'02'.repeat(32)}`,
  ]),
)

describe('a vault', () => {
  const vault = new Vault()
  let keystore: Keystore
  beforeAll(async () => {
    keystore = await vault.import(PHRASE, 'correct horse', someNetwork)
  })

  test('derives the account that other BIP-44 wallets derive', () => {
    expect(keystore.address).toBe(ADDRESS)
  })

  test('keeps no key in its keystore, and reads its own file back', () => {
    const text = JSON.stringify(keystore)
    expect(text).not.toContain('junk')
    expect(Keystore.parse(JSON.parse(text))).toEqual(keystore)
  })

  test('opens by its passphrase alone, in any normal form', async () => {
    await expect(new Vault().unlock(keystore, 'correct hors', someNetwork)).rejects.toMatchObject({
      code: 'WRONG_PASSPHRASE',
    })
    const accented = await new Vault().import(PHRASE, 'caf\u00e9 am Morgen', someNetwork)
    await expect(new Vault().unlock(accented, 'cafe\u0301 am Morgen', someNetwork)).resolves.toMatchObject({
      address: ADDRESS,
    })
  })

  test('refuses a keystore in which a single byte or the address was changed', async () => {
    const flipped = {
      ...keystore,
      sealed: `${keystore.sealed.slice(0, -2)}${keystore.sealed.endsWith('00') ? '01' : '00'}`,
    }
    await expect(new Vault().unlock(flipped, 'correct horse', someNetwork)).rejects.toMatchObject({
      code: 'WRONG_PASSPHRASE',
    })
    await expect(
      new Vault().unlock({ ...keystore, address: network.contracts.coin }, 'correct horse', someNetwork),
    ).rejects.toMatchObject({ code: 'WRONG_PASSPHRASE' })
  })

  test.each([
    'test test test',
    `${PHRASE} extra`,
    PHRASE.replace('junk', 'test'),
    'not words at all in any list of words that exists here',
  ])('refuses the phrase "%s" without repeating it', async (phrase) => {
    const error = await new Vault().import(phrase, 'correct horse', someNetwork).then(
      () => null,
      (caught: Error) => caught,
    )
    expect(error).toMatchObject({ code: 'BAD_MNEMONIC' })
    expect(`${error!.message} ${JSON.stringify(error)}`).not.toContain(phrase)
  })

  test('signs a call that it can read, for the chain and the nonce that were asked', async () => {
    const { signature, hash } = await vault.sign(network, deposit)
    const transaction = Transaction.from(signature)
    expect(transaction).toMatchObject({ from: ADDRESS, nonce: 3, chainId: 31_337n, hash })
  })

  test.each<[string, Intent]>([
    ['an unknown contract', call(`0x${'99'.repeat(20)}`, '0x')],
    ['a plain transfer of the chain’s coin', { ...(deposit as Extract<Intent, { kind: 'transaction' }>), value: 1n }],
    ['an approval', call(network.contracts.coin, interfaces.coin.encodeFunctionData('approve', [ADDRESS, 1n]))],
    [
      'a new ledger module',
      call(network.contracts.ledger, interfaces.ledger.encodeFunctionData('addModule', [ADDRESS])),
    ],
    ['call data with something appended', call(network.contracts.ledger, '0xffffffff00')],
  ])('refuses %s', async (_name, intent) => {
    await expect(vault.sign(network, intent)).rejects.toMatchObject({ code: 'INTENT_REFUSED' })
  })

  test('signs receipts that the contract’s domain accepts', async () => {
    const receipt = { order: 9n, provider: ADDRESS, price: 3n, served: 60, finished: true }
    const { signature } = await vault.sign(network, { kind: 'receipt', ...receipt })
    expect(verifyTypedData(marketDomain(31_337, network.contracts), receiptTypes, receipt, signature)).toBe(ADDRESS)
  })

  test('signs nothing once it is locked', async () => {
    const other = new Vault()
    await other.import(PHRASE, 'correct horse', someNetwork)
    other.lock()
    await expect(other.sign(network, deposit)).rejects.toMatchObject({ code: 'WALLET_LOCKED' })
  })
})

describe('a new wallet', () => {
  test('moves no coins before three of its words are confirmed, and any after', async () => {
    const vault = new Vault()
    const keystore = await vault.create('correct horse', someNetwork)
    const training = (verb: string, ...args: unknown[]): Intent =>
      call(network.contracts.training, interfaces.training.encodeFunctionData(verb, args))
    for (const intent of [
      deposit,
      training('open', 1, 1, 1, 1, `0x${'00'.repeat(32)}`),
      training('accept', 1),
      training('challenge', 1, 0),
      training('defend', 1),
    ])
      await expect(vault.sign(network, intent)).rejects.toMatchObject({ code: 'NOT_BACKED_UP' })
    for (const intent of [training('commit', 1, `0x${'01'.repeat(32)}`, 2), training('sample', 1), training('pass', 1)])
      await expect(vault.sign(network, intent)).resolves.toBeDefined()
    const words = await vault.reveal(keystore, 'correct horse')
    expect(words).toHaveLength(12)
    vault.challenge()
    expect(() => vault.confirm(keystore, ['a', 'b', 'c'])).toThrow(expect.objectContaining({ code: 'WRONG_WORDS' }))
    // A challenge is spent by its first answer, so three words cannot be guessed one by one.
    expect(() => vault.confirm(keystore, words.slice(0, 3))).toThrow(expect.objectContaining({ code: 'WRONG_WORDS' }))
    const confirmed = vault.confirm(
      keystore,
      vault.challenge().map((position) => words[position - 1]!),
    )
    expect(confirmed.backedUp).toBe(true)
    await expect(vault.sign(network, deposit)).resolves.toBeDefined()
  })
})
