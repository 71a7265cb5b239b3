export { createWorkRegistry, type WorkRegistry } from './registry.ts'
export { sandboxOf } from './sandbox.ts'
export { resample } from './verifiers/resample.ts'
export type {
  AnyWorkKind,
  MachineFacts,
  Quote,
  Refusal,
  SecondsKind,
  Settlement,
  WorkContext,
  WorkKind,
  WorkSandbox,
} from './work-kind.ts'
