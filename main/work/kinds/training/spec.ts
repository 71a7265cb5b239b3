import { TrainingWork, trainingWorkHash } from '../../../../common/model/training-job.ts'

export { TrainingWork, trainingWorkHash }

export const describe = ({ recipe }: TrainingWork): string =>
  `${recipe.steps} steps of ${recipe.method.kind} on ${recipe.base.name}`

/** Steps of the longest milestone. */
export const longestMilestone = ({ start, milestones }: Pick<TrainingWork, 'start' | 'milestones'>): number =>
  Math.max(...milestones.map((step, i) => step - (milestones[i - 1] ?? start?.step ?? 0)))
