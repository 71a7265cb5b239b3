export { Downloads } from './downloads.ts'
export { contextFor, engineFor } from './engine-wish.ts'
export { ModelService } from './model-service.ts'
export { ModelStore, SHIPPED } from './model-store.ts'
