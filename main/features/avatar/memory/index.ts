export { MemoryService } from './memory-service.ts'
