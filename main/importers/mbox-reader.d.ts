declare module 'mbox-reader' {
  import type { Readable } from 'node:stream'
  /** The library brings no types. */
  export function mboxReader(stream: Readable): AsyncGenerator<{ readonly content: Buffer }>
}
