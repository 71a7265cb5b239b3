import type { contracts } from './contracts.ts'
import type { SupervisedProcess } from './supervised.ts'

type Of<Name extends keyof typeof contracts> = SupervisedProcess<(typeof contracts)[Name]>

/** The child processes of a host. Work for strangers never shares a process with the owner's own. */
export interface Processes {
  readonly vault: Of<'vault'>
  /** Computes what customers ordered. */
  readonly exactInference: Of<'exact-inference'>
  /** Checks what providers computed. */
  readonly checker: Of<'exact-inference'>
  readonly peer: Of<'peer'>
  readonly storage: Of<'storage'>
  readonly curation: Of<'curation'>
  readonly memory: Of<'memory'>
  readonly embedder: Of<'embedder'>
  /** Somebody to trade with on the practice network. */
  readonly partner: Of<'partner'>
  readonly telemetry: Of<'telemetry'>
  /** Measures what this machine can do with a language model. */
  readonly llm: Of<'llm'>
  readonly chatEngine: Of<'llm'>
  /** Trains for the owner. */
  readonly trainer: Of<'trainer'>
  /** Trains for customers. */
  readonly jobTrainer: Of<'trainer'>
  /** Executes again what strangers say that they trained, and takes over from them. */
  readonly proofChecker: Of<'trainer'>
}
