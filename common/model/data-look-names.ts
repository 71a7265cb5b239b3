/**
 * What may be wrong with a row of training data, the worst first: the trainer refuses it; it leaves it out, since no
 * known columns are there, nothing is to be learnt, or the cut took all that was; it was not looked at; its answer is
 * empty, and learnt as that; it is cut, or learnt in parts; it stands there twice; its letters look broken.
 */
export const rowProblems = [
  'refused',
  'columns',
  'empty',
  'cutAway',
  'long',
  'silent',
  'cut',
  'split',
  'duplicate',
  'characters',
] as const
export type RowProblem = (typeof rowProblems)[number]

/** Why the trainer would not take the data: rows that it refuses, nothing to learn, or too few or too many labels. */
export const dataStops = ['refused', 'nothing', 'labels'] as const
export type DataStop = (typeof dataStops)[number]
