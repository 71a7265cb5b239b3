import { readFile } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import type { ContractRouterClient } from '@orpc/contract'
import { InvalidArgumentError, Option, type Command } from 'commander'
import * as z from 'zod'
import { Query, type memoryContract } from '../../../common/children/memory.ts'
import { dateOrders, importFormats, type DateOrder, type ImportFormat } from '../../../common/model/data-names.ts'
import { factStates, type FactState } from '../../../common/model/fact-state.ts'
import type { MemoryHit } from '../../../common/model/memory.ts'
import { memoryLabels, type MemoryLabel } from '../../../common/model/memory-names.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { lockDataFolder } from '../../core/db/lock.ts'
import { dataPaths, type DataPaths } from '../../core/paths.ts'
import { readJsonLines } from '../../core/read-lines.ts'
import { drain } from '../../core/streams.ts'
import { addAskCommand } from './ask-command.ts'
import { command, handled, whole } from './commands.ts'
import { addStyleCommands } from './style-commands.ts'
import { readSecret } from './passphrase.ts'
import { onceASecond, printResult, toJson } from './output.ts'
import { withChild } from './with-child.ts'
import { withEmbeddings } from './with-meaning.ts'

interface Options {
  readonly format?: ImportFormat
  readonly dates?: DateOrder
  readonly name?: string
  readonly label: MemoryLabel
  readonly k: number
  readonly batch?: string
  readonly off: boolean
  readonly draft: boolean
  readonly set?: string
  readonly state: FactState
  readonly passphraseFile?: string | null
}
type Memory = ContractRouterClient<typeof memoryContract>

const BATCH = 50
const day = (ts: number | null): string => (ts === null ? '' : new Date(ts).toISOString().slice(0, 10))
const most = (text: string): number => {
  const count = whole(text)
  if (count < 1 || count > 200) throw new InvalidArgumentError('between 1 and 200')
  return count
}

/** A command on the memory of a data folder, in a process of its own. */
const onMemory = <T extends object>(
  run: (
    memory: Memory,
    at: { memory: string },
    options: Options,
    args: readonly string[],
    paths: DataPaths,
  ) => Promise<T>,
  text: (result: T) => string,
) =>
  handled(async ({ dataDir, json }, options, ...args) => {
    const paths = dataPaths(dataDir)
    const result = await withChild<typeof memoryContract, T>('memory', ({ client }) =>
      run(client, { memory: paths.memory }, options as unknown as Options, args as readonly string[], paths),
    )
    printResult(result, json, () => text(result))
  })

/** What `--json` prints of a place, for good. */
const shown = ({ itemIds, score, snippet, ts }: MemoryHit) => ({ itemIds, score, snippet, ts })
const asText = (results: readonly MemoryHit[]): string =>
  results
    .map(
      ({ score, ts, snippet, itemIds: [id] }) =>
        `${score.toFixed(2)}  ${day(ts)}  ${snippet.replaceAll('\n', ' ')}  [${id!}]`,
    )
    .join('\n') || 'nothing found'

