export { BaseStore } from './base-store.ts'
export { TrainingService } from './training-service.ts'
