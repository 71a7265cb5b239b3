/** Ways to tell a right result from a wrong one without doing all of the work again. */
export type VerifierType = 'resample' | 'segments-jury' | 'quorum' | 'round' | 'fingerprint' | 'zero-knowledge'

export interface Verdict<Detail = unknown> {
  readonly passed: boolean
  /** Null where it passed. */
  readonly why: string | null
  readonly detail: Detail
}

/** Checks what a stranger's machine claims. A claim that cannot be judged here throws; a wrong one is a verdict. */
export interface Verifier<Claim = never, Detail = unknown> {
  readonly type: VerifierType
  check(claim: Claim): Promise<Verdict<Detail>>
  /** Ends what it runs; a check in the middle is done again another time. */
  stop(): Promise<void>
}
