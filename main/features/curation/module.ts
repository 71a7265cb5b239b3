import type { Foundation, Module } from '../../core/module.ts'
import type { Uploads } from '../uploads/index.ts'
import { CollectionService } from './collection-service.ts'
import { CurationTasks } from './curation-tasks.ts'
import { DatasetService } from './dataset-service.ts'
import { Imports } from './imports.ts'

/** Datasets and collections that are made ready here, to be exported or sold. */
export function curationModule({
  clock,
  db,
  log,
  paths,
  processes,
  uploads,
}: Foundation & { readonly uploads: Uploads }) {
  const curation = new CurationTasks(processes.curation)
  const imports = new Imports({ db, tasks: curation, log })
  const datasets = new DatasetService({ db, clock, tasks: curation, imports, paths })
  const collections = new CollectionService({ db, clock, tasks: curation, imports, paths })
  uploads.usedBy(async () => {
    await imports.resumed
    return []
  })
  return {
    services: { curation, imports, datasets, collections },
    start: [datasets, collections],
    api: {},
  } satisfies Module
}
