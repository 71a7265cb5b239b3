import type { Foundation, Module } from '../../core/module.ts'
import type { Uploads } from '../uploads/index.ts'
import { CollectionService } from './collection-service.ts'
import { CurationTasks } from './curation-tasks.ts'
import { DatasetService } from './dataset-service.ts'

/** Datasets and collections that are made ready here, to be exported or sold. */
export function curationModule({
  clock,
  db,
  paths,
  processes,
  runner,
  uploads,
}: Foundation & { readonly uploads: Uploads }) {
  const curation = new CurationTasks(processes.curation)
  const datasets = new DatasetService({ db, clock, tasks: curation, jobs: runner, paths })
  const collections = new CollectionService({ db, clock, tasks: curation, jobs: runner, paths })
  uploads.usedBy(async () => [...datasets.uploads, ...collections.uploads])
  return {
    services: { curation, datasets, collections },
    start: [datasets, collections],
    api: {},
  } satisfies Module
}
