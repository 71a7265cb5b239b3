export { createWorkRegistry, type WorkRegistry } from './registry.ts'
export { sandboxOf } from './sandbox.ts'
export { jobKind, settledAs, settlements, type Settlement } from './settlements.ts'
export { resample } from './verifiers/resample.ts'
export type {
  AnyWorkKind,
  Layout,
  MachineFacts,
  OrderFolder,
  Quote,
  Refusal,
  SecondsKind,
  WorkContext,
  WorkKind,
  WorkSandbox,
} from './work-kind.ts'
