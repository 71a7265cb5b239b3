import { stat } from 'node:fs/promises'
import { basename, resolve } from 'node:path'
import { InvalidArgumentError, Option } from '@commander-js/extra-typings'
import { dateOrders, importFormats } from '../../../../../common/model/data-names.ts'
import type { MemoryHit } from '../../../../../common/model/memory.ts'
import { memoryLabels } from '../../../../../common/model/memory-names.ts'
import { HearthError } from '../../../../../common/errors/index.ts'
import { readJsonLines } from '../../../../core/read-lines.ts'
import type { CommandGroup } from '../../../../cli/command-group.ts'
import { command, handled, whole } from '../../../../cli/commands.ts'
import { withMemories } from './memories.ts'
import { day, onMemory } from './on-memory.ts'
import { pick } from '../../../../cli/pick.ts'
import { readSecret } from '../../../../cli/passphrase.ts'
import { onceASecond, printResult, toJson } from '../../../../cli/output.ts'
import { leftOut, zoneOption } from '../../../../cli/reading.ts'

const BATCH = 50
const most = (text: string): number => {
  const count = whole(text)
  if (count < 1 || count > 200) throw new InvalidArgumentError('between 1 and 200')
  return count
}

/** What `--json` prints of a place, for good. */
const shown = ({ itemIds, score, snippet, ts }: MemoryHit) => ({ itemIds, score, snippet, ts })
const asText = (results: readonly MemoryHit[]): string =>
  results
    .map(
      ({ score, ts, snippet, itemIds: [id] }) =>
        `${score.toFixed(2)}  ${day(ts)}  ${snippet.replaceAll('\n', ' ')}  [${id}]`,
    )
    .join('\n') || 'nothing found'

/** `avatar import` to `import-self`: what a person remembers, and finding it again. */
export const sourceCommands: CommandGroup = (avatar) => {
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
}

async function* readQueries(file: string): AsyncGenerator<{ id: string; query: string }> {
  const z = await import('zod')
  const { Query } = await import('../../../../../common/children/memory.ts')
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
