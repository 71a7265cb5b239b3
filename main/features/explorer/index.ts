export { ExplorerReads, balanceOfCall, readBalance } from './explorer-reads.ts'
