/** An answer that is no success: its status and the words that a person reads. */
export class HttpError extends Error {
  override readonly name = 'HttpError'
  readonly status: number
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, words: string, headers: Readonly<Record<string, string>> = {}) {
    super(words)
    this.status = status
    this.headers = headers
  }
}
