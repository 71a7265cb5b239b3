import { oc } from '@orpc/contract'
import * as z from 'zod'
import { ContractAddresses } from '../chain/contracts.ts'
import { Address, Hash, Hex, Units } from '../model/values.ts'

/** At least 10 characters; NFKC so that the same words typed on another keyboard open it. */
export const Passphrase = z.string().min(10).max(1024)

/** A network that the wallet's owner has set up: what is signed for it, and the fee that needs no person. */
export const TrustedNetwork = z.strictObject({
  chainId: z.int().positive(),
  /** By name; a later version may know more of them. */
  contracts: z.record(z.string().max(40), Address),
  /** The highest fee of a transaction that nobody confirms, as decimal text, in wei. */
  feeCap: z.string().regex(/^\d{1,29}$/),
})
export type TrustedNetwork = z.infer<typeof TrustedNetwork>

/** How many networks one wallet remembers; the oldest gives way. */
export const MOST_NETWORKS = 16

const Sealed = {
  address: Address,
  backedUp: z.boolean(),
  kdf: z.strictObject({
    name: z.literal('scrypt'),
    log2N: z.int().min(14).max(22),
    r: z.int().min(1).max(32),
    p: z.int().min(1).max(16),
    salt: Hex,
  }),
  nonce: Hex,
  sealed: Hex,
}

/**
 * The keystore as it lies on disk: BIP-39 entropy under AES-256-GCM, its key from the passphrase by scrypt. Address and
 * networks are authenticated with it, so that only who has the passphrase changes them. Version 1 had no networks.
 */
export const Keystore = z.discriminatedUnion('version', [
  z.strictObject({ version: z.literal(1), ...Sealed }),
  z.strictObject({ version: z.literal(2), ...Sealed, networks: z.array(TrustedNetwork).max(MOST_NETWORKS) }),
])
export type Keystore = z.infer<typeof Keystore>

const TransactionIntent = z.strictObject({
  kind: z.literal('transaction'),
  to: Address,
  data: Hex,
  value: Units,
  nonce: z.int().nonnegative(),
  gasLimit: Units,
  maxFeePerGas: Units,
  maxPriorityFeePerGas: Units,
  /** The highest fee that was agreed to, in wei. */
  agreedFee: Units,
})

/** Everything that the vault signs. A transaction is decoded by the vault itself; what it does not know it refuses. */
export const Intent = z.discriminatedUnion('kind', [
  TransactionIntent,
  z.strictObject({
    kind: z.literal('receipt'),
    order: Units,
    provider: Address,
    price: Units,
    served: z.int().nonnegative(),
    finished: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('permit'), amount: Units, nonce: Units, deadline: z.int().positive() }),
  z.strictObject({ kind: z.literal('peer-record'), peer: Hash, expires: z.int().positive() }),
  z.strictObject({ kind: z.literal('statement'), text: z.string().min(1).max(500) }),
])
export type Intent = z.infer<typeof Intent>

export const VaultNetwork = z.strictObject({ chainId: z.int().positive(), contracts: ContractAddresses })
export type VaultNetwork = z.infer<typeof VaultNetwork>

/** A purchase of data by the account that is open. */
const Purchase = { chainId: z.int().positive(), contract: Address, asset: z.int().min(1), version: z.int().min(1) }
/** As the DataMarket contract takes it: x, and 27 or 28 for an even or odd y. */
export const Point = z.strictObject({ x: Hash, v: z.union([z.literal(27), z.literal(28)]) })
/**
 * Of a sealed package: its dataset, version and salt, docs/hseg.md. The salt is drawn anew by each sealing, so no
 * two packages share a key.
 */
const Dataset = {
  dataset: z.string().regex(/^[0-9a-f]{64}$/),
  version: z.int().min(1),
  salt: z.string().regex(/^[0-9a-f]{64}$/),
}

const Words = z.string().max(400)

export const vaultContract = {
  /** Makes a wallet of 12 words. It is open afterwards. */
  create: oc.input(z.object({ passphrase: Passphrase, network: TrustedNetwork })).output(Keystore),
  import: oc.input(z.object({ mnemonic: Words, passphrase: Passphrase, network: TrustedNetwork })).output(Keystore),
  /**
   * @param network taken as set up by its owner where the keystore is of version 1, which knew none
   * @returns the keystore to be kept
   */
  unlock: oc
    .input(z.object({ keystore: Keystore, passphrase: z.string().max(1024), network: TrustedNetwork }))
    .output(Keystore),
  /** Signs for another network from now on, or for other contracts or a higher fee on one. Needs the passphrase. */
  trust: oc
    .input(z.object({ keystore: Keystore, passphrase: z.string().max(1024), network: TrustedNetwork }))
    .output(Keystore),
  lock: oc.output(z.object({})),
  /** The words, for the person's eyes. Needs the passphrase even while open. */
  reveal: oc
    .input(z.object({ keystore: Keystore, passphrase: z.string().max(1024) }))
    .output(z.object({ words: z.array(z.string()) })),
  /** Three positions (1 to 12) that the person must fill in; drawn anew by each call. */
  challenge: oc.output(z.object({ positions: z.array(z.int()).length(3) })),
  confirm: oc.input(z.object({ keystore: Keystore, words: z.array(z.string().max(20)).length(3) })).output(Keystore),
  sign: oc
    .input(z.object({ network: VaultNetwork, intent: Intent }))
    .output(z.object({ signature: Hex, hash: Hash.nullable() })),
  /** The key of a dataset that this wallet seals. Derived, so that the recovery words bring it back. */
  dataKey: oc.input(z.object(Dataset)).output(z.object({ key: Hash })),
  /** Such a key, sealed for a buyer. @throws BAD_INPUT where the buyer's point is none */
  sealForBuyer: oc
    .input(z.object({ ...Dataset, sale: z.int().min(1), buyer: Point }))
    .output(z.object({ point: Point, wrapped: Hash })),
  /** A public key for one purchase. @param serial how many purchases of this version came before */
  purchaseKey: oc.input(z.object({ ...Purchase, serial: z.int().min(0).max(255) })).output(Point),
  /**
   * The key that a seller delivered for a purchase; null where it delivered none.
   * @throws NOT_FOUND where the purchase is another wallet's
   */
  openDelivery: oc
    .input(z.object({ ...Purchase, sale: z.int().min(1), buyer: Hash, point: Point, wrapped: Hash }))
    .output(z.object({ key: Hash.nullable() })),
  /** The secret of one purchase's key, for a complaint: it opens that purchase and nothing else. @throws NOT_FOUND */
  purchaseSecret: oc.input(z.object({ ...Purchase, buyer: Hash })).output(z.object({ secret: Hash })),
}
