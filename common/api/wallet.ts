import { oc } from '@orpc/contract'
import * as z from 'zod'
import { Passphrase } from '../children/vault.ts'
import { PersonalAction } from '../model/action.ts'
import { HeldRow } from '../model/held.ts'
import { Protection } from '../model/protection.ts'
import { Address, Hash, Units } from '../model/values.ts'
import { WalletState } from './system.ts'

export const WalletStatus = z.object({
  state: WalletState,
  address: Address.nullable(),
  backedUp: z.boolean(),
  protection: Protection.nullable(),
  /** Whether it signs for the network that is chosen. */
  trusted: z.boolean(),
})

export const CallDescription = z.object({
  contract: z.string(),
  verb: z.string(),
  arguments: z.record(z.string(), z.string()),
  amount: Units.nullable(),
  price: Units.nullable(),
})

export const Preview = z.object({
  id: z.string(),
  action: z.string(),
  to: Address,
  call: CallDescription,
  amount: Units.nullable(),
  /** Coins that are moved to the market first, in a transaction of their own. */
  deposit: Units.nullable(),
  highestFee: Units,
  network: z.string(),
})
export type Preview = z.infer<typeof Preview>

export const TransactionRow = z.object({
  id: z.string(),
  kind: z.string(),
  state: z.enum(['queued', 'sent', 'mined', 'final', 'failed', 'cancelled']),
  hash: Hash.nullable(),
  block: z.int().nullable(),
  fee: Units.nullable(),
  error: z
    .object({ code: z.string(), message: z.string(), details: z.record(z.string(), z.union([z.string(), z.number()])) })
    .nullable(),
  /** Coins that were deposited for it and stay in the market, since it failed. */
  deposited: Units.nullable(),
  created: z.int(),
})
export type TransactionRow = z.infer<typeof TransactionRow>

const Typed = z.string().max(1024)

export const walletContract = {
  create: oc.input(z.object({ passphrase: Passphrase })).output(WalletStatus),
  import: oc.input(z.object({ mnemonic: z.string().max(400), passphrase: Passphrase })).output(WalletStatus),
  unlock: oc.input(z.object({ passphrase: Typed })).output(WalletStatus),
  /** Asks the system's keyring once more for a wallet file that it has not opened. */
  reopen: oc.output(WalletStatus),
  /** Has the vault sign for the network that is chosen. Needs the passphrase, so that a person does it. */
  trustNetwork: oc.input(z.object({ passphrase: Typed })).output(WalletStatus),
  lock: oc.output(WalletStatus),
  /** Refused to callers beyond this machine. */
  reveal: oc.input(z.object({ passphrase: Typed })).output(z.object({ words: z.array(z.string()) })),
  challenge: oc.output(z.object({ positions: z.array(z.int()) })),
  confirmBackup: oc.input(z.object({ words: z.array(z.string().max(20)).length(3) })).output(WalletStatus),
  preview: oc.input(PersonalAction).output(Preview),
  /** Sends all that was previewed; the answer is the transaction of the action itself. */
  confirm: oc.input(z.object({ id: z.string() })).output(TransactionRow),
  cancel: oc.input(z.object({ id: z.string() })).output(TransactionRow),
  transaction: oc.input(z.object({ id: z.string() })).output(TransactionRow),
  transactions: oc.output(z.array(TransactionRow)),
  /** One's own coins that the contracts hold, and for what. */
  held: oc.output(z.array(HeldRow)),
  /** Practice coins for this wallet; only on the practice network. */
  faucet: oc.output(z.object({ hash: Hash })),
}
