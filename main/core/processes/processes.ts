import type { curationContract } from '../../../common/children/curation.ts'
import type { embedderContract } from '../../../common/children/embedder.ts'
import type { exactInferenceContract } from '../../../common/children/exact-inference.ts'
import type { llmContract } from '../../../common/children/llm.ts'
import type { memoryContract } from '../../../common/children/memory.ts'
import type { peerContract } from '../../../common/children/peer.ts'
import type { storageContract } from '../../../common/children/storage.ts'
import type { telemetryContract } from '../../../common/children/telemetry.ts'
import type { trainerContract } from '../../../common/children/trainer.ts'
import type { vaultContract } from '../../../common/children/vault.ts'
import type { SupervisedProcess } from './supervised.ts'

/** The child processes of a host. Work for strangers never shares a process with the owner's own. */
export interface Processes {
  readonly vault: SupervisedProcess<typeof vaultContract>
  /** Computes what customers ordered. */
  readonly exactInference: SupervisedProcess<typeof exactInferenceContract>
  /** Checks what providers computed. */
  readonly checker: SupervisedProcess<typeof exactInferenceContract>
  readonly peer: SupervisedProcess<typeof peerContract>
  readonly storage: SupervisedProcess<typeof storageContract>
  readonly curation: SupervisedProcess<typeof curationContract>
  readonly memory: SupervisedProcess<typeof memoryContract>
  readonly embedder: SupervisedProcess<typeof embedderContract>
  readonly telemetry: SupervisedProcess<typeof telemetryContract>
  /** Measures what this machine can do with a language model. */
  readonly llm: SupervisedProcess<typeof llmContract>
  readonly chatEngine: SupervisedProcess<typeof llmContract>
  /** Trains for the owner. */
  readonly trainer: SupervisedProcess<typeof trainerContract>
  /** Trains for customers. */
  readonly jobTrainer: SupervisedProcess<typeof trainerContract>
}
