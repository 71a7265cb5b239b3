export { ChainWorkflow, type ChainPorts } from './chain-workflow.ts'
export { converse } from './conversation.ts'
export { ProviderWorkflow } from './provider-workflow.ts'
