import { Option } from '@commander-js/extra-typings'
import type { Api } from '../../../../common/api/index.ts'
import type { RunRow } from '../../../../common/api/training.ts'
import type { CommandGroup } from '../../../cli/command-group.ts'
import { ask, command } from '../../../cli/commands.ts'
import { pick } from '../../../cli/pick.ts'
import { drain } from '../../../core/streams.ts'

/** The run that somebody means. @throws HearthError NOT_FOUND, BAD_INPUT */
const runCalled = async (api: Api, wanted: string): Promise<RunRow> =>
  pick('run', await api.training.runs(), wanted, ({ id, name }) => [id, name])

/** `trial`: what a finished run's model says, beside what its base says. */
export const trialCommands: CommandGroup = (program) => {
  const trial = program.command('trial').description('try what a finished training run made')
  command(trial, 'ask <run>', 'ask the base, then the trained model, the same')
    .requiredOption('--text <text>', 'a text to go on with')
    .option('--chat', 'say it to the model instead', false)
    .addOption(new Option('--tokens <number>', 'how long the answers are at most').default('100'))
    .addOption(new Option('--temperature <number>', '0 takes the likeliest word each time').default('0'))
    .action(
      ask(
        async (api, { text, chat, tokens, temperature }, [wanted]) => {
          const { id: run } = await runCalled(api, wanted)
          const said = { before: '', after: '' }
          const stream = await api.trial.ask({
            run,
            prompt: { kind: chat ? 'chat' : 'text', text },
            maxTokens: Number(tokens),
            temperature: Number(temperature),
          })
          await drain(stream, (part) => void (said[part.side] += part.text))
          return said
        },
        ({ before, after }) => `before: ${before}\n\nafter: ${after}`,
      ),
    )
  command(trial, 'samples <run>', 'show what a run said at its checkpoints')
    .option(
      '--ask <texts...>',
      'ask this at each checkpoint from now on, up to three; before the run is started or while it is paused',
    )
    .option('--chat', 'say these to the model, and do not have it go on with them', false)
    .option('--end', 'ask nothing any more', false)
    .action(
      ask(
        async (api, { ask: texts = [], chat, end }, [wanted]) => {
          const { id: run } = await runCalled(api, wanted)
          const prompts = texts.map((text) => ({ kind: chat ? ('chat' as const) : ('text' as const), text }))
          if (end || prompts.length > 0) await api.trial.askSamples({ run, prompts })
          return api.trial.samples({ run })
        },
        ({ prompts, said, waiting }) =>
          prompts.length === 0
            ? 'nothing is asked at its checkpoints'
            : [
                ...prompts.flatMap(({ text }, i) => [
                  text,
                  ...said.map(({ step, texts }) => `  step ${step}: ${(texts[i] ?? '').trim()}`),
                ]),
                `${waiting} checkpoints have not answered yet`,
              ].join('\n'),
      ),
    )
  command(trial, 'keep <run>', 'make a model of base and adapter that conversations can choose')
    .option('--name <name>', 'what it is called; the run’s name without')
    .action(
      ask(
        async (api, { name }, [wanted]) => {
          const run = await runCalled(api, wanted)
          return api.trial.keep({ run: run.id, name: name ?? run.name })
        },
        ({ name, id }) => `${name} is a model of yours now: hearth models choose ${id}`,
      ),
    )
}
