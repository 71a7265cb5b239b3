/** Who asks. Beyond this machine, secrets are refused. */
export interface CallContext {
  readonly local: boolean
}
