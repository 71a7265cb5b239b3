import { implement, ORPCError } from '@orpc/server'
import { walletContract, type TransactionRow } from '../../../common/api/wallet.ts'
import { HearthError } from '../../../common/errors/index.ts'
import type { CallContext } from '../../core/call-context.ts'
import {
  drip,
  type ChainMonitor,
  type Network,
  type OwnTransaction,
  type TransactionQueue,
  type TransactionStore,
} from '../chain/index.ts'
import type { Actions } from './actions.ts'
import type { HeldCoins } from './held-coins.ts'
import { leftDeposit } from './left-deposit.ts'
import type { WalletService } from './wallet-service.ts'

const MOST_TRANSACTIONS = 100

/** The wallet and what it sends: from the contract to the services. */
export function walletHandlers({
  actions,
  held,
  monitor,
  network,
  transactions,
  wallet,
}: {
  readonly actions: Actions
  readonly held: HeldCoins
  readonly monitor: ChainMonitor
  readonly network: Network
  readonly transactions: TransactionQueue
  readonly wallet: WalletService
}) {
  const os = implement(walletContract).$context<CallContext>()
  const row = (transaction: OwnTransaction): TransactionRow => toTransactionRow(transaction, transactions.store)
  return {
    create: os.create.handler(({ input }) => wallet.create(input.passphrase)),
    import: os.import.handler(({ input }) => wallet.import(input.mnemonic, input.passphrase)),
    unlock: os.unlock.handler(async ({ input }) => {
      const status = await wallet.unlock(input.passphrase)
      transactions.poke()
      return status
    }),
    reopen: os.reopen.handler(() => wallet.reopen()),
    trustNetwork: os.trustNetwork.handler(async ({ input }) => {
      const status = await wallet.trustNetwork(input.passphrase)
      transactions.poke()
      return status
    }),
    lock: os.lock.handler(() => wallet.lock()),
    reveal: os.reveal.handler(async ({ input, context }) => {
      if (!context.local) throw new HearthError('REVEAL_REFUSED', 'the words are only shown on the machine itself')
      return { words: await wallet.reveal(input.passphrase) }
    }),
    challenge: os.challenge.handler(async () => ({ positions: await wallet.challenge() })),
    confirmBackup: os.confirmBackup.handler(({ input }) => wallet.confirmBackup(input.words)),
    preview: os.preview.handler(({ input }) => actions.preview(input)),
    confirm: os.confirm.handler(({ input }) => row(actions.confirm(input.id))),
    cancel: os.cancel.handler(({ input }) => row(transactions.cancel(input.id))),
    transaction: os.transaction.handler(({ input }) => {
      const transaction = transactions.store.get(input.id)
      if (!transaction) throw new ORPCError('NOT_FOUND', { message: 'there is no such transaction' })
      return row(transaction)
    }),
    transactions: os.transactions.handler(() =>
      wallet.addressOrNull()
        ? transactions.store.recent(wallet.address(), network.chainId, MOST_TRANSACTIONS).map(row)
        : [],
    ),
    held: os.held.handler(() => (wallet.addressOrNull() ? held.of(wallet.address()) : [])),
    faucet: os.faucet.handler(async () => {
      if (!network.practice) throw new HearthError('NOT_PRACTICE', 'only the practice network gives coins away')
      if (!wallet.status().backedUp) throw new HearthError('NOT_BACKED_UP', 'write down the recovery words first')
      const hash = await drip(network.rpc, wallet.address())
      monitor.poke()
      return { hash }
    }),
  }
}

function toTransactionRow(transaction: OwnTransaction, store: TransactionStore): TransactionRow {
  const { id, action, state, attempts, hash, block, fee, error, created } = transaction
  return {
    id,
    kind: action.kind,
    state,
    hash: hash ?? attempts.at(-1)?.hash ?? null,
    block,
    fee,
    error: error ? (JSON.parse(error) as TransactionRow['error']) : null,
    deposited: leftDeposit(transaction, store),
    created,
  }
}
