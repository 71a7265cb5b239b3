export { EarningService } from './earning-service.ts'
export { earningsOf } from './earnings.ts'
export { ownMachine } from './own-machine.ts'
