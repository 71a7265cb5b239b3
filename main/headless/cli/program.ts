import { Argument, Command, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { under, type CommandGroup } from '../../cli/command-group.ts'
import { command, handled } from '../../cli/commands.ts'
import { defaultDataRoot } from '../../core/paths.ts'
import { askCommands } from '../../features/avatar/chat/commands.ts'
import { embedderCommands } from '../../features/avatar/embeddings/commands.ts'
import { factCommands } from '../../features/avatar/memory/commands/facts.ts'
import { personCommands } from '../../features/avatar/memory/commands/person.ts'
import { sourceCommands } from '../../features/avatar/memory/commands/sources.ts'
import { modelFileCommands } from '../../features/avatar/models/commands/model-file.ts'
import { modelsCommands } from '../../features/avatar/models/commands/models.ts'
import { styleCommands } from '../../features/avatar/style/commands.ts'
import { explorerCommands } from '../../features/chain/commands.ts'
import { featureCommands } from '../../features/curation/commands/features.ts'
import { mediaCommands } from '../../features/curation/commands/media.ts'
import { textCommands } from '../../features/curation/commands/texts.ts'
import { doctorCommands } from '../../features/earning/doctor/commands.ts'
import { hookCommands } from '../../features/earning/hooks/commands.ts'
import { profitCommands } from '../../features/earning/profit/commands.ts'
import { benchCommands, earnCommands } from '../../features/earning/provider/commands.ts'
import { machineCommands } from '../../features/machine/commands.ts'
import { marketCommands } from '../../features/market/compute/commands/market.ts'
import { listCommands } from '../../features/market/data/commands/list.ts'
import { requestCommands } from '../../features/market/data/commands/request.ts'
import { boughtCommands } from '../../features/market/data/commands/bought.ts'
import { tradeCommands } from '../../features/market/data/commands/trade.ts'
import { jobCommands } from '../../features/market/training/commands/job.ts'
import { jurorCommands } from '../../features/market/training/commands/juror.ts'
import { partnerCommands } from '../../features/practice-partner/commands.ts'
import { ipfsCommands } from '../../features/storage/commands/ipfs.ts'
import { sealedCommands } from '../../features/storage/commands/sealed.ts'
import { seedCommands } from '../../features/storage/commands/seed.ts'
import { adapterCommands } from '../../features/training/runs/commands/adapter.ts'
import { trialCommands } from '../../features/training/trial/commands.ts'
import { recipeCommands } from '../../features/training/runs/commands/recipe.ts'
import { trainCommands } from '../../features/training/runs/commands/train.ts'
import { tableCommands } from '../../features/training/tables/commands.ts'
import { walletCommands } from '../../features/wallet/commands/wallet.ts'
import { version } from '../../host/version.ts'
import type { Substitutes } from '../../core/processes/node-spawner.ts'
import { completionFor, shells } from './completion.ts'
import { demoCommands } from './demo-commands.ts'
import { statusCommands } from './status.ts'
import { taskCommands } from './task-commands.ts'

/** What the features add, in the order in which help lists it. */
const groups: readonly CommandGroup[] = [
  statusCommands,
  doctorCommands,
  benchCommands,
  demoCommands,
  partnerCommands,
  walletCommands,
  earnCommands,
  marketCommands,
  explorerCommands,
  recipeCommands,
  trainCommands,
  adapterCommands,
  trialCommands,
  tableCommands,
  jobCommands,
  jurorCommands,
  machineCommands,
  profitCommands,
  featureCommands,
  taskCommands,
  hookCommands,
  under('data', 'seal, seed and fetch datasets', [
    textCommands,
    mediaCommands,
    listCommands,
    tradeCommands,
    boughtCommands,
    requestCommands,
    sealedCommands,
    seedCommands,
  ]),
  ipfsCommands,
  modelFileCommands,
  under('models', 'language models that avatars speak with', [modelsCommands, embedderCommands]),
  under('avatar', 'memories of your own, kept on this machine', [
    sourceCommands,
    askCommands,
    styleCommands,
    factCommands,
    personCommands,
  ]),
]

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
  for (const add of groups) add(program)
  program
    .command('completion')
    .description('print the completion script of a shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(shells))
    .action((shell) => void process.stdout.write(completionFor(shell, program)))
  return program
}
