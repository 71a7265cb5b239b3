import type { IncomingMessage } from 'node:http'
import { HttpError } from './http-error.ts'
import { negotiate, type Format } from './negotiation.ts'

const MOST_SEGMENTS = 128

/** What a client asks for. */
export interface GatewayRequest {
  readonly namespace: 'ipfs' | 'ipns'
  /** A CID, an IPNS name or a DNS name, as it was written. */
  readonly root: string
  /** Names below the root, decoded. */
  readonly segments: readonly string[]
  readonly trailingSlash: boolean
  /** As it was sent, with its `?`, or empty. */
  readonly rawQuery: string
  readonly query: URLSearchParams
  readonly format: Format
  readonly filename: string | null
  readonly download: boolean
  readonly onlyIfCached: boolean
}

/** @throws HttpError 400, 404, 406 */
export function readRequest({ url = '', headers }: IncomingMessage): GatewayRequest {
  if (!url.startsWith('/')) throw new HttpError(400, 'the target of a request begins with /')
  const at = url.indexOf('?')
  const [path, rawQuery] = at < 0 ? [url, ''] : [url.slice(0, at), url.slice(at)]
  if (/%(?![0-9a-f]{2})/i.test(rawQuery)) throw new HttpError(400, 'the query holds a % that encodes nothing')
  const query = new URLSearchParams(rawQuery)
  // A name cannot hold a slash, so an encoded one divides like any other.
  const parts = decoded(path).split('/').slice(1)
  const [namespace, root = '', ...rest] = parts
  if (namespace !== 'ipfs' && namespace !== 'ipns') throw new HttpError(404, '/ipfs/CID or /ipns/NAME')
  if (root === '') throw new HttpError(400, `/${namespace}/ is followed by a name`)
  const segments = rest.filter((it) => it !== '')
  if (segments.some((it) => it === '.' || it === '..')) throw new HttpError(400, 'a path holds no . and no ..')
  if (segments.length > MOST_SEGMENTS) throw new HttpError(400, `a path has ${MOST_SEGMENTS} names at most`)
  return {
    namespace,
    root,
    segments,
    trailingSlash: parts.length > 2 && parts.at(-1) === '',
    rawQuery,
    query,
    format: negotiate(query, headers.accept),
    filename: query.get('filename') || null,
    download: readDownload(query.get('download')),
    onlyIfCached: (headers['cache-control'] ?? '')
      .split(',')
      .some((it) => it.trim().toLowerCase() === 'only-if-cached'),
  }
}

function decoded(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    throw new HttpError(400, 'the path is not percent-encoded UTF-8')
  }
}

function readDownload(value: string | null): boolean {
  if (value === null || value === 'false') return false
  if (value === 'true') return true
  throw new HttpError(400, 'download is true or false')
}
