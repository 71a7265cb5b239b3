import { resolve } from 'node:path'
import type { CommandUnknownOpts } from '@commander-js/extra-typings'
import type { DataLook } from '../../../../../common/model/data-look.ts'
import type { DataStop, RowProblem } from '../../../../../common/model/data-look-names.ts'
import { command } from '../../../../cli/commands.ts'
import { trainerCommand } from '../../../../cli/with-trainer.ts'
import { resourcePath } from '../../../../core/resources.ts'

const STOPS: Readonly<Record<DataStop, string>> = {
  refused: 'the trainer refuses this data until the rows below are mended',
  nothing: 'there is nothing to learn in this data',
  labels: 'to tell texts apart there must be 2 to 64 different labels',
}
const PROBLEMS: Readonly<Record<RowProblem, string>> = {
  refused: 'refused',
  columns: 'left out: no known columns',
  empty: 'left out: nothing to learn',
  cutAway: 'left out: the question alone fills the sequence',
  long: 'not looked at: too long',
  silent: 'empty answer, learnt as that',
  cut: 'cut at the end of the sequence',
  split: 'learnt in several parts',
  duplicate: 'repeated',
  characters: 'broken letters, learnt as they are',
}

function inWords(look: DataLook): string {
  const many = new Set(look.problems.flatMap(({ places }) => places.map(({ file }) => file))).size > 1
  return [
    look.complete ? `all ${look.rows} rows:` : `only the first ${look.rows} rows were looked at:`,
    `${look.samples} samples, ${look.tokens} tokens, ${look.learntTokens} of them to learn; the longest row has ` +
      `${look.longest}, a sequence ${look.sequenceLength}`,
    ...(look.stops ? [STOPS[look.stops]] : []),
    ...look.problems.flatMap(({ kind, count, places }) => [
      `${PROBLEMS[kind]}: ${count} (rows ${places.map(({ file, row }) => (many ? `${file} ${row}` : row)).join(', ')}` +
        `${count > places.length ? ', …' : ''})`,
      ...places.slice(0, 1).flatMap(({ says }) => (says === null || kind === 'cut' ? [] : [`    ${says}`])),
    ]),
    'first rows, with what is learnt in [[brackets]]:',
    ...look.shown.map(
      ({ row, pieces, label }) =>
        `${row}: ${pieces.map(({ text, learnt }) => (learnt ? `[[${text}]]` : text)).join('')}` +
        (label === null ? '' : ` → [[${label}]]`),
    ),
  ].join('\n')
}

/** `recipe look`: data before a recipe is made of it. */
export function lookCommand(recipe: CommandUnknownOpts): void {
  command(recipe, 'look <files...>', 'show data as the trainer reads it, and what is wrong with which rows')
    .option('--base <folder>', 'the base model, whose tokenizer and template are used; the demo model without it')
    .option('--length <tokens>', 'tokens of a sequence', '256')
    .option('--classify', 'learn the labels instead of the text', false)
    .option('--template <name>', 'chat template: one of the model’s by its name, chatml or plain; its own without it')
    .action(
      trainerCommand(
        (trainer, { base, length, classify, template }, [files]) =>
          trainer.client.look({
            base: base === undefined ? resourcePath('demo', 'model') : resolve(base),
            files: files.map((file) => resolve(file)),
            sequenceLength: Number(length),
            classify,
            template,
          }),
        inWords,
        ({ stops }) => stops !== null,
      ),
    )
}
