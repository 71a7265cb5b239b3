import type * as z from 'zod'
import type { errorCodes } from '../../common/errors/index.ts'
import type { Config } from '../../common/model/config.ts'
import type { Settlement } from './settlements.ts'
import type { ResampleClaim, Resampled } from './verifiers/resample.ts'
import type { Verifier } from './verifiers/verifier.ts'

export type EarnSettings = Config['earn']

/** What an engine may touch and hold while it works for strangers. No work reaches the network. */
export interface WorkSandbox {
  readonly network: false
  /** Share of the machine's memory, or bytes. */
  readonly memory: { readonly share: number } | { readonly bytes: number }
  /** Longest time without an answer or a sign of progress. */
  readonly silenceMs: number
  /** What it may read beside the folders of its own work. */
  readonly reads: readonly Resource[]
}
export type Resource = 'base-models'

/** The machine as a quote sees it. */
export interface MachineFacts {
  /** Units that the owner asks for a second. */
  readonly pricePerSecond: bigint
  readonly freeMemory: number
  readonly freeDisk: number
  /** Exact operations a second by the machine's own benchmark; null before there is one. */
  readonly operationsPerSecond: number | null
}

export interface Quote {
  readonly refusal: null
  readonly price: bigint
  readonly seconds: number
  readonly memoryBytes: number
  readonly diskBytes: number
}
export interface Refusal {
  readonly refusal: { readonly code: (typeof errorCodes)[number]; readonly why: string }
}

/** Where a piece of work lies and what it is. */
export interface WorkContext<Spec> {
  readonly folder: string
  readonly spec: Spec
}

/** A piece's files: inputs arrive whole, outputs grow by units of one size. */
export interface Layout {
  readonly inputBytes: number
  readonly units: number
  readonly unitBytes: number
}

/** How far a piece of work is, whatever its kind: units that are done of all, and operations a second. */
export interface Progressed {
  readonly done: number
  readonly of: number
  readonly rate: number
}

/**
 * One kind of work that machines sell: what is asked for, what it costs here, how it is done and how a stranger's
 * result is checked. The registry has them all; nothing else names one.
 */
export interface WorkKind<Spec = unknown, Progress = unknown, Settled extends Settlement = Settlement> {
  /** The `kind` of its specification. */
  readonly type: string
  readonly spec: z.ZodType<Spec>
  readonly progress: z.ZodType<Progress>
  readonly settlement: Settled
  readonly sandbox: WorkSandbox
  readonly verifier: Verifier
  /** Why the machine's owner takes none of it, where the settings say so. */
  unwanted(settings: EarnSettings): string | null
  /** Why its engine cannot work at present, or null. */
  broken(): string | null
  /** The hash that the chain commits a piece to. */
  hash(spec: Spec): string
  /** What the machine asks for a piece, or why it does not take it. */
  quote(spec: Spec, machine: MachineFacts): Promise<Quote | Refusal>
  /**
   * Makes a piece ready once its files are here.
   * @throws HearthError where they are not what the specification names
   */
  prepare(context: WorkContext<Spec>): Promise<void>
  /** Goes on from what the folder holds. Ends early, without error, when the signal aborts. */
  execute(context: WorkContext<Spec>, signal: AbortSignal): AsyncIterable<Progress>
  /** One line about a specification. */
  describe(spec: Spec): string
  progressed(spec: Spec, progress: Progress): Progressed
  /** One line about the piece that the machine works on; a locale may have its own under the kind's type. */
  running(id: number): string
}

/**
 * Work that orders of the Market contract name: inputs come whole, outputs grow by units, a sample of which is checked.
 */
export interface SecondsKind<Spec = unknown, Progress = unknown, Request = unknown> extends WorkKind<
  Spec,
  Progress,
  'seconds'
> {
  readonly verifier: Verifier<ResampleClaim<Spec>, Resampled>
  /** What a customer asks for; the window's form and the command line's help are made of it. */
  readonly request: z.ZodType<Request>
  /** What its units are called in a sentence: “all rows are sent”; a locale may have its own. */
  readonly units: string
  /** How the outputs are saved: as they are, or as lines of whole numbers, one a byte and one line a unit. */
  readonly result: 'binary' | 'csv'
  layout(spec: Spec): Layout
  /**
   * Writes the inputs of a request, rows.bin, into an empty folder.
   * @throws HearthError BAD_INPUT, or NOT_ENOUGH_DISK before anything is written
   */
  order(request: Request, folder: OrderFolder): Promise<Spec>
}

/** Where the inputs of an order are written before it is placed. */
export interface OrderFolder {
  readonly path: string
  /** @throws HearthError NOT_ENOUGH_DISK */
  readonly requireSpace: (bytes: number) => Promise<void>
}

export type AnyWorkKind = SecondsKind | WorkKind<unknown, unknown, Exclude<Settlement, 'seconds'>>
