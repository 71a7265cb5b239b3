import { randomInt } from 'node:crypto'
import { getAddress, HDNodeWallet, hexlify, Mnemonic, randomBytes, Transaction } from 'ethers'
import type { Intent, Keystore, VaultNetwork } from '../../../common/children/vault.ts'
import type { ContractRegistry } from '../../../common/chain/contract-registry.ts'
import { registry } from '../../../common/chain/contracts.ts'
import {
  coinDomain,
  marketDomain,
  peerDomain,
  peerRecordTypes,
  permitTypes,
  receiptTypes,
} from '../../../common/chain/typed-data.ts'
import { STATEMENT_PREFIX } from '../../../common/model/signed-recipe.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { derive, pointOf, scalarOf, wrap, type Point } from './sale-keys.ts'
import { seal, unseal } from './sealing.ts'

/** BIP-44, first account of coin type 60. */
const DERIVATION_PATH = "m/44'/60'/0'/0/0"

const MOST_PURCHASES = 256
const SCALAR_BYTES = 48

interface Dataset {
  readonly dataset: string
  readonly version: number
  readonly salt: string
}
interface Purchase {
  readonly chainId: number
  readonly contract: string
  readonly asset: number
  readonly version: number
}

/** Holds the keys of one wallet while it is open. Nothing that leaves its methods contains a key, except `reveal`. */
export class Vault {
  readonly #registry: ContractRegistry
  #wallet: HDNodeWallet | undefined
  #backedUp = false
  #challenge: number[] = []

  /** @param known the contracts whose actions it signs */
  constructor(known: ContractRegistry = registry) {
    this.#registry = known
  }

  async create(passphrase: string): Promise<Keystore> {
    return this.#adopt(Mnemonic.fromEntropy(randomBytes(16)), passphrase, false)
  }

  /** Imported words are known to the person already, so they count as backed up. */
  async import(phrase: string, passphrase: string): Promise<Keystore> {
    return this.#adopt(parseMnemonic(phrase), passphrase, true)
  }

  async unlock(keystore: Keystore, passphrase: string): Promise<{ address: string }> {
    const wallet = walletOf(Mnemonic.fromEntropy(await unseal(keystore, passphrase)))
    if (wallet.address !== getAddress(keystore.address))
      throw new HearthError('KEYSTORE_DAMAGED', 'the wallet file does not hold the key that it names')
    this.#wallet = wallet
    this.#backedUp = keystore.backedUp
    return { address: wallet.address }
  }

  lock(): void {
    this.#wallet = undefined
    this.#challenge = []
  }

  async reveal(keystore: Keystore, passphrase: string): Promise<string[]> {
    return Mnemonic.fromEntropy(await unseal(keystore, passphrase)).phrase.split(' ')
  }

