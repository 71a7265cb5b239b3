import { totalmem } from 'node:os'
import type { DataPaths } from '../paths.ts'

/** What is true of a process wherever it is started. */
export interface ProcessEntry {
  /** Its file in a checkout; its bundle is `out/main/<name>.js`. */
  readonly entry: string
  /** Variables of the person's environment that it needs beside those of every child. */
  readonly environment?: readonly string[]
  /** Variables that are set for it. */
  readonly variables?: Readonly<Record<string, string>>
  /** For V8, where the host runs in plain Node. */
  readonly flags?: readonly string[]
  /** How far it may go: it works for strangers, or reads what they made. */
  readonly confined?: Confinement
}

export interface Confinement {
  /** The only folders of the data folder that it may write, and those that it may read beside. */
  readonly write: readonly (keyof DataPaths)[]
  readonly read?: readonly (keyof DataPaths)[]
  readonly memoryBytes: number
  /** How long it may take to answer, or between two items of a stream. */
  readonly silenceMs: number
}

/** glibc keeps what was freed: for each thread, and between what is still held. Large pieces go back at once so. */
const tightHeap = { MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '131072', MALLOC_TRIM_THRESHOLD_: '131072' }

/** Every process that the host may start. A line here and a folder make one: nothing else lists them. */
export const processes = {
  vault: { entry: 'main/processes/vault/entry.ts' },
  // Floods make much that dies soon.
  peer: {
    entry: 'main/processes/peer/entry.ts',
    flags: ['--max-semi-space-size=2'],
    variables: tightHeap,
  },
  // The data node's blocks die young: a large nursery holds dead ones, 65 MiB of them with three clients, and makes
  // nothing faster (`npm run bench:data`).
  storage: {
    entry: 'main/processes/storage/entry.ts',
    flags: ['--max-semi-space-size=2'],
    variables: tightHeap,
  },
  curation: {
    entry: 'main/processes/curation/entry.ts',
    // What people were sent, archives, pictures, recordings and what was bought. A voice that is told apart takes long.
    confined: {
      write: ['datasets', 'collections', 'releases'],
      read: ['uploads', 'library'],
      memoryBytes: totalmem() * 0.6,
      silenceMs: 30 * 60_000,
    },
  },
  memory: {
    entry: 'main/processes/memory/entry.ts',
    // It reads what people were sent, as curation does, into the person's own database.
    confined: {
      write: ['avatar', 'uploads', 'styles', 'adapters'],
      memoryBytes: totalmem() * 0.6,
      silenceMs: 60 * 60_000,
    },
  },
  telemetry: {
    entry: 'main/processes/telemetry/entry.ts',
    // It asks the session whether the owner is there, and Steam's files whether a game runs.
    environment: ['HOME', 'DBUS_SESSION_BUS_ADDRESS', 'XDG_SESSION_ID', 'XAUTHORITY'],
  },
  'exact-inference': {
    entry: 'native/exact-inference/entry.ts',
    // Nets of orders are small. A batch of rows takes seconds, a known-answer test less than a minute on any machine.
    confined: { write: ['benchmark'], memoryBytes: 4 * 2 ** 30, silenceMs: 5 * 60_000 },
  },
  llm: {
    entry: 'native/llm/entry.ts',
    // Models of anybody, and a person's own styles. A long prompt takes a slow machine many minutes.
    confined: { write: ['states'], read: ['models', 'styles'], memoryBytes: totalmem() * 0.9, silenceMs: 60 * 60_000 },
  },
  embedder: { entry: 'native/embedder/entry.ts' },
  // A host within, whose own children are as confined as any host's.
  partner: { entry: 'main/partner/entry.ts' },
  trainer: {
    entry: 'native/trainer/entry.ts',
    // An hour is longer than a step of anything that fits, and than the segments that a juror executes again.
    confined: { write: ['jobs'], memoryBytes: totalmem() * 0.8, silenceMs: 60 * 60_000 },
  },
} as const satisfies Readonly<Record<string, ProcessEntry>>

export type ChildName = keyof typeof processes
/** Those that work for strangers or read what they made. */
export type ConfinedName = {
  [Name in ChildName]: (typeof processes)[Name] extends { readonly confined: Confinement } ? Name : never
}[ChildName]

export const childNames = Object.keys(processes) as readonly ChildName[]
export const isChildName = (name: string): name is ChildName => Object.hasOwn(processes, name)
