import { Option } from '@commander-js/extra-typings'
import { factStates } from '../../../../../common/model/fact-state.ts'
import type { CommandGroup } from '../../../../cli/command-group.ts'
import { command, whole } from '../../../../cli/commands.ts'
import { day, onMemory } from './on-memory.ts'

/** `avatar facts`: what is true of a person. */
export const factCommands: CommandGroup = (avatar) => {
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
}
