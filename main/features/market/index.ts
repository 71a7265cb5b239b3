export { MarketReads } from './market-reads.ts'
export { WorkStore, type PreparedWork, type RowSource } from './work-store.ts'
export { ServingDesk, type ServingJob, type WorkEngine } from './serving-desk.ts'
export { BuyingDesk, type BuyingJob } from './buying-desk.ts'
