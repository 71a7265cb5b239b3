import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { randomBytes } from 'node:crypto'
import { Option, type CommandUnknownOpts } from '@commander-js/extra-typings'
import type { Recipe } from '../../../common/model/recipe.ts'
import {
  methodNames,
  presetNames,
  requestOf,
  type MethodName,
  type PresetName,
} from '../../../common/model/recipe-presets.ts'
import { summarise } from '../../../common/model/recipe-summary.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { resourcePath } from '../../core/resources.ts'
import { drain } from '../../core/streams.ts'
import { say } from './output.ts'
import { command } from './commands.ts'
import { persistently, trainerCommand, type TrainerProcess } from './with-trainer.ts'

const demoModel = () => resourcePath('demo', 'model')
const demoData = () => resourcePath('demo', 'letters.jsonl')

interface RunOptions {
  readonly recipe: string
  readonly base?: string
}

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

const needed = (value: string | undefined, option: string): string => {
  if (!value) throw new HearthError('BAD_INPUT', `${option} is needed`)
  return value
}

/** The recipe's folder and the base model that was chosen for it. */
async function runOf({ recipe, base }: RunOptions): Promise<{ folder: string; base: string; recipe: Recipe }> {
  const folder = dirname(resolve(recipe))
  const { readRecipeFile } = await import('./recipe-file.ts')
  const { recipe: read } = await readRecipeFile(recipe)
  return { folder, base: resolve(needed(base ?? (await baseOf(join(folder, 'run.json'))), '--base')), recipe: read }
}

/** The base model that a run was prepared for, where that was written down. */
async function baseOf(file: string): Promise<string | undefined> {
  const settings: unknown = JSON.parse(await readFile(file, 'utf8').catch(() => '{}'))
  const base = typeof settings === 'object' && settings !== null && 'base' in settings ? settings.base : undefined
  return typeof base === 'string' ? base : undefined
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

/** `recipe`, `train`, `verify` and `adapter`: training on this machine, without a market. */
export function addTrainingCommands(program: CommandUnknownOpts): { recipe: CommandUnknownOpts } {
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
  command(recipe, 'show <file>', 'show a recipe in words').action(
    trainerCommand(
      async (_, __, [file]) => {
        const { readRecipeFile } = await import('./recipe-file.ts')
        const { recipeHash } = await import('../../../common/model/recipe.ts')
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

  const adapter = program.command('adapter').description('convert, merge and inspect adapters')
  command(adapter, 'inspect <folder>', 'describe an adapter').action(
    trainerCommand(
      (trainer, _, [folder]) => trainer.client.inspectAdapter({ adapter: resolve(folder) }),
      (it) => `${it.kind} on ${it.base || 'an unnamed base'}: ${it.parameters} parameters in ${it.tensors} tensors`,
    ),
  )
  command(adapter, 'convert <folder>', 'write a PEFT LoRA for llama.cpp')
    .requiredOption('--base <folder>', 'the base model')
    .requiredOption('--out <file>', 'the GGUF file')
    .action(
      trainerCommand(
        async (trainer, options, [folder]) => ({
          ...(await trainer.client.convert({
            base: resolve(options.base),
            adapter: resolve(folder),
            out: resolve(options.out),
          })),
          file: resolve(options.out),
        }),
        (it) => `${it.bytes} bytes in ${it.file}`,
      ),
    )
  command(adapter, 'merge <folder>', 'fold a LoRA or DoRA into its base')
    .requiredOption('--base <folder>', 'the base model')
    .requiredOption('--out <path>', 'a folder, or a file for GGUF')
    .addOption(new Option('--format <name>', 'what is written').choices(['safetensors', 'gguf']).default('safetensors'))
    .action(
      trainerCommand(
        async (trainer, options, [folder]) => {
          await trainer.client.merge({
            base: resolve(options.base),
            adapter: resolve(folder),
            out: resolve(options.out),
            format: options.format,
          })
          return { out: resolve(options.out) }
        },
        ({ out }) => out,
      ),
    )
  return { recipe }
}
