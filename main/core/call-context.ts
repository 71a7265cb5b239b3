/** Who asks. Beyond this machine, secrets are refused. */
export interface CallContext {
  readonly caller: 'desktop' | 'browser' | 'cli'
  readonly local: boolean
}
