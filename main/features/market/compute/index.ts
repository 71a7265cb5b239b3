export { MarketRepository } from './market-repository.ts'
export { WorkStore, type PreparedWork, type RowSource } from './work-store.ts'
export { ComputeProviderWorkflow, type ComputeProviderJob } from './provider-workflow.ts'
export { ComputeCustomerWorkflow, type ComputeCustomerJob } from './customer-workflow.ts'
