export { AdapterStore } from './adapter-store.ts'
export { basePaths, BaseStore } from './base-store.ts'
export { TrainingService } from './training-service.ts'