  challenge(): number[] {
    const positions = new Set<number>()
    const count = words(this.#open).length
    while (positions.size < 3) positions.add(randomInt(1, count + 1))
    this.#challenge = [...positions].sort((a, b) => a - b)
    return this.#challenge
  }

  /** @throws HearthError WRONG_WORDS; a new challenge must be drawn then. */
  confirm(keystore: Keystore, answers: readonly string[]): Keystore {
    const phrase = words(this.#open)
    const asked = this.#challenge
    this.#challenge = []
    const right =
      asked.length === 3 && asked.every((position, i) => phrase[position - 1] === answers[i]?.trim().toLowerCase())
    if (!right) throw new HearthError('WRONG_WORDS', 'these are not the words that were asked for')
    if (getAddress(keystore.address) !== this.#open.address)
      throw new HearthError('KEYSTORE_DAMAGED', 'another wallet is open')
    this.#backedUp = true
    return { ...keystore, backedUp: true }
  }

  /** @throws HearthError INTENT_REFUSED for whatever the vault cannot read, NOT_BACKED_UP before the backup. */
  async sign(network: VaultNetwork, intent: Intent): Promise<{ signature: string; hash: string | null }> {
    const wallet = this.#open
    const { chainId, contracts } = network
    switch (intent.kind) {
      case 'transaction':
        return this.#signTransaction(network, intent)
      case 'receipt':
        return typed(
          await wallet.signTypedData(marketDomain(chainId, contracts), receiptTypes, {
            order: intent.order,
            served: intent.served,
            finished: intent.finished,
          }),
        )
      case 'permit': {
        this.#requireBackup()
        const permit = {
          owner: wallet.address,
          spender: contracts.ledger,
          value: intent.amount,
          nonce: intent.nonce,
          deadline: intent.deadline,
        }
        return typed(await wallet.signTypedData(coinDomain(chainId, contracts), permitTypes, permit))
      }
      case 'peer-record':
        return typed(
          await wallet.signTypedData(peerDomain(chainId, contracts), peerRecordTypes, {
            wallet: wallet.address,
            peer: intent.peer,
            expires: intent.expires,
          }),
        )
      case 'statement':
        // The prefix keeps a statement from ever being a login challenge or a message of another program.
        return typed(await wallet.signMessage(STATEMENT_PREFIX + intent.text))
    }
  }

  dataKey({ dataset, version, salt }: Dataset): string {
    return hexlify(this.#derive(`key/${dataset}/${version}/${salt}`, 32))
  }

  sealForBuyer({ sale, buyer, ...dataset }: Dataset & { sale: number; buyer: Point }): {
    point: Point
    wrapped: string
  } {
    const once = scalarOf(randomBytes(SCALAR_BYTES))
    const wrapped = wrap(this.dataKey(dataset), once, buyer, sale)
    if (wrapped === null) throw new HearthError('BAD_INPUT', 'the buyer’s key is no point')
    return { point: pointOf(once), wrapped }
  }

  purchaseKey({ serial, ...purchase }: Purchase & { serial: number }): Point {
    return pointOf(this.#purchaseSecret(purchase, serial))
  }

  openDelivery({
    sale,
    buyer,
    point,
    wrapped,
    ...purchase
  }: Purchase & { sale: number; buyer: string; point: Point; wrapped: string }): string | null {
    return wrap(wrapped, this.purchaseSecret({ ...purchase, buyer }), point, sale)
  }

  /** @param buyer x of the key that was bought with */
  purchaseSecret({ buyer, ...purchase }: Purchase & { buyer: string }): string {
    for (let serial = 0; serial < MOST_PURCHASES; serial++) {
      const secret = this.#purchaseSecret(purchase, serial)
      if (pointOf(secret).x === buyer.toLowerCase()) return secret
    }
    throw new HearthError('NOT_FOUND', 'this purchase was made with another wallet')
  }

  #purchaseSecret({ chainId, contract, asset, version }: Purchase, serial: number): string {
    return scalarOf(
      this.#derive(`purchase/${chainId}/${contract.toLowerCase()}/${asset}/${version}/${serial}`, SCALAR_BYTES),
    )
  }

  #derive(purpose: string, bytes: number): Buffer {
    return derive(Buffer.from(this.#open.mnemonic!.entropy.slice(2), 'hex'), purpose, bytes)
  }

  async #signTransaction(
    { chainId, contracts }: VaultNetwork,
    intent: Extract<Intent, { kind: 'transaction' }>,
  ): Promise<{ signature: string; hash: string | null }> {
    const call = this.#registry.signable(contracts, intent.to, intent.data)
    if (!call || intent.value !== 0n)
      throw new HearthError('INTENT_REFUSED', 'this transaction is none that Hearth makes')
    if (call.needsBackup) this.#requireBackup()
    const { kind: _, ...fields } = intent
    const transaction = Transaction.from({ ...fields, type: 2, chainId })
    transaction.signature = this.#open.signingKey.sign(transaction.unsignedHash)
    return { signature: transaction.serialized, hash: transaction.hash }
  }

  get #open(): HDNodeWallet {
    if (!this.#wallet) throw new HearthError('WALLET_LOCKED', 'unlock the wallet first')
    return this.#wallet
  }

  #requireBackup(): void {
    if (!this.#backedUp) throw new HearthError('NOT_BACKED_UP', 'write down the recovery words first')
  }

  async #adopt(mnemonic: Mnemonic, passphrase: string, backedUp: boolean): Promise<Keystore> {
    const wallet = walletOf(mnemonic)
    const sealed = await seal(Buffer.from(mnemonic.entropy.slice(2), 'hex'), passphrase, wallet.address)
    this.#wallet = wallet
    this.#backedUp = backedUp
    return { version: 1, address: wallet.address, backedUp, ...sealed }
  }
}

const walletOf = (mnemonic: Mnemonic): HDNodeWallet => HDNodeWallet.fromMnemonic(mnemonic, DERIVATION_PATH)
const words = (wallet: HDNodeWallet): string[] => wallet.mnemonic!.phrase.split(' ')
const typed = (signature: string): { signature: string; hash: null } => ({ signature, hash: null })

function parseMnemonic(phrase: string): Mnemonic {
  const clean = phrase.normalize('NFKD').trim().toLowerCase().split(/\s+/).join(' ')
  try {
    return Mnemonic.fromPhrase(clean)
  } catch (error) {
    // The cause quotes the words, so it is not passed on.
    throw new HearthError(
      'BAD_MNEMONIC',
      `not a valid recovery phrase (${clean.split(' ').length} words; spelling or order is wrong)`,
      {},
      { cause: error instanceof Error ? error.name : undefined },
    )
  }
}
