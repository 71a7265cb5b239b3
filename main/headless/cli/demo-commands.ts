import { Option } from '@commander-js/extra-typings'
import type { CommandGroup } from '../../cli/command-group.ts'
import { command, handled, whole, type Globals } from '../../cli/commands.ts'
import { exitCodes, printResult, toJson } from '../../cli/output.ts'

/** Prints what a demo found, one line a value; a demo that did not end as it should fails. */
function printDemo(result: object, passed: boolean, { json }: Globals): void {
  printResult(result, json, () =>
    Object.entries(result)
      .map(([name, value]) => `${name.padEnd(20)} ${toJson(value)}`)
      .join('\n'),
  )
  if (!passed) process.exitCode = exitCodes.failed
}

/** `demo`: whole stories on a practice network of their own. */
export const demoCommands: CommandGroup = (program) => {
  const demo = command(
    program,
    'demo',
    'a whole order between a provider and a customer of its own, on a practice network',
  )
    .option('--rows <number>', 'rows to compute', whole, 32_768)
    .addOption(new Option('--net <size>', 'the net').choices(['small', 'medium', 'large']).default('large'))
    .option('--folder <folder>', 'keep the data folders here')
    .action(
      handled(async (given, { rows, net, folder = null }) => {
        const { runOrderDemo } = await import('../demo/order-demo.ts')
        const result = await runOrderDemo({ rows, preset: net, folder })
        printDemo(result, result.conserved === true, given)
      }),
    )
  command(
    demo,
    'training',
    'a training job between a provider and a customer, through a kill -9, and every cheat caught',
  )
    .option('--honest', 'without the cheats', false)
    .option('--folder <folder>', 'keep the data folders here')
    .action(
      handled(async (given, { honest, folder = null }) => {
        const { runTrainingDemo } = await import('../demo/training-demo.ts')
        const result = await runTrainingDemo({ honestOnly: honest, folder })
        printDemo(result, result.asItShouldBe === true, given)
      }),
    )
  command(demo, 'data', 'a chat from its export to a buyer’s disk; a wrong key, no delivery and a false complaint')
    .option('--folder <folder>', 'keep the data folders here')
    .action(
      handled(async (given, { folder = null }) => {
        const { runDataDemo } = await import('../demo/data-demo.ts')
        const result = await runDataDemo({ folder })
        printDemo(result, result.asItShouldBe === true, given)
      }),
    )
  command(demo, 'avatar', 'a life brought in, asked, spoken for in its own style, carried elsewhere and asked again')
    .option('--folder <folder>', 'keep the data folders here')
    .action(
      handled(async (given, { folder = null }) => {
        const { runAvatarDemo } = await import('../demo/avatar-demo.ts')
        const result = await runAvatarDemo({ folder })
        printDemo(result, result.asItShouldBe === true, given)
      }),
    )
}
