import type { DataReport, trainerContract } from '../../../../common/children/trainer.ts'
import { requestOf } from '../../../../common/model/recipe-presets.ts'
import type { Recipe } from '../../../../common/model/recipe.ts'
import type { SupervisedProcess } from '../../../core/processes/supervised.ts'
import type { RunFiles } from './run-files.ts'
import type { Run } from './run-store.ts'

interface Ports {
  readonly files: RunFiles
  readonly trainer: SupervisedProcess<typeof trainerContract>
  readonly threads: () => number
}

/** The recipe of a run, from what its owner asked for and what its data turned out to be. */
export async function composeRecipe(
  { files, trainer, threads }: Ports,
  { id, request }: Pick<Run, 'id' | 'request'>,
  report: DataReport,
  seed: string,
  where: 'here' | 'market',
): Promise<Recipe> {
  const { client } = trainer
  const info = await client.inspect({ base: request.base })
  const made = requestOf({
    preset: request.preset,
    method: request.method,
    targets: info.modules,
    width: info.width,
    sequences: report.sequences - report.heldOut,
    classes: report.classes,
    where,
    ...(request.leastSteps === undefined ? {} : { leastSteps: request.leastSteps }),
    ...(request.layers === undefined ? {} : { layers: request.layers }),
  })
  return (
    await client.compose({
      folder: files.folder(id),
      base: request.base,
      seed,
      profile: 'cpu',
      threads: threads(),
      wish: made,
    })
  ).recipe
}
