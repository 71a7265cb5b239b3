import { resolve } from 'node:path'
import { Option } from '@commander-js/extra-typings'
import type { Api } from '../../../../../common/api/index.ts'
import { methodNames, presetNames } from '../../../../../common/model/recipe-presets.ts'
import { COIN_SYMBOL, formatCoins } from '../../../../../common/model/money.ts'
import { HearthError } from '../../../../../common/errors/index.ts'
import { resourcePath } from '../../../../core/resources.ts'
import { act } from '../../../../cli/act.ts'
import type { CommandGroup } from '../../../../cli/command-group.ts'
import { ask, command, send, whole } from '../../../../cli/commands.ts'
import { jobWords, lineWords } from '../../../../cli/in-words.ts'
import { say } from '../../../../cli/output.ts'
import { runCalled } from '../../../../cli/called.ts'
import { chooseQuote, orderRun, prepareRun, total } from './order-run.ts'
import { upload } from '../../../../cli/upload.ts'

const inWords = (units: bigint): string => `${formatCoins(units)} ${COIN_SYMBOL}`

async function watchJob(api: Api, id: number) {
  let last = ''
  for await (const { hired, provided, log } of await api.jobs.watch({ job: id })) {
    for (const line of log) say(lineWords(line))
    const [side, step] = [hired?.own ?? provided, (hired?.own ?? provided)?.step ?? 0]
    const line = `${side?.state ?? 'elsewhere'}${side?.reason ? ` (${jobWords(side.reason)})` : ''}, step ${step}`
    if (line !== last) say((last = line))
  }
  const job =
    (await api.jobs.hired({})).find((item) => item.job.id === id)?.job ??
    (await api.jobs.provided({})).find((item) => item.job.id === id)?.job
  if (!job) throw new HearthError('NOT_FOUND', `there is no job ${id} here`)
  return job
}

/** `job`: training on the market. A job goes on while the host of its data folder runs. */
export const jobCommands: CommandGroup = (program) => {
  const job = program.command('job').description('order training from a machine on the market')
  command(job, 'new', 'prepare data for a run that can be ordered')
    .option('--name <text>', 'what to call it', 'Run')
    .option('--base <path>', 'the base model: a Hugging Face folder or a GGUF file; the demo model without it')
    .option('--data <files...>', 'JSONL, CSV, Parquet or text; the demo’s letters without it')
    .addOption(new Option('--preset <name>', 'how long and how much').choices(presetNames).default('balanced'))
    .addOption(new Option('--method <name>', 'what is trained').choices(methodNames).default('lora'))
    .option('--length <tokens>', 'tokens of a sequence', whole, 128)
    .option('--classify', 'learn the labels instead of the text', false)
    .option('--template <name>', 'chat template: one of the model’s by its name, chatml or plain; its own without it')
    .action(
      ask(
        async (api, given) => {
          const base = given.base
            ? (await api.training.addBase({ path: resolve(given.base) })).path
            : resourcePath('demo', 'model')
          const uploads: string[] = []
          for (const file of given.data ?? []) uploads.push(await upload(api, resolve(file)))
          return {
            run: await prepareRun(api, {
              name: given.name,
              base,
              uploads,
              preset: given.preset,
              method: given.method,
              sequenceLength: given.length,
              classify: given.classify,
              ...(given.template === undefined ? {} : { template: given.template }),
            }),
          }
        },
        ({ run }) => run,
      ),
    )
  command(job, 'quotes <run>', 'ask machines for their price of a run; each measures one step').action(
    ask(
      async (api, _, [run]) => ({ quotes: await api.jobs.quotes({ run: (await runCalled(api, run)).id }) }),
      ({ quotes }) =>
        quotes
          .map(({ machine, terms, refusal }) => {
            const answer = terms
              ? `${inWords(total(terms))} in ${terms.milestones} milestones, ${terms.seconds.toFixed(0)} s`
              : refusal!.message
            return `machine ${machine.id}: ${answer}`
          })
          .join('\n') || 'no machine answers',
    ),
  )
  command(job, 'order <run>', 'order a run from the cheapest machine that takes it')
    .option('--machine <id>', 'from this machine', whole)
    .action(
      ask(
        async (api, options, [wanted]) => {
          const { id } = await runCalled(api, wanted)
          return { job: await orderRun(api, id, await chooseQuote(api, id, options.machine)) }
        },
        ({ job: id }) => `job ${id}`,
      ),
    )
  command(job, 'list', 'list jobs ordered here and jobs that this machine does').action(
    ask(
      async (api) => ({ hired: await api.jobs.hired({}), provided: await api.jobs.provided({}) }),
      ({ hired, provided }) =>
        [
          ...hired.map(
            (it) =>
              `job ${it.job.id}, ordered: ${it.job.state}, ${it.own?.state ?? 'from another data folder'}, ` +
              `milestone ${it.job.done} of ${it.job.milestones}`,
          ),
          ...provided.map((it) => `job ${it.job.id}, provided: ${it.job.state}, ${it.state}, step ${it.step}`),
        ].join('\n') || 'none yet',
    ),
  )
  command(job, 'watch <id>', 'follow a job and its log until it ends').action(
    ask(
      (api, _, [id]) => watchJob(api, whole(id)),
      (row) => `${row.state}, ${row.done} of ${row.milestones} milestones paid`,
    ),
  )
  command(job, 'cancel <id>', 'cancel a job that nobody has accepted').action(
    send((_, [id]) => ({ kind: 'cancelJob', job: whole(id) })),
  )
  command(job, 'leave <id>', 'end a job after the milestones that are paid; the rest of the escrow comes back').action(
    send((_, [id]) => ({ kind: 'leaveJob', job: whole(id) })),
  )
  command(
    job,
    'expire <id>',
    'take the escrow back, and the stake for the milestone, from a provider that is past its deadline',
  ).action(send((_, [id]) => ({ kind: 'expireJob', job: whole(id) })))
  command(job, 'appeal <id>', 'have twice the jury decide anew, for twice the bond').action(
    ask(
      async (api, _, [id]) => {
        const all = [...(await api.jobs.hired({})), ...(await api.jobs.provided({}))]
        const dispute = all.find((item) => item.job.id === whole(id))?.dispute
        if (!dispute?.appeal) throw new HearthError('NOT_FOUND', `there is nothing to appeal against in job ${id}`)
        return act(api, { kind: 'appealDispute', dispute: dispute.dispute.id })
      },
      (row) => `appealed: ${row.hash}`,
    ),
  )
}
