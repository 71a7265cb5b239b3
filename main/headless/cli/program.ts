import { readFile, writeFile } from 'node:fs/promises'
import { Argument, Command, Option, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { COIN_SYMBOL, formatCoins } from '../../../common/model/money.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { defaultDataRoot } from '../../core/paths.ts'
import { version } from '../../host/version.ts'
import { act } from './act.ts'
import { confirmBackup } from './back-up.ts'
import { ask, coins, command, handled, send, whole } from './commands.ts'
import { addJobCommands } from './job-commands.ts'
import { addMachineCommands } from './machine-commands.ts'
import { addAvatarCommands } from './avatar-commands.ts'
import { completionFor, shells } from './completion.ts'
import { addDemoCommands } from './demo-commands.ts'
import { addDataCommands } from './data-commands.ts'
import { addFeatureCommands } from './feature-commands.ts'
import { addTaskCommands } from './task-commands.ts'
import { addHookCommands } from './hook-commands.ts'
import { addModelCommands } from './model-commands.ts'
import { addChatModelCommands } from './chat-model-commands.ts'
import { addProfitCommands } from './profit-commands.ts'
import { say } from './output.ts'
import { readSecret } from './passphrase.ts'
import { addTableCommands } from './table-commands.ts'
import { addTrainingCommands } from './training-commands.ts'
import type { Substitutes } from '../node-spawner.ts'
import { kindInWords, orderRequest, ROWS_KIND } from './order-request.ts'
import { statusInWords } from './status.ts'

/** The `hearth` command. Every command prints text for people, or with --json one object as its last line. */
export function createProgram(substitutes: Substitutes = {}): CommandUnknownOpts {
  const program = new Command('hearth')
    .description('Take part in a decentralised AI market from your own computer.')
    .version(version)
    .option('--data-dir <folder>', 'the data folder', defaultDataRoot())
    .option('--passphrase-file <file>', 'a file with the wallet’s passphrase')
    .option('--json', 'print one JSON object as the last line', false)
    .showHelpAfterError('(hearth --help lists the commands)')
    .configureOutput({ writeOut: (text) => process.stdout.write(text), writeErr: (text) => process.stderr.write(text) })
    .addHelpText(
      'after',
      '\nExamples:\n  hearth serve\n  hearth demo --json\n  hearth doctor\n  hearth market buy --offer 3 --rows ' +
        '10000 --minutes 10',
    )

  command(program, 'serve', 'run Hearth on a loopback address, for a machine without a screen')
    .option('--port <number>', 'the port; 0 takes a free one', '0')
    .option('--network <url>', 'join a practice network at this address, or "embedded" for one of our own')
    .option('--open', 'open the address in the browser', false)
    .action(
      handled(async (given, { port, network = null, open }) => {
        const { serveCommand } = await import('./serve-command.ts')
        await serveCommand({ ...given, port, network, open, substitutes })
      }),
    )
  command(program, 'chain', 'run only a practice network, for several data folders to join').action(
    handled(async (given) => (await import('./serve-command.ts')).chainCommand(given)),
  )
  command(program, 'status', 'show what this machine is doing, the wallet, the earnings and any problems').action(
    ask(async (api) => {
      const [overview, { lifetime, last24h }, gates] = await Promise.all([
        api.system.overview({}),
        api.earn.earnings({}),
        api.doctor.gates({}),
      ])
      const problems = gates.filter(({ state }) => state === 'blocked')
      return { ...overview, earnings: { lifetime, last24h }, problems }
    }, statusInWords),
  )
  command(program, 'doctor', 'every gate between this machine and earning, with its value and a fix').action(
    ask(
      async (api) => ({ gates: await api.doctor.gates({}) }),
      ({ gates }) =>
        gates
          .map(
            (gate) =>
              `${{ ok: '✓', blocked: '✗', warning: '!', unknown: '?' }[gate.state]} ` +
              `${gate.name.padEnd(Math.max(...gates.map(({ name }) => name.length)))}  ` +
              `${gate.value ?? '—'}${gate.fix ? `\n    fix: ${gate.fix}` : ''}`,
          )
          .join('\n'),
    ),
  )
  command(program, 'bench', 'measure this machine')
    .option('--quick', 'three short repetitions instead of five', false)
    .action(
      ask(
        (api, options) => api.earn.measure({ quick: options.quick }),
        ({ score: { points, full, missing }, parts, backends }) => {
          const atFullPower = full === null ? '' : `, ${full.toPrecision(3)} at full power`
          const unmeasured = missing.length > 0 ? ` (not measured: ${missing.join(', ')})` : ''
          return [
            `score      ${points.toPrecision(3)}${atFullPower}${unmeasured}`,
            ...Object.entries(parts).map(
              ([part, m]) =>
                `${part.padEnd(10)} ${m!.median.toExponential(3)} (${m!.low.toExponential(3)} to ` +
                `${m!.high.toExponential(3)})`,
            ),
            ...backends.map((it) => `${it.backend}: ${it.exact ? 'exact' : `not usable: ${it.message}`}`),
          ].join('\n')
        },
      ),
    )
  addDemoCommands(program)
  const wallet = program.command('wallet').description('create, back up, fund and use the wallet')
  command(wallet, 'status', 'show the address and state').action(
    ask(
      async (api) => (await api.system.overview({})).wallet,
      (it) => `${it.address ?? 'none'} (${it.state}, ${it.backedUp ? 'backed up' : 'not backed up'})`,
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
          await writeFile(options.out, `${words.join(' ')}\n`, { mode: 0o600, flag: 'wx' })
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

  const earn = program.command('earn').description('sell this machine’s idle time')
  command(earn, 'start', 'go online at the price in the settings').action(
    ask(
      (api) => api.earn.start({}),
      (it) => it.kind,
    ),
  )
  command(earn, 'stop', 'go offline').action(
    ask(
      (api) => api.earn.stop({}),
      (it) => it.kind,
    ),
  )
  command(earn, 'orders', 'list orders that this machine served').action(
    ask(
      async (api) => ({ orders: await api.earn.orders({}) }),
      ({ orders }) =>
        orders
          .map(
            (it) =>
              `${it.order.id} ${it.state} ${it.unitsDone}/${it.work?.units ?? '?'} ${it.work?.unit ?? 'units'}, paid ` +
              `${formatCoins(it.order.paid)} ${COIN_SYMBOL}`,
          )
          .join('\n') || 'none yet',
    ),
  )
  command(earn, 'earnings', 'show the earnings').action(
    ask(
      (api) => api.earn.earnings({}),
      (it) => `${formatCoins(it.lifetime)} ${COIN_SYMBOL} in all, ${formatCoins(it.last24h)} in the last day`,
    ),
  )

  const market = program.command('market').description('machines, offers and orders')
  command(market, 'offers', 'list open offers, cheapest first').action(
    ask(
      async (api) => ({ offers: await api.market.offers({}) }),
      ({ offers }) =>
        offers
          .map(
            (it) =>
              `offer ${it.id}: machine ${it.machine.id}, ${formatCoins(it.price)} ${COIN_SYMBOL} a second, up to ` +
              `${it.maxSeconds} s, fulfilment ${(it.machine.fulfilment * 100).toFixed(0)} %`,
          )
          .join('\n') || 'no open offers',
    ),
  )
  command(market, 'kinds', 'list the kinds of work that can be ordered, with what each asks for').action(
    ask(
      async (api) => ({ kinds: await api.market.kinds({}) }),
      ({ kinds }) => kinds.map(kindInWords).join('\n'),
    ),
  )
  command(market, 'orders', 'list orders that you placed').action(
    ask(
      async (api) => ({ orders: await api.market.orders({}) }),
      ({ orders }) =>
        orders
          .map(
            (it) =>
              `${it.order.id} ${it.order.state} ${it.job?.unitsFetched ?? 0}/${it.job?.work?.units ?? '?'} ${it.job?.work?.unit ?? 'units'}`,
          )
          .join('\n') || 'none yet',
    ),
  )
  command(market, 'order <id>', 'show one order that you placed').action(
    ask(
      (api, _, [id]) => api.market.order({ id: whole(id) }),
      ({ order, job }) =>
        `order ${order.id}: ${order.state}, ${job?.state ?? 'elsewhere'}${job?.reason ? ` (${job.reason})` : ''}`,
    ),
  )
  command(market, 'buy', 'order work on an offer')
    .requiredOption('--offer <id>', 'the offer', whole)
    .option('--kind <kind>', 'the kind of work; “market kinds” lists them', ROWS_KIND)
    .option('--request <json>', 'what is asked of that kind')
    .addOption(new Option('--rows <number>', 'generated rows').argParser(whole).conflicts(['csv', 'request']))
    .addOption(new Option('--csv <file>', 'your own rows: whole numbers 0–255, one row a line').conflicts('request'))
    .addOption(new Option('--net <size>', 'the net').choices(['small', 'medium', 'large']).conflicts('request'))
    .option('--minutes <number>', 'longest time', whole, 10)
    .action(
      ask(
        async (api, options) => {
          const offer = (await api.market.offers({})).find((item) => item.id === Number(options.offer))
          if (!offer) throw new HearthError('NOT_FOUND', `offer ${String(options.offer)} is not open`)
          const { hash, work } = await api.market.prepareWork({
            kind: options.kind,
            request: await orderRequest(options),
          })
          say(work.words)
          return act(api, {
            kind: 'placeOrder',
            offer: offer.id,
            term: Number(options.minutes) * 60,
            maxPrice: offer.price,
            work: hash,
          })
        },
        (row) => `ordered: ${row.hash}`,
      ),
    )
  command(market, 'result <order>', 'write a checked result to a file')
    .requiredOption('--out <file>', 'the file; bytes, one row after the other')
    .action(
      ask(
        async (api, options, [id]) => {
          const chunks: Buffer[] = []
          for (let offset = 0; ;) {
            const { chunk, total } = await api.market.readResult({ id: whole(id), offset })
            chunks.push(Buffer.from(chunk, 'base64'))
            offset += chunks.at(-1)!.length
            if (offset >= total || chunks.at(-1)!.length === 0) break
          }
          const bytes = Buffer.concat(chunks)
          await writeFile(options.out, bytes)
          return { file: String(options.out), bytes: bytes.length }
        },
        ({ file, bytes }) => `${bytes} bytes in ${file}`,
      ),
    )
  command(market, 'add-machine', 'register this machine with its stake').action(send(() => ({ kind: 'addMachine' })))
  command(market, 'remove-machine <id>', 'remove a machine and take the stake back').action(
    send((_, [id]) => ({ kind: 'removeMachine', machine: whole(id) })),
  )
  command(market, 'cancel-offer <id>', 'cancel an open offer').action(
    send((_, [id]) => ({ kind: 'cancelOffer', offer: whole(id) })),
  )
  command(market, 'renew <order> <seconds>', 'add time to a running order').action(
    send((_, [id, extra]) => ({ kind: 'renewOrder', order: whole(id), extra: whole(extra) })),
  )
  command(market, 'complete <order>', 'accept the work so far and pay for it').action(
    send((_, [id]) => ({ kind: 'complete', order: whole(id) })),
  )
  command(market, 'fail <order>', 'leave an order that this machine serves, unpaid').action(
    send((_, [id]) => ({ kind: 'fail', order: whole(id) })),
  )
  command(market, 'reclaim <order>', 'take the escrow back from a silent provider').action(
    send((_, [id]) => ({ kind: 'reclaim', order: whole(id) })),
  )
  const { recipe } = addTrainingCommands(program)
  command(recipe, 'sign <file>', 'sign a recipe with this wallet')
    .requiredOption('--out <file>', 'the signed recipe')
    .action(
      ask(
        async (api, options, [file]) => {
          const { readRecipeFile } = await import('./recipe-file.ts')
          const signed = await api.training.signRecipe({ recipe: (await readRecipeFile(file)).recipe })
          await writeFile(options.out, `${JSON.stringify(signed, null, 2)}\n`)
          return { file: String(options.out), signer: signed.signer }
        },
        ({ file, signer }) => `signed by ${signer}: ${file}`,
      ),
    )
  addTableCommands(program)
  addJobCommands(program)
  addMachineCommands(program)
  addProfitCommands(program)
  addFeatureCommands(program)
  addTaskCommands(program)
  addHookCommands(program)
  addDataCommands(program)
  addModelCommands(program)
  addChatModelCommands(program)
  addAvatarCommands(program)
  program
    .command('completion')
    .description('print the completion script of a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(shells))
    .action((shell) => void process.stdout.write(completionFor(shell, program)))
  return program
}
