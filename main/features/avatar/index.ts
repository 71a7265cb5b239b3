export { MemoryService, type MemoryTask } from './memory-service.ts'
