export { DocumentStore, machineTables } from './document-store.ts'
export { readDocument } from './machine-document.ts'
export { machineRoute } from './machine-route.ts'
export { MachineService } from './machine-service.ts'
