/** One variant of a model, an adapter or a file, as Hearth and its oracle see it. */
export interface Row {
  readonly name: string
  /** `silent`: neither the oracle's result nor a refusal. Nothing may be that. */
  readonly outcome: 'equal' | 'refused' | 'SILENT'
  /** Of logits, relative to the largest; null where nothing was computed. */
  readonly difference: number | null
  /** Of the loss, relative. */
  readonly lossDifference: number | null
  /** The refusal's words, or what is wrong. */
  readonly words: string
}

/** Rows that one oracle judges. */
export interface Group {
  readonly name: string
  /** Modules that the oracle's Python must have; empty for an oracle without Python. */
  readonly packages: readonly string[]
  rows(python: string, folder: string): Promise<readonly Row[]>
}

export const LOGITS_BAR = 1e-4
export const LOSS_BAR = 1e-5
