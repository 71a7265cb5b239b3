export { EarningService } from './earning-service.ts'
