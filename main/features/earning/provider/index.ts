export { EarningService } from './earning-service.ts'
export { earningsOf } from './earnings.ts'
