export { MachineService } from './machine-service.ts'
