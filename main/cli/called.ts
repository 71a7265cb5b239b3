import type { Api } from '../../common/api/index.ts'
import type { ModelsOverview } from '../../common/api/models.ts'
import type { RunRow } from '../../common/api/training.ts'
import { pick } from './pick.ts'

/**
 * The run that somebody means by its id, its name, or the beginning of either. @throws HearthError NOT_FOUND, BAD_INPUT
 */
export async function runCalled(api: Api, wanted: string): Promise<RunRow> {
  return pick('run', await api.training.runs(), wanted, ({ id, name }) => [id, name])
}

type Model = ModelsOverview['models'][number]

/**
 * The model that somebody means by its id, its name, or the beginning of either. @throws HearthError NOT_FOUND,
 * BAD_INPUT
 */
export async function modelCalled(api: Api, wanted: string): Promise<Model> {
  return pick('model', (await api.models.overview()).models, wanted, ({ id, name }) => [id, name])
}
