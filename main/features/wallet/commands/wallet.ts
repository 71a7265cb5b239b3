import { readFile } from 'node:fs/promises'
import type { HeldFor } from '../../../../common/model/held.ts'
import { COIN_SYMBOL, formatCoins } from '../../../../common/model/money.ts'
import type { CommandGroup } from '../../../cli/command-group.ts'
import { ask, coins, command, send } from '../../../cli/commands.ts'
import { say } from '../../../cli/output.ts'
import { writeSecretFile } from '../../../core/private-files.ts'
import { readSecret } from '../../../cli/passphrase.ts'
import { confirmBackup } from './back-up.ts'

/** A wallet whose address nobody can read. */
const closed: Readonly<Record<string, string>> = {
  none: 'there is no wallet yet: hearth wallet create, or import',
  sealed: 'sealed: its file is whole, and the keyring that it is under does not open it here',
  damaged: 'damaged: its file cannot be read; the file is left as it is, and recovery words bring the wallet back',
}

const heldFor: Readonly<Record<HeldFor, string>> = {
  machine: 'the stake of machine',
  order: 'order',
  job: 'training job',
  jobStake: 'the stake in training job',
  jobBond: 'the challenge in training job',
  juror: 'the juror’s stake of machine',
  dispute: 'dispute',
  sale: 'purchase',
  request: 'request',
  lot: 'the rows still to be shown of asset',
}

/** `wallet`: keys, coins and transactions. */
export const walletCommands: CommandGroup = (program) => {
  const wallet = program.command('wallet').description('create, back up, fund and use the wallet')
  command(wallet, 'status', 'show the address and state').action(
    ask(
      async (api) => (await api.system.overview({})).wallet,
      ({ address, state, backedUp }) =>
        address === null
          ? (closed[state] ?? state)
          : `${address} (${state}, ${backedUp ? 'backed up' : 'not backed up'})`,
    ),
  )
  command(wallet, 'create', 'make a wallet of 12 words').action(
    ask(
      async (api, _, __, given) =>
        api.wallet.create({
          passphrase: await readSecret('New passphrase (10 characters or more): ', given.passphraseFile),
        }),
      (it) => it.address!,
    ),
  )
  command(wallet, 'import', 'import recovery words')
    .requiredOption('--words-file <file>', 'a file with the words')
    .action(
      ask(
        async (api, options, _, given) =>
          api.wallet.import({
            mnemonic: await readFile(options.wordsFile, 'utf8'),
            passphrase: await readSecret('New passphrase (10 characters or more): ', given.passphraseFile),
          }),
        (it) => it.address!,
      ),
    )
  command(wallet, 'backup', 'write the recovery words to a file and confirm them')
    .requiredOption('--out <file>', 'a new file for the words, readable by you alone')
    .action(
      ask(
        async (api, options, _, given) => {
          const words = await confirmBackup(api, await readSecret('Passphrase: ', given.passphraseFile))
          await writeSecretFile(options.out, `${words.join(' ')}\n`)
          return { file: String(options.out) }
        },
        ({ file }) => `The words are in ${file}. Move them off this machine.`,
      ),
    )
  command(wallet, 'unlock', 'unlock the wallet of a running host').action(
    ask(
      async (api, _, __, given) =>
        api.wallet.unlock({ passphrase: await readSecret('Passphrase: ', given.passphraseFile) }),
      (it) => it.state,
    ),
  )
  command(wallet, 'trust', 'let the wallet sign for the network of the settings').action(
    ask(
      async (api, _, __, given) => {
        const { network } = await api.system.overview({})
        say(`The wallet will sign for ${network.name}, chain ${network.chainId}, with the contracts of the settings.`)
        return api.wallet.trustNetwork({ passphrase: await readSecret('Passphrase: ', given.passphraseFile) })
      },
      (it) => (it.trusted ? 'it signs for this network' : 'it does not sign for this network'),
    ),
  )
  command(wallet, 'lock', 'lock the wallet of a running host').action(
    ask(
      (api) => api.wallet.lock({}),
      (it) => it.state,
    ),
  )
  command(wallet, 'faucet', 'get practice coins').action(
    ask(
      (api) => api.wallet.faucet({}),
      ({ hash }) => hash,
    ),
  )
  command(wallet, 'deposit <coins>', 'move coins from the wallet to the market').action(
    send((_, [amount]) => ({ kind: 'deposit', amount: coins(amount) })),
  )
  command(wallet, 'withdraw <coins>', 'move coins from the market to the wallet').action(
    send((_, [amount]) => ({ kind: 'withdraw', amount: coins(amount) })),
  )
  command(wallet, 'held', 'list coins that are held, and for what').action(
    ask(
      async (api) => ({ held: await api.wallet.held() }),
      ({ held }) =>
        held
          .map(({ what, id, amount }) => `${formatCoins(amount)} ${COIN_SYMBOL} for ${heldFor[what]} ${id}`)
          .join('\n') || 'nothing is held',
    ),
  )
  command(wallet, 'send <to> <coins>', 'send coins to an address').action(
    send((_, [to, amount]) => ({ kind: 'send', to: to, amount: coins(amount) })),
  )
  command(wallet, 'transactions', 'list transactions').action(
    ask(
      async (api) => ({ transactions: await api.wallet.transactions({}) }),
      ({ transactions }) =>
        transactions
          .map((row) => `${row.kind.padEnd(14)} ${row.state.padEnd(10)} ${row.hash ?? ''} ${row.error?.message ?? ''}`)
          .join('\n') || 'nothing yet',
    ),
  )
}