/** `avatar`: what a person remembers, and finding it again. */
export function addAvatarCommands(program: Command): void {
  const avatar = program.command('avatar').description('memories of your own, kept on this machine')
  command(avatar, 'import <file>', 'read an export of chats, mail or texts into the memory')
    .addOption(
      new Option('--format <name>', 'what the file is, where its name does not tell').choices([...importFormats]),
    )
    .addOption(
      new Option('--dates <order>', 'the order of day and month, where the file does not tell').choices([
        ...dateOrders,
      ]),
    )
    .addOption(
      new Option('--label <label>', 'whether it may ever go to a model elsewhere')
        .choices([...memoryLabels])
        .default('private'),
    )
    .option('--name <text>', 'what the source is called; the file’s name without it')
    .action(
      handled(async ({ dataDir, json }, options, file: string) => {
        const { format, dates, name, label } = options as unknown as Options
        const paths = dataPaths(dataDir)
        const source = await withEmbeddings(paths, async ({ memory, catchUp }) => {
          const read = await drain(
            await memory.import({
              memory: paths.memory,
              file: resolve(file),
              name: name ?? basename(file),
              format: format ?? null,
              dateOrder: dates ?? null,
              label,
            }),
            onceASecond(({ step, items }) => `${step} ${items}`),
          )
          await catchUp()
          return read
        })
        const { id, items, known, skipped } = source
        printResult(
          source,
          json,
          () =>
            `source ${id}: ${items} memories${known ? `, ${known} that were here already` : ''}${Object.entries(skipped)
              .map(([why, count]) => `\nleft out: ${String(count)} ${why}`)
              .join('')}`,
        )
      }),
    )
  command(avatar, 'search [query]', 'find what was said, the likeliest place first')
    .option('--k <number>', 'how many places', most, 10)
    .option('--batch <file>', 'one query a line, as JSON {id, query}; prints one line {id, results} each')
    .action(
      handled(async ({ dataDir, json }, raw, query?: string) => {
        const { k, batch } = raw as unknown as Options
        if (Boolean(query?.trim()) === Boolean(batch))
          throw new HearthError('BAD_INPUT', 'give a query, or a file of them with --batch')
        const paths = dataPaths(dataDir)
        const at = { memory: paths.memory }
        await withEmbeddings(paths, async ({ memory, question }) => {
          if (!batch) {
            const [found] = await memory.search({
              ...at,
              queries: [{ id: '', query: query!, embedding: await question(query!) }],
              k,
            })
            printResult({ results: found!.results.map(shown) }, json, () => asText(found!.results))
            return
          }
          for await (const asked of batched(readQueries(resolve(batch)), BATCH)) {
            const queries: Query[] = []
            for (const one of asked) queries.push({ ...one, embedding: await question(one.query) })
            for (const { id, results } of await memory.search({ ...at, queries, k }))
              process.stdout.write(
                json ? `${toJson({ id, results: results.map(shown) })}\n` : `${id}\n${asText(results)}\n\n`,
              )
          }
        })
      }),
    )
  command(avatar, 'sources', 'what the memory was read from').action(
    onMemory(
      async (memory, at) => ({ sources: await memory.sources(at) }),
      ({ sources }) =>
        sources
          .map(
            ({ id, name, state, items, label, from, to }) =>
              `${id}  ${name}: ${items} memories, ${day(from)} to ${day(to)}, ${label}${state === 'reading' ? ' (not whole; import it again)' : ''}`,
          )
          .join('\n') || 'none yet: hearth avatar import FILE',
    ),
  )
  command(avatar, 'forget <source>', 'delete a source and all that only it brought').action(
    onMemory(
      async (memory, at, _, [source]) => drain(await memory.remove({ ...at, source: whole(source!) })),
      ({ items }) => `${items} memories were deleted`,
    ),
  )
  command(avatar, 'export <file>', 'all memories and facts in one file that only a passphrase opens').action(
    onMemory(
      async (memory, at, { passphraseFile }, [file]) =>
        drain(
          await memory.writeArchive({
            ...at,
            out: resolve(file!),
            passphrase: await readSecret('Passphrase for the file (10 characters or more): ', passphraseFile ?? null),
          }),
        ),
      ({ items, facts: count }) => `${items} memories and ${count} facts; without the passphrase nobody opens it again`,
    ),
  )
  command(avatar, 'import-self <file>', 'bring such a file in where nothing is remembered yet').action(
    onMemory(
      async (memory, at, { passphraseFile }, [file], { lock }) => {
        // A running host has the memory open that this one takes the place of.
        const unlock = lockDataFolder(lock)
        try {
          return await drain(
            await memory.readArchive({
              ...at,
              file: resolve(file!),
              passphrase: await readSecret('Passphrase of the file: ', passphraseFile ?? null),
            }),
          )
        } finally {
          unlock()
        }
      },
      ({ items, facts: count }) => `${items} memories and ${count} facts`,
    ),
  )
  addAskCommand(avatar)
  addStyleCommands(avatar)
  const facts = avatar.command('facts').description('what is true of you, by your own words')
  command(facts, 'list', 'facts that wait for you, or that you kept or rejected')
    .addOption(new Option('--state <state>', 'which of them').choices([...factStates]).default('kept'))
    .action(
      onMemory(
        (memory, at, { state }) => memory.facts({ ...at, state, offset: 0, limit: 200 }),
        ({ facts: found, total }) =>
          [
            ...found.map(
              ({ id, text, from, to, items }) =>
                `${id}  ${text}  ${[day(from), day(to)].filter(Boolean).join(' to ')}  [${items.map((item) => item.id).join(', ')}]`,
            ),
            `${total} in all`,
          ].join('\n'),
      ),
    )
  command(facts, 'propose', 'look for facts in what you wrote').action(
    onMemory(
      async (memory, at) => drain(await memory.proposeFacts(at)),
      ({ proposed }) => `${proposed} facts wait for you: hearth avatar facts list --state proposed`,
    ),
  )
  for (const event of ['keep', 'reject'] as const)
    command(facts, `${event} <fact>`, `${event} a fact`).action(
      onMemory(
        (memory, at, _, [fact]) => memory.decideFact({ ...at, fact: whole(fact!), event }),
        ({ text, state }) => `${state}: ${text}`,
      ),
    )
  command(facts, 'undo', 'take the last change of a fact back').action(
    onMemory(
      (memory, at) => memory.undoFact(at),
      ({ undone }) => (undone ? 'undone' : 'nothing to undo'),
    ),
  )
  command(avatar, 'topics', 'what is remembered by what it is about, and by month').action(
    onMemory(
      async (memory, at) => {
        if (!(await memory.topics(at)).current) await drain(await memory.sortTopics(at))
        const { topics, months } = await memory.topics(at)
        return { topics, months }
      },
      ({ topics, months }) =>
        [
          ...topics.map(
            ({ words, items, from, to }) =>
              `${items}  ${words.join(', ')}  ${[day(from), day(to)].filter(Boolean).join(' to ')}`,
          ),
          ...months.map(({ month, items, words }) => `${month}  ${items}  ${words.join(', ')}`),
        ].join('\n') || 'topics need twenty messages or more that have words in common',
    ),
  )
  command(avatar, 'biography', 'your life in your words, put before your avatar in each conversation')
    .option('--draft', 'what could be written of the facts that you kept; nothing is saved', false)
    .option('--set <file>', 'take it from a text file; an empty one deletes it')
    .action(
      onMemory(
        async (memory, at, { draft, set }) => {
          if (set !== undefined) return memory.setBiography({ ...at, text: await readFile(resolve(set), 'utf8') })
          return draft ? memory.draftBiography(at) : memory.biography(at)
        },
        ({ text }) => text,
      ),
    )
  command(avatar, 'people', 'who wrote what is remembered').action(
    onMemory(
      async (memory, at) => ({ people: await memory.participants(at) }),
      ({ people }) =>
        people.map(({ author, items, me }) => `${author}${me ? ' (you)' : ''}: ${items}`).join('\n') || 'nobody yet',
    ),
  )
  command(avatar, 'me <author>', 'say which of the people is you')
    .option('--off', 'not you after all', false)
    .action(
      onMemory(
        async (memory, at, { off }, [author]) => (
          await memory.setMe({ ...at, author: author!, me: !off }),
          { author, me: !off }
        ),
        ({ author, me }) => `${author!} is ${me ? '' : 'not '}you`,
      ),
    )
}

async function* readQueries(file: string): AsyncGenerator<Omit<Query, 'embedding'>> {
  for await (const { value, number } of readJsonLines(file)) {
    const query = z
      .object({ id: z.union([z.string(), z.number()]).transform(String), query: Query.shape.query })
      .safeParse(value)
    if (!query.success)
      throw new HearthError(
        'BAD_INPUT',
        `${basename(file)}, line ${number}: ${z.prettifyError(query.error).replaceAll('\n', ' ')}`,
      )
    yield query.data
  }
}

async function* batched<T>(items: AsyncIterable<T>, size: number): AsyncGenerator<T[]> {
  let batch: T[] = []
  for await (const item of items) {
    batch.push(item)
    if (batch.length < size) continue
    yield batch
    batch = []
  }
  if (batch.length > 0) yield batch
}
