import { randomInt } from 'node:crypto'
import { getAddress, HDNodeWallet, hexlify, Mnemonic, randomBytes, Transaction } from 'ethers'
import {
  MOST_NETWORKS,
  type Intent,
  type Keystore,
  type TrustedNetwork,
  type VaultNetwork,
} from '../../../common/children/vault.ts'
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
import {
  DAILY_FEE_CAPS,
  DEFAULT_FEE_CAP,
  PERSONAL_FEE_CAPS,
  PRACTICE_CHAIN_ID,
  trustedAmong,
} from '../../../common/model/trusted-network.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { FeeBudget } from './fee-budget.ts'
import { derive, pointOf, scalarOf, wrap, type Point } from './sale-keys.ts'
import { seal, unseal } from './sealing.ts'

/** BIP-44, first account of coin type 60. */
const DERIVATION_PATH = "m/44'/60'/0'/0/0"

/** What one deposit may be at most: a billion coins. */
const LARGEST_PERMIT = 10n ** 27n
const LONGEST_PERMIT_SECONDS = 2 * 3_600
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
  #networks: readonly TrustedNetwork[] = []
  readonly #budget = new FeeBudget()

  /** @param known the contracts whose actions it signs */
  constructor(known: ContractRegistry = registry) {
    this.#registry = known
  }

  /** @param network the one that the wallet is set up for */
  async create(passphrase: string, network: TrustedNetwork): Promise<Keystore> {
    return this.#adopt(Mnemonic.fromEntropy(randomBytes(16)), passphrase, false, [network])
  }

  /** Imported words are known to the person already, so they count as backed up. */
  async import(phrase: string, passphrase: string, network: TrustedNetwork): Promise<Keystore> {
    return this.#adopt(parseMnemonic(phrase), passphrase, true, [network])
  }

  /** @returns the keystore as it is to be kept: one of version 1 is bound to the network that it is opened for */
  async unlock(keystore: Keystore, passphrase: string, network: TrustedNetwork): Promise<Keystore> {
    const mnemonic = Mnemonic.fromEntropy(await unseal(keystore, passphrase))
    if (walletOf(mnemonic).address !== getAddress(keystore.address))
      throw new HearthError('KEYSTORE_DAMAGED', 'the wallet file does not hold the key that it names')
    if (keystore.version === 1) return this.#adopt(mnemonic, passphrase, keystore.backedUp, [network])
    this.#open(mnemonic, keystore)
    return keystore
  }

  /** Signs for a network as it is given from now on. A locked vault stays locked. */
  async trust(keystore: Keystore, passphrase: string, network: TrustedNetwork): Promise<Keystore> {
    const entropy = await unseal(keystore, passphrase)
    const others = keystore.version === 1 ? [] : keystore.networks.filter(({ chainId }) => chainId !== network.chainId)
    const { address, backedUp } = keystore
    const networks = [...others.slice(1 - MOST_NETWORKS), network]
    const next: Keystore = {
      version: 2,
      address,
      backedUp,
      networks,
      ...(await seal(entropy, passphrase, address, networks)),
    }
    if (this.#wallet?.address === getAddress(address)) this.#networks = networks
    return next
  }

  lock(): void {
    this.#wallet = undefined
    this.#challenge = []
    this.#networks = []
  }

  async reveal(keystore: Keystore, passphrase: string): Promise<string[]> {
    return Mnemonic.fromEntropy(await unseal(keystore, passphrase)).phrase.split(' ')
  }

  challenge(): number[] {
    const positions = new Set<number>()
    const count = words(this.#unlocked).length
    while (positions.size < 3) positions.add(randomInt(1, count + 1))
    this.#challenge = [...positions].sort((a, b) => a - b)
    return this.#challenge
  }

  /** @throws HearthError WRONG_WORDS; a new challenge must be drawn then. */
  confirm(keystore: Keystore, answers: readonly string[]): Keystore {
    const phrase = words(this.#unlocked)
    const asked = this.#challenge
    this.#challenge = []
    const right =
      asked.length === 3 && asked.every((position, i) => phrase[position - 1] === answers[i]?.trim().toLowerCase())
    if (!right) throw new HearthError('WRONG_WORDS', 'these are not the words that were asked for')
    if (getAddress(keystore.address) !== this.#unlocked.address)
      throw new HearthError('KEYSTORE_DAMAGED', 'another wallet is open')
    this.#backedUp = true
    return { ...keystore, backedUp: true }
  }

  /** @throws HearthError INTENT_REFUSED for whatever the vault cannot read, NOT_BACKED_UP before the backup. */
  async sign(network: VaultNetwork, intent: Intent): Promise<{ signature: string; hash: string | null }> {
    const wallet = this.#unlocked
    const { chainId, contracts } = network
    const cap = intent.kind === 'statement' ? 0n : this.#feeCapOn(network)
    switch (intent.kind) {
      case 'transaction':
        return this.#signTransaction(network, intent, cap)
      case 'receipt':
        return typed(
          await wallet.signTypedData(marketDomain(chainId, contracts), receiptTypes, {
            order: intent.order,
            provider: intent.provider,
            price: intent.price,
            served: intent.served,
            finished: intent.finished,
          }),
        )
      case 'permit': {
        this.#requireBackup()
        this.#refuseOpenPermit(chainId, intent)
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
    return derive(Buffer.from(this.#unlocked.mnemonic!.entropy.slice(2), 'hex'), purpose, bytes)
  }

  async #signTransaction(
    { chainId, contracts }: VaultNetwork,
    intent: Extract<Intent, { kind: 'transaction' }>,
    cap: bigint,
  ): Promise<{ signature: string; hash: string | null }> {
    const call = this.#registry.signable(contracts, intent.to, intent.data)
    if (!call || intent.value !== 0n)
      throw new HearthError('INTENT_REFUSED', 'this transaction is none that Hearth makes')
    if (call.needsBackup) this.#requireBackup()
    // What only the host starts nobody has seen a fee of; what a person asks for may cost more, within reason.
    const most = call.personal ? PERSONAL_FEE_CAPS * cap : cap
    const { kind: _, agreedFee, ...fields } = intent
    const fee = fields.gasLimit * fields.maxFeePerGas
    if (fee > (agreedFee < most ? agreedFee : most))
      throw new HearthError(
        'FEE_ABOVE_LIMIT',
        'the fee is higher than the vault signs for; “hearth wallet trust” has it take a higher cap of the settings',
      )
    if (chainId !== PRACTICE_CHAIN_ID && !this.#budget.take(chainId, fields.nonce, fee, DAILY_FEE_CAPS * cap))
      throw new HearthError('FEE_ABOVE_LIMIT', 'the fees of one day have reached what the vault signs for')
    const transaction = Transaction.from({ ...fields, type: 2, chainId })
    transaction.signature = this.#unlocked.signingKey.sign(transaction.unsignedHash)
    return { signature: transaction.serialized, hash: transaction.hash }
  }

  /** The highest fee on a network without a person. @throws HearthError NETWORK_NOT_TRUSTED */
  #feeCapOn(network: VaultNetwork): bigint {
    const { chainId } = network
    if (chainId === PRACTICE_CHAIN_ID) return DEFAULT_FEE_CAP
    const trusted = trustedAmong(this.#networks, network)
    if (!trusted)
      throw new HearthError(
        'NETWORK_NOT_TRUSTED',
        `this wallet was not set up for chain ${chainId} with these contracts`,
      )
    return BigInt(trusted.feeCap)
  }

  /** A permit lets the ledger take coins later: no more than there can be in a deposit, and not for long. */
  #refuseOpenPermit(chainId: number, { amount, deadline }: Extract<Intent, { kind: 'permit' }>): void {
    const end = Date.now() / 1000 + LONGEST_PERMIT_SECONDS
    // The practice chain's clock may be far ahead of this machine's.
    if (amount > LARGEST_PERMIT || (deadline > end && chainId !== PRACTICE_CHAIN_ID))
      throw new HearthError('INTENT_REFUSED', 'this permit is for more coins or a longer time than a deposit takes')
  }

  get #unlocked(): HDNodeWallet {
    if (!this.#wallet) throw new HearthError('WALLET_LOCKED', 'unlock the wallet first')
    return this.#wallet
  }

  #requireBackup(): void {
    if (!this.#backedUp) throw new HearthError('NOT_BACKED_UP', 'write down the recovery words first')
  }

  async #adopt(
    mnemonic: Mnemonic,
    passphrase: string,
    backedUp: boolean,
    networks: TrustedNetwork[],
  ): Promise<Keystore> {
    const { address } = walletOf(mnemonic)
    const sealed = await seal(Buffer.from(mnemonic.entropy.slice(2), 'hex'), passphrase, address, networks)
    const keystore: Keystore = { version: 2, address, backedUp, networks, ...sealed }
    this.#open(mnemonic, keystore)
    return keystore
  }

  #open(mnemonic: Mnemonic, { backedUp, ...keystore }: Keystore): void {
    this.#wallet = walletOf(mnemonic)
    this.#backedUp = backedUp
    this.#networks = keystore.version === 1 ? [] : keystore.networks
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
