import { mkdir, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { randomBytes } from 'node:crypto'
import { Option } from '@commander-js/extra-typings'
import {
  methodNames,
  presetNames,
  requestOf,
  type MethodName,
  type PresetName,
} from '../../../../../common/model/recipe-presets.ts'
import { summarise } from '../../../../../common/model/recipe-summary.ts'
import { HearthError } from '../../../../../common/errors/index.ts'
import { resourcePath } from '../../../../core/resources.ts'
import { drain } from '../../../../core/streams.ts'
import { say } from '../../../../cli/output.ts'
import type { CommandGroup } from '../../../../cli/command-group.ts'
import { ask, command } from '../../../../cli/commands.ts'
import { lookCommand } from './look.ts'
import { needed, runOf } from './run-of.ts'
import { trainerCommand, type TrainerProcess } from '../../../../cli/with-trainer.ts'

const demoModel = () => resourcePath('demo', 'model')
const demoData = () => resourcePath('demo', 'letters.jsonl')

interface NewRecipe {
  readonly base?: string
  readonly data?: readonly string[]
  readonly demo: boolean
  readonly out: string
  readonly preset: PresetName
  readonly method: MethodName
  readonly length: string
  readonly heldOut: string
  readonly threads: string
  readonly seed?: string
  readonly steps?: string
  readonly classify: boolean
  readonly template?: string
  readonly market: boolean
  readonly backend: 'cpu' | 'webgpu'
}

/** Prepares data and writes a recipe for it. */
async function newRecipe(trainer: TrainerProcess, options: NewRecipe) {
  const base = resolve(needed(options.base ?? (options.demo ? demoModel() : undefined), '--base'))
  const files = (options.data ?? (options.demo ? [demoData()] : [])).map((file) => resolve(file))
  if (files.length === 0) throw new HearthError('BAD_INPUT', '--data is needed')
  const folder = resolve(options.out)
  await mkdir(folder, { recursive: true })
  const seed = options.seed ?? randomBytes(32).toString('hex')
  const info = await trainer.client.inspect({ base })
  const preparing = await trainer.client.prepare({
    base,
    files,
    folder,
    sequenceLength: Math.min(Number(options.length), info.context),
    heldOutShare: Number(options.heldOut),
    seed,
    classify: options.classify,
    template: options.template,
  })
  const report = await drain(preparing)
  say(
    `${report.samples} samples of ${report.rows} rows, ${report.learntTokens} tokens to learn, ${report.empty} ` +
      `rows without use, ${report.cut} cut`,
  )
  const targets = info.modules
  const request = requestOf({
    preset: options.preset,
    method: options.method,
    targets,
    width: info.width,
    sequences: report.sequences - report.heldOut,
    classes: report.classes,
    where: options.market ? 'market' : 'here',
  })
  const steps =
    options.steps === undefined
      ? {}
      : {
          steps: Number(options.steps),
          checkpointEvery: Math.max(1, Math.floor(Number(options.steps) / 10)),
          evaluateEvery: Math.max(1, Math.floor(Number(options.steps) / 10)),
          schedule: { ...request.schedule, warmup: Math.floor(Number(options.steps) * 0.03) },
        }
  const { recipe, hash } = await trainer.client.compose({
    folder,
    base,
    seed,
    profile: options.backend,
    threads: Number(options.threads),
    wish: { ...request, ...steps },
  })
  await writeFile(join(folder, 'run.json'), `${JSON.stringify({ base }, null, 2)}\n`)
  return { file: join(folder, 'recipe.json'), hash, report, recipe }
}

/** `recipe`: what is to be trained, prepared, looked at and signed. */
export const recipeCommands: CommandGroup = (program) => {
  const recipe = program.command('recipe').description('what is to be trained, fixed to the bit')
  command(recipe, 'new', 'prepare data and write a recipe for it')
    .option('--base <folder>', 'the base model: a Hugging Face folder or a GGUF file')
    .option('--data <files...>', 'JSONL, CSV, Parquet or text')
    .option('--demo', 'the demo model and its letters', false)
    .requiredOption('--out <folder>', 'a folder for the run')
    .addOption(new Option('--preset <name>', 'how long and how much').choices(presetNames).default('balanced'))
    .addOption(new Option('--method <name>', 'what is trained').choices(methodNames).default('lora'))
    .option('--length <tokens>', 'tokens of a sequence', '256')
    .option('--held-out <share>', 'share of the samples to measure on', '0.1')
    .option(
      '--threads <number>',
      'threads of the processor; part of the recipe, because they show in the last bit',
      String(Math.min(8, availableParallelism())),
    )
    .option('--seed <hex>', '64 hexadecimal digits; drawn by chance without it')
    .option('--steps <number>', 'instead of the preset’s')
    .option('--classify', 'learn the labels instead of the text', false)
    .option('--template <name>', 'chat template: one of the model’s by its name, chatml or plain; its own without it')
    .option('--market', 'with as many checkpoints as a proof on the market wants', false)
    .addOption(new Option('--backend <name>', 'where it is computed').choices(['cpu', 'webgpu']).default('cpu'))
    .action(
      trainerCommand(
        newRecipe,
        ({ file, recipe: written }) =>
          `${summarise(written)
            .map(([name, value]) => `${name.padEnd(14)} ${value}`)
            .join('\n')}\n${file}`,
      ),
    )
  lookCommand(recipe)
  command(recipe, 'show <file>', 'show a recipe in words').action(
    trainerCommand(
      async (_, __, [file]) => {
        const { readRecipeFile } = await import('./recipe-file.ts')
        const { recipeHash } = await import('../../../../../common/model/recipe.ts')
        const { recipe: read, signer } = await readRecipeFile(file)
        return { recipe: read, hash: recipeHash(read), signer }
      },
      ({ recipe: read, hash, signer }) =>
        [...summarise(read), ['hash', hash] as const, ['signed by', signer ?? 'nobody'] as const]
          .map(([name, value]) => `${name.padEnd(14)} ${value}`)
          .join('\n'),
    ),
  )
  command(recipe, 'estimate <file>', 'estimate time, memory and disk by measuring one step')
    .option('--base <folder>', 'the base model, where it has moved')
    .action(
      trainerCommand(
        async (trainer, options, [file]) => {
          const { folder, base } = await runOf({ ...options, recipe: file })
          return trainer.client.estimate({ folder, base, spin: true })
        },
        (it) =>
          `${it.trained} parameters are trained\n${(it.memoryBytes / 2 ** 20).toFixed(0)} MiB memory (${it.plan}), ` +
          `${(it.diskBytes / 2 ** 20).toFixed(1)} MiB disk\n${it.secondsPerStep.toFixed(2)} s a step, ` +
          `${(it.tokensPerStep / it.secondsPerStep).toFixed(0)} tokens/s, ${it.seconds.toFixed(0)} s in all, ` +
          `${it.joules === null ? 'energy not told by this machine' : `${(it.joules / 3600).toPrecision(3)} Wh`}`,
      ),
    )

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
}
