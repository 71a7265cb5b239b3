import { cpus } from 'node:os'
import type { ContractRouterClient } from '@orpc/contract'
import type { llmContract } from '../../../../common/children/llm.ts'
import type { memoryContract } from '../../../../common/children/memory.ts'
import type { Avatar } from '../../../../common/model/chat.ts'
import type { MemoryItem } from '../../../../common/model/memory.ts'
import { dataPaths } from '../../../core/paths.ts'
import type { CommandGroup } from '../../../cli/command-group.ts'
import { command, handled } from '../../../cli/commands.ts'
import { printResult, say } from '../../../cli/output.ts'
import { pick } from '../../../cli/pick.ts'
import { withChild } from '../../../cli/with-child.ts'

/** `avatar ask`: one question, answered from the memory with the places that say so. */
export const askCommands: CommandGroup = (avatar) => {
  command(avatar, 'ask <question>', 'answer a question from the memory')
    .option('--avatar <name>', 'who answers; without it the first, or whoever is you')
    .option('--model <name>', 'what it is answered with; see hearth models')
    .action(
      handled(async ({ dataDir, json }, options, question) => {
        const { CLOSEST, isWeak } = await import('../../../../common/model/chat.ts')
        const { withEmbeddings } = await import('../with-embeddings.ts')
        const { ConfigStore } = await import('../../../core/config.ts')
        const { Answering, styleAdapter } = await import('./index.ts')
        const { contextFor, engineFor, ModelStore, SHIPPED } = await import('../models/index.ts')
        const paths = dataPaths(dataDir)
        const settings = ConfigStore.open(paths.config).get().avatar
        await withEmbeddings(paths, ({ memory, question: queryEmbedding }) =>
          withChild<typeof llmContract, void>('llm', async (llm) => {
            const store = new ModelStore({ folder: paths.models, inspect: (file) => llm.client.inspect({ file }) })
            const who = await speaker(memory, paths.memory, options.avatar)
            const model = options.model
              ? pick('model', await store.list(), options.model, ({ id, name }) => [id, name])
              : await store.get(who.model ?? settings.model ?? SHIPPED)
            const adapter = await styleAdapter(memory, paths, who, model)
            const engine = {
              ...engineFor(model, Math.min(settings.contextSize ?? Infinity, contextFor(model)), {
                gpu: settings.gpu,
                threads: Math.max(1, cpus().length - 1),
                states: null,
              }),
              adapter,
            }
            const { maxTokens, topP } = settings
            const stream = new Answering({
              memory: () => ({ client: memory, file: paths.memory }),
              llm: () => llm.client,
              queryEmbedding,
            }).answer(
              {
                avatar: who,
                history: [],
                text: question,
                engine,
                sampling: { maxTokens, topP, temperature: 0, seed: null, stop: [] },
              },
              undefined,
            )
            let [answer, notes] = [
              '',
              [] as { number: number; id: string; ts: number | null; author: string | null; text: string }[],
            ]
            let step = await stream.next()
            for (; !step.done; step = await stream.next()) {
              if ('notes' in step.value)
                notes = step.value.notes.map(({ item: { id, ts, author, text } }, i) => ({
                  number: i + 1,
                  id,
                  ts,
                  author,
                  text,
                }))
              else {
                answer += step.value.text
                if (!json) process.stdout.write(step.value.text)
              }
            }
            if (!json) process.stdout.write('\n')
            const cited = notes.filter(({ number }) => answer.includes(`[${number}]`))
            const closest = cited.length === 0 || isWeak(model.facts) ? notes.slice(0, CLOSEST) : []
            printResult(
              { avatar: who.name, model: model.name, answer: answer.trim(), notes, ...step.value },
              json,
              () =>
                [
                  ...cited.map((note) => `[${note.number}] ${noteLine(note)}`),
                  ...(closest.length > 0 ? ['closest memories:', ...closest.map((note) => `  ${noteLine(note)}`)] : []),
                ].join('\n'),
            )
          }),
        )
      }),
    )
}

const noteLine = ({ ts, author, text }: Pick<MemoryItem, 'ts' | 'author' | 'text'>): string =>
  `${author ?? ''}${ts === null ? '' : `, ${new Date(ts).toISOString().slice(0, 10)}`}: ${text}`

/** @throws HearthError NOT_FOUND */
async function speaker(
  memory: ContractRouterClient<typeof memoryContract>,
  file: string,
  name: string | undefined,
): Promise<Avatar> {
  const avatars = await memory.avatars({ memory: file })
  if (name !== undefined) return pick('avatar', avatars, name, (avatar) => [avatar.name])
  if (avatars[0]) return avatars[0]
  const me = (await memory.participants({ memory: file })).find((person) => person.me)
  if (!me) say('nobody is you yet, so the avatar has no name: hearth avatar me AUTHOR')
  return {
    id: 0,
    name: me?.author ?? 'Me',
    picture: null,
    rules: '',
    greeting: '',
    model: null,
    remembers: true,
    style: null,
    styleScale: 1,
  }
}
