import { contentDisposition } from './headers.ts'
import type { ByteRange } from './ranges.ts'
import type { GatewayRequest } from './request.ts'
import type { DagBlock } from './unixfs.ts'

/** One form of what a path names, ready to be sent. */
export interface Representation {
  /** Its entity tag, then others that a client may hold for it. */
  readonly tags: readonly [string, ...string[]]
  /** @param partial whether the beginning is not among what is asked for */
  type(partial: boolean): Promise<string>
  /** Null where only its end tells. */
  readonly size: number | null
  readonly acceptsRanges: boolean
  readonly headers: Readonly<Record<string, string>>
  /** Whether all that is asked for is on this machine. */
  isHere(range: ByteRange): Promise<boolean>
  read(range: ByteRange): AsyncGenerator<Uint8Array>
}
export interface Redirect {
  readonly status: 301 | 302
  readonly location: string
}

export const tagOf = ({ cid }: DagBlock): string => `"${cid.toString()}"`
export const cached = (value: string | null): Record<string, string> =>
  value === null ? {} : { 'cache-control': value }
export const attachment = ({ filename }: GatewayRequest, otherwise: string): Record<string, string> => ({
  'content-disposition': contentDisposition('attachment', filename ?? otherwise),
})
export function disposition({ filename, download, segments, root }: GatewayRequest): Record<string, string> {
  if (download) return { 'content-disposition': contentDisposition('attachment', filename ?? segments.at(-1) ?? root) }
  return filename === null ? {} : { 'content-disposition': contentDisposition('inline', filename) }
}

export function ofBytes(
  tags: readonly [string, ...string[]],
  type: string,
  bytes: Uint8Array,
  headers: Readonly<Record<string, string>>,
  acceptsRanges = true,
): Representation {
  return {
    tags,
    type: () => Promise.resolve(type),
    size: bytes.length,
    acceptsRanges,
    headers,
    isHere: () => Promise.resolve(true),
    read: async function* ({ from, end }) {
      yield await Promise.resolve(bytes.subarray(from, end))
    },
  }
}
