export { TableService } from './table-service.ts'
