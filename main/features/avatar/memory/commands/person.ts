import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { CommandGroup } from '../../../../cli/command-group.ts'
import { command } from '../../../../cli/commands.ts'
import { pick } from '../../../../cli/pick.ts'
import { day, onMemory } from './on-memory.ts'

/** `avatar topics`, `biography`, `people` and `me`: who the memories are of. */
export const personCommands: CommandGroup = (avatar) => {
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
