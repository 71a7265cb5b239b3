export { StyleService } from './style-service.ts'
