import { randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join, resolve } from 'node:path'
import { Option } from '@commander-js/extra-typings'
import type { BaselineResult } from '../../../../common/model/baseline.ts'
import { baselineNames } from '../../../../common/model/baseline-names.ts'
import type { Pipeline, TableProfile } from '../../../../common/model/pipeline.ts'
import { HearthError } from '../../../../common/errors/index.ts'
import { drain } from '../../../core/streams.ts'
import { say } from '../../../cli/output.ts'
import type { CommandGroup } from '../../../cli/command-group.ts'
import { command } from '../../../cli/commands.ts'
import { trainerCommand } from '../../../cli/with-trainer.ts'

/** `table`: rows and columns rather than texts, from a look at them to a baseline. */
export const tableCommands: CommandGroup = (program) => {
  const table = program
    .command('table')
    .description('look at a table, turn it into tensors, and train a baseline on it')
  command(table, 'profile <file>', 'describe each column of a table').action(
    trainerCommand((trainer, _, [file]) => trainer.client.profileTable({ file: resolve(file) }), describeProfile),
  )
  command(table, 'suggest <file>', 'suggest how to treat each column, in a file to edit')
    .requiredOption('--target <column>', 'what is to be foretold')
    .requiredOption('--out <file>', 'the pipeline, JSON')
    .option('--seed <text>', 'draws the split; by chance without it')
    .action(
      trainerCommand(
        async (trainer, { target, out, seed }, [file]) => {
          const profile = await trainer.client.profileTable({ file: resolve(file) })
          if (!profile.columns.some(({ name }) => name === target))
            throw new HearthError(
              'BAD_INPUT',
              `the table has no column “${target}”; it has ${profile.columns.map(({ name }) => name).join(', ')}`,
            )
          const { suggestPipeline } = await import('../../../../common/model/pipeline.ts')
          const pipeline = suggestPipeline(profile, target, seed ?? randomBytes(16).toString('hex'))
          await writeFile(out, `${JSON.stringify(pipeline, null, 2)}\n`)
          return { file: resolve(out), pipeline }
        },
        ({ file, pipeline }) => {
          const columns = pipeline.columns.map(
            ({ name, use, kind, missing, scale }) =>
              `${name.padEnd(20)} ${use}, ${kind}, missing: ${missing}, scale: ${scale}`,
          )
          return `${columns.join('\n')}\n${file}`
        },
      ),
    )
  command(table, 'prepare <file>', 'turn a table into tensors')
    .requiredOption('--pipeline <file>', 'from `hearth table suggest`')
    .requiredOption('--out <folder>', 'for the tensors and what was learnt about the columns')
    .action(
      trainerCommand(
        async (trainer, { pipeline, out }, [file]) => {
          await mkdir(resolve(out), { recursive: true })
          return {
            ...(await trainer.client.prepareTable({
              file: resolve(file),
              folder: resolve(out),
              pipeline: await readPipeline(pipeline),
            })),
            file: join(resolve(out), 'tensors.safetensors'),
          }
        },
        ({ rows, features, classes, sha256, file }) =>
          `${rows.train} rows to train, ${rows.validation} to validate, ${rows.test} to test, ${rows.dropped} left ` +
          `out\n${features.length} features${classes ? `, ${classes.length} classes` : ''}\n${sha256}\n${file}`,
      ),
    )
  command(table, 'baseline <folder>', 'train a perceptron or a small net on a prepared table')
    .addOption(new Option('--model <name>', 'which').choices(baselineNames).default('mlp'))
    .option('--seed <text>', 'draws the starting point and the order', 'baseline')
    .action(
      trainerCommand(async (trainer, { model, seed }, [folder]) => {
        const stream = await trainer.client.trainBaseline({
          folder: resolve(folder),
          model,
          seed: seed,
          threads: Math.min(4, availableParallelism()),
        })
        return {
          ...(await drain(
            stream,
            ({ epoch, train, validation }) =>
              void (
                epoch % 10 === 0 &&
                say(
                  `epoch ${epoch}: loss ` +
                    `${train.toFixed(4)}${validation === null ? '' : `, validation ${validation.toFixed(4)}`}`,
                )
              ),
          )),
          onnx: join(resolve(folder), 'model.onnx'),
        }
      }, describeResult),
    )
}

async function readPipeline(file: string): Promise<Pipeline> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new HearthError('NOT_FOUND', `there is no pipeline at ${file}`, {}, { cause: error })
  })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new HearthError('BAD_INPUT', `${file} is no JSON`, {}, { cause: error })
  }
  const z = await import('zod')
  const { Pipeline } = await import('../../../../common/model/pipeline.ts')
  const parsed = Pipeline.safeParse(value)
  if (!parsed.success) throw new HearthError('BAD_INPUT', `${file}: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

function describeProfile({ rows, columns }: TableProfile): string {
  const lines = columns.map(({ name, kind, missing, distinct, numbers, top }) => {
    const about = numbers
      ? `${numbers.least} to ${numbers.most}, mean ${numbers.mean.toPrecision(4)}, median ` +
        `${numbers.median.toPrecision(4)}`
      : top
          .slice(0, 4)
          .map(({ value, count }) => `${value.slice(0, 24)} (${count})`)
          .join(', ')
    return (
      `${name.padEnd(20)} ${kind.padEnd(9)} ${String(missing).padStart(6)} missing ` +
      `${String(distinct).padStart(7)} different   ${about}`
    )
  })
  return `${rows} rows\n${lines.join('\n')}`
}

function describeResult({
  test,
  bestEpoch,
  parameters,
  seen,
  onnx,
}: BaselineResult & { readonly onnx: string }): string {
  const where = seen ? 'on the rows it was trained on' : `on ${test.rows} rows that it had never seen`
  const quality =
    'accuracy' in test
      ? `accuracy ${test.accuracy.toFixed(3)} (guessing ${test.guessing.toFixed(3)}), F1 ${test.macroF1.toFixed(3)}`
      : `error ${test.rootMeanSquare.toPrecision(4)} (guessing ${test.guessing.toPrecision(4)}), R² ` +
        `${test.explained.toFixed(3)}`
  return `${quality} ${where}\n${parameters} parameters, best after epoch ${bestEpoch}\n${onnx}`
}
