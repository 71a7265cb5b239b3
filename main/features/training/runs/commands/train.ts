import { join, resolve } from 'node:path'
import { Option } from '@commander-js/extra-typings'
import { summarise } from '../../../../../common/model/recipe-summary.ts'
import type { CommandGroup } from '../../../../cli/command-group.ts'
import { command } from '../../../../cli/commands.ts'
import { say } from '../../../../cli/output.ts'
import { persistently, trainerCommand, type TrainerProcess } from '../../../../cli/with-trainer.ts'
import { drain } from '../../../../core/streams.ts'
import { runOf, type RunOptions } from './run-of.ts'

async function trainRecipe(
  trainer: TrainerProcess,
  options: RunOptions & { readonly plan?: 'monolith' | 'save' | 'recompute' },
) {
  const { folder, base, recipe } = await runOf(options)
  for (const [name, value] of summarise(recipe)) say(`${name.padEnd(14)} ${value}`)
  const tokens = recipe.batch.sequences * recipe.batch.accumulation * recipe.data.sequenceLength
  let [firstLoss, lastLoss, milliseconds] = [null as number | null, 0, 0]
  const stream = persistently(() =>
    trainer.client.train({ folder, base, spin: true, plan: options.plan ?? null, until: null }),
  )
  const result = await drain(stream, (entry) => {
    if (entry.kind === 'evaluation')
      return say(
        `step ${entry.step}: held-out loss ${entry.heldOutLoss.toFixed(4)}, perplexity ` +
          `${Math.exp(entry.heldOutLoss).toFixed(2)}`,
      )
    firstLoss ??= entry.loss
    lastLoss = entry.loss
    milliseconds += entry.milliseconds
    if (entry.step % Math.max(1, Math.floor(recipe.steps / 20)) === 0)
      say(
        `step ${entry.step} of ${recipe.steps}: loss ${entry.loss.toFixed(4)}, ` +
          `${((tokens * 1000) / entry.milliseconds).toFixed(0)} tokens/s`,
      )
  })
  const perplexity = (loss: number | null): number | null => (loss === null ? null : Math.exp(loss))
  return {
    steps: result.step,
    firstLoss,
    lastLoss,
    basePerplexity: perplexity(result.baseLoss),
    heldOutPerplexity: perplexity(result.heldOutLoss),
    seconds: milliseconds / 1000,
    adapter: join(folder, 'adapter'),
  }
}

/** `train`, `verify` and `prove`: training on this machine, without a market. */
export const trainCommands: CommandGroup = (program) => {
  command(program, 'train', 'train an adapter by a recipe, on this machine')
    .requiredOption('--recipe <file>', 'the recipe; its folder holds the prepared data and gets the result')
    .option('--base <folder>', 'the base model, where it has moved')
    .addOption(
      new Option('--plan <name>', 'instead of the one that fits the memory; the result is the same').choices([
        'monolith',
        'save',
        'recompute',
      ]),
    )
    .action(
      trainerCommand(
        trainRecipe,
        (it) =>
          `held-out perplexity ${it.basePerplexity?.toFixed(2) ?? '—'} → ` +
          `${it.heldOutPerplexity?.toFixed(2) ?? '—'}\n${it.adapter}`,
      ),
    )

  command(program, 'verify <bundle>', 'verify a proof of training by executing it again')
    .requiredOption('--base <folder>', 'the base model')
    .requiredOption('--data <file>', 'the prepared data (data.htd)')
    .action(
      trainerCommand(
        (trainer, options, [bundle]) =>
          trainer.client.verify({
            bundle: resolve(bundle),
            base: resolve(options.base),
            data: resolve(options.data),
            expected: null,
            spin: true,
          }),
        ({ passed, failure, segments, share }) => {
          const outcome = passed ? 'passed' : `failed at ${failure!.check}: ${failure!.why}`
          const compared = segments.map(
            ({ index, exact, distance }) =>
              `segment ${index}: ${exact ? 'the same bits' : `distance ${distance.toExponential(2)}`}`,
          )
          return `${outcome}\n${compared.join('\n')}\n${(share * 100).toFixed(1)} % of the steps executed again`
        },
        (it) => !it.passed,
      ),
    )
  command(program, 'prove', 'pack a finished run into a proof that anybody can verify')
    .requiredOption('--recipe <file>', 'the run’s recipe')
    .requiredOption('--beacon <text>', 'what picks the segments: a block’s hash from after the commitment')
    .requiredOption('--out <file>', 'the bundle')
    .action(
      trainerCommand(
        async (trainer, options) => {
          const { folder } = await runOf({ recipe: options.recipe, base: '.' })
          return {
            ...(await trainer.client.commitment({ folder })),
            ...(await trainer.client.bundle({ folder, beacon: options.beacon, out: resolve(options.out), from: 0 })),
            file: resolve(options.out),
          }
        },
        (it) => `segments ${it.segments.join(', ')}, ${it.bytes} bytes in ${it.file}`,
      ),
    )
}
