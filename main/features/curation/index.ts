export { CollectionService } from './collection-service.ts'
export { CurationTasks, type CurationTask } from './curation-tasks.ts'
export { DatasetService } from './dataset-service.ts'
