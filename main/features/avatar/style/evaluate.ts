import type { StyleFigures } from '../../../../common/model/style.ts'
import type { Authorship } from './authorship.ts'

/** A question with its answer before and after the style. */
export interface Answered {
  readonly before: string
  readonly after: string
}

/** The numbers of the notes that an answer names. */
const sources = (text: string): string =>
  [...new Set([...text.matchAll(/\[(\d{1,3})\]/g)].map(([, number]) => Number(number)))]
    .toSorted((a, b) => a - b)
    .join()

/** Of questions that were answered with a source, how many are still answered with the same one. */
export function factsKept(answers: readonly Answered[]): StyleFigures['facts'] {
  const asked = answers.filter(({ before }) => sources(before) !== '')
  return asked.length === 0
    ? null
    : { asked: asked.length, kept: asked.filter(({ before, after }) => sources(before) === sources(after)).length }
}

/** How often answers are taken for the person's, before and after. */
export function likenessOf(answers: readonly Answered[], author: Authorship | null): StyleFigures['likeness'] {
  if (author === null || answers.length === 0) return null
  const share = (of: (answer: Answered) => string): number =>
    answers.filter((answer) => author.isMine(of(answer))).length / answers.length
  return { before: share(({ before }) => before), after: share(({ after }) => after), right: author.right }
}
