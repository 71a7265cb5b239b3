import { readFile, stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { InvalidArgumentError, Option, type CommandUnknownOpts } from '@commander-js/extra-typings'
import { dateOrders, importFormats } from '../../../common/model/data-names.ts'
import { factStates } from '../../../common/model/fact-state.ts'
import type { MemoryHit } from '../../../common/model/memory.ts'
import { memoryLabels } from '../../../common/model/memory-names.ts'
import { HearthError } from '../../../common/errors/index.ts'
import { readJsonLines } from '../../core/read-lines.ts'
import { addAskCommand } from './ask-command.ts'
import { command, handled, whole, type Globals } from './commands.ts'
import { withMemories, type Memories } from './memories.ts'
import { pick } from './pick.ts'
import { addStyleCommands } from './style-commands.ts'
import { readSecret } from './passphrase.ts'
import { onceASecond, printResult, toJson } from './output.ts'
import { leftOut, zoneOption } from './reading.ts'

const BATCH = 50
const day = (ts: number | null): string => (ts === null ? '' : new Date(ts).toISOString().slice(0, 10))
const most = (text: string): number => {
  const count = whole(text)
  if (count < 1 || count > 200) throw new InvalidArgumentError('between 1 and 200')
  return count
}

/** A command on the memory of a data folder. */
const onMemory = <Args extends unknown[], Opts, T extends object>(
  run: (memories: Memories, options: Opts, args: Args, given: Globals) => Promise<T>,
  text: (result: T) => string,
) =>
  handled<Args, Opts>(async (given, options, ...args) => {
    const result = await withMemories(given.dataDir, (memories) => run(memories, options, args, given))
    printResult(result, given.json, () => text(result))
  })

/** What `--json` prints of a place, for good. */
const shown = ({ itemIds, score, snippet, ts }: MemoryHit) => ({ itemIds, score, snippet, ts })
const asText = (results: readonly MemoryHit[]): string =>
  results
    .map(
      ({ score, ts, snippet, itemIds: [id] }) =>
        `${score.toFixed(2)}  ${day(ts)}  ${snippet.replaceAll('\n', ' ')}  [${id}]`,
    )
    .join('\n') || 'nothing found'

/** `avatar`: what a person remembers, and finding it again. */
export function addAvatarCommands(program: CommandUnknownOpts): void {
  const avatar = program.command('avatar').description('memories of your own, kept on this machine')
  command(avatar, 'import <file>', 'read an export of chats, mail or texts into the memory')
    .addOption(new Option('--format <name>', 'what the file is, where its name does not tell').choices(importFormats))
    .addOption(
      new Option('--dates <order>', 'the order of day and month, where the file does not tell').choices(dateOrders),
    )
    .addOption(zoneOption())
    .addOption(
      new Option('--label <label>', 'whether it may ever go to a model elsewhere')
        .choices(memoryLabels)
        .default('private'),
    )
    .option('--name <text>', 'what the source is called; the file’s name without it')
    .action(
      handled(async ({ dataDir, json }, { format, dates, zone, name, label }, file) => {
        const source = await withMemories(
          dataDir,
          (memories) =>
            memories.import(
              {
                file: resolve(file),
                name: name ?? basename(file),
                format: format ?? null,
                dateOrder: dates ?? null,
                zone: zone ?? null,
                label,
              },
              onceASecond((step, items) => `${step} ${items}`),
            ),
          // A host is handed files alone.
          (await stat(resolve(file))).isDirectory(),
        )
        const { id, items, known, skipped } = source
        printResult(
          source,
          json,
          () =>
            `source ${id}: ${items} memories${known ? `, ${known} that were here already` : ''}${leftOut(skipped)
              .map((line) => `\n${line}`)
              .join('')}`,
        )
      }),
    )
  command(avatar, 'search [query]', 'search the memory, best match first')
    .option('--k <number>', 'how many places', most, 10)
    .option('--batch <file>', 'one query a line, as JSON {id, query}; prints one line {id, results} each')
    .action(
      handled(async ({ dataDir, json }, { k, batch }, query) => {
        if (Boolean(query?.trim()) === Boolean(batch))
          throw new HearthError('BAD_INPUT', 'give a query, or a file of them with --batch')
        await withMemories(dataDir, async (memories) => {
          if (!batch) {
            const [found] = await memories.search([{ id: '', query: query ?? '' }], k)
            const results = found?.results ?? []
            printResult({ results: results.map(shown) }, json, () => asText(results))
            return {}
          }
          for await (const queries of batched(readQueries(resolve(batch)), BATCH))
            for (const { id, results } of await memories.search(queries, k))
              process.stdout.write(
                json ? `${toJson({ id, results: results.map(shown) })}\n` : `${id}\n${asText(results)}\n\n`,
              )
          return {}
        })
      }),
    )
  command(avatar, 'sources', 'list what was imported').action(
    onMemory(
      async (memories) => ({ sources: await memories.sources() }),
      ({ sources }) =>
        sources
          .map(
            ({ id, name, state, items, label, from, to }) =>
              `${id}  ${name}: ${items} memories, ${day(from)} to ${day(to)}, ` +
              `${label}${state === 'reading' ? ' (not whole; import it again)' : ''}`,
          )
          .join('\n') || 'none yet: hearth avatar import FILE',
    ),
  )
  command(avatar, 'forget <source>', 'delete a source and everything that only it brought').action(
    onMemory(
      async (memories, _, [source]) =>
        memories.remove(pick('source', await memories.sources(), source, ({ id, name }) => [id, name]).id),
      ({ items }) => `${items} memories were deleted`,
    ),
  )
  command(avatar, 'export <file>', 'write all memories and facts to one file, encrypted with a passphrase').action(
    onMemory(
      async (memories, _, [file], { passphraseFile }) =>
        memories.exportArchive(
          resolve(file),
          await readSecret('Passphrase for the file (10 characters or more): ', passphraseFile),
        ),
      ({ items, facts: count }) => `${items} memories and ${count} facts; without the passphrase nobody opens it again`,
    ),
  )
  command(avatar, 'import-self <file>', 'import such a file into an empty memory').action(
    onMemory(
      async (memories, _, [file], { passphraseFile }) =>
        memories.importArchive(resolve(file), await readSecret('Passphrase of the file: ', passphraseFile)),
      ({ items, facts: count }) => `${items} memories and ${count} facts`,
    ),
  )
  addAskCommand(avatar)
  addStyleCommands(avatar)
  const facts = avatar.command('facts').description('what is true of you, by your own words')
  command(facts, 'list', 'list facts: proposed, kept or rejected')
    .addOption(new Option('--state <state>', 'which of them').choices(factStates).default('kept'))
    .action(
      onMemory(
        (memories, { state }) => memories.facts(state),
        ({ facts: found, total }) =>
          [
            ...found.map(
              ({ id, text, from, to, items }) =>
                `${id}  ${text}  ${[day(from), day(to)].filter(Boolean).join(' to ')}  ` +
                `[${items.map((item) => item.id).join(', ')}]`,
            ),
            `${total} in all`,
          ].join('\n'),
      ),
    )
  command(facts, 'propose', 'propose facts from what you wrote').action(
    onMemory(
      (memories) => memories.proposeFacts(),
      ({ proposed }) => `${proposed} facts wait for you: hearth avatar facts list --state proposed`,
    ),
  )
  for (const event of ['keep', 'reject'] as const)
    command(facts, `${event} <fact>`, `${event} a fact`).action(
      onMemory(
        (memories, _, [fact]) => memories.decideFact(whole(fact), event),
        ({ text, state }) => `${state}: ${text}`,
      ),
    )
  command(facts, 'undo', 'undo the last change of a fact').action(
    onMemory(
      (memories) => memories.undoFact(),
      ({ undone }) => (undone ? 'undone' : 'nothing to undo'),
    ),
  )
  command(avatar, 'topics', 'list memories by topic and by month').action(
    onMemory(
      (memories) => memories.topics(),
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
  command(avatar, 'biography', 'show your biography, which your avatar reads before each conversation')
    .option('--draft', 'what could be written of the facts that you kept; nothing is saved', false)
    .option('--set <file>', 'take it from a text file; an empty one deletes it')
    .action(
      onMemory(
        async (memories, { draft, set }) => {
          if (set !== undefined) return memories.setBiography(await readFile(resolve(set), 'utf8'))
          return draft ? memories.draftBiography() : memories.biography()
        },
        ({ text }) => text,
      ),
    )
  command(avatar, 'people', 'list who wrote the memories').action(
    onMemory(
      async (memories) => ({ people: await memories.people() }),
      ({ people }) =>
        people.map(({ author, items, me }) => `${author}${me ? ' (you)' : ''}: ${items}`).join('\n') || 'nobody yet',
    ),
  )
  command(avatar, 'me <author>', 'mark one of the people as yourself')
    .option('--off', 'not you after all', false)
    .action(
      onMemory(
        async (memories, { off }, [wanted]) => {
          const { author } = pick('person', await memories.people(), wanted, (person) => [person.author])
          await memories.setMe(author, !off)
          return { author, me: !off }
        },
        ({ author, me }) => `${author} is ${me ? '' : 'not '}you`,
      ),
    )
}

async function* readQueries(file: string): AsyncGenerator<{ id: string; query: string }> {
  const z = await import('zod')
  const { Query } = await import('../../../common/children/memory.ts')
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
