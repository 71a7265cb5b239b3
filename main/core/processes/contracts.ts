import type { AnyContractRouter } from '@orpc/contract'
import { curationContract } from '../../../common/children/curation.ts'
import { embedderContract } from '../../../common/children/embedder.ts'
import { exactInferenceContract } from '../../../common/children/exact-inference.ts'
import { llmContract } from '../../../common/children/llm.ts'
import { memoryContract } from '../../../common/children/memory.ts'
import { partnerContract } from '../../../common/children/partner.ts'
import { peerContract } from '../../../common/children/peer.ts'
import { storageContract } from '../../../common/children/storage.ts'
import { telemetryContract } from '../../../common/children/telemetry.ts'
import { trainerContract } from '../../../common/children/trainer.ts'
import { vaultContract } from '../../../common/children/vault.ts'
import type { ChildName } from './table.ts'

/** What each process may be asked, and what it may answer. */
export const contracts = {
  vault: vaultContract,
  peer: peerContract,
  storage: storageContract,
  curation: curationContract,
  memory: memoryContract,
  telemetry: telemetryContract,
  'exact-inference': exactInferenceContract,
  llm: llmContract,
  embedder: embedderContract,
  partner: partnerContract,
  trainer: trainerContract,
} as const satisfies Readonly<Record<ChildName, AnyContractRouter>>
