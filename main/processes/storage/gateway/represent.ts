import { createHash } from 'node:crypto'
import type { Blocks, GatewaySource } from './blocks.ts'
import { carTag, carType, writeCar } from './car.ts'
import { readCid } from './cids.ts'
import { resolvePath, type Resolved } from './content-path.ts'
import { fileOf, folderOf } from './file-forms.ts'
import { pathHeader, pathUrl } from './headers.ts'
import { HttpError } from './http-error.ts'
import { canonicalName, findRecord, resolveName } from './names.ts'
import {
  attachment,
  cached,
  disposition,
  ofBytes,
  tagOf,
  type Redirect,
  type Representation,
} from './representation.ts'
import type { GatewayRequest } from './request.ts'
import { readNode } from './unixfs.ts'

const IMMUTABLE = 'public, max-age=29030400, immutable'
const LISTING = 'public, max-age=604800, stale-while-revalidate=2678400'

/** What a request asks for. @throws HttpError */
export async function represent(
  request: GatewayRequest,
  source: GatewaySource,
  blocks: Blocks,
): Promise<Representation | Redirect> {
  const { namespace, root, segments, format } = request
  const better = namespace === 'ipns' ? canonicalName(root) : null
  if (better) return { status: 302, location: locationOf(request, better, request.trailingSlash) }
  if (format.kind === 'ipns-record') return recordOf(request, source, blocks)
  const named =
    namespace === 'ipns'
      ? await resolveName(root, source, blocks)
      : { root: readCid(root), segments: [], ttlSeconds: null }
  const resolved = await resolvePath(named.root, [...named.segments, ...segments], blocks)
  const lasting = namespace === 'ipfs' ? { page: LISTING, content: IMMUTABLE } : forSeconds(named.ttlSeconds)
  const common: Record<string, string> = {
    'x-ipfs-path': pathHeader(`/${[namespace, root, ...segments].join('/')}${request.trailingSlash ? '/' : ''}`),
    'x-ipfs-roots': resolved.roots.map(String).join(','),
    vary: 'accept',
  }
  const content = { ...common, ...cached(lasting.content) }
  if (format.kind === 'raw') return rawBlock(resolved, request, content)
  if (format.kind === 'car') {
    const { options } = format
    return {
      tags: [carTag(resolved, options)],
      type: () => Promise.resolve(carType(options)),
      size: null,
      acceptsRanges: false,
      headers: { ...content, ...attachment(request, `${[root, ...segments].join('_')}.car`) },
      isHere: () => Promise.resolve(true),
      read: () => writeCar(resolved, options, blocks),
    }
  }
  const node = readNode(resolved.last)
  const fileName = request.filename ?? segments.at(-1) ?? ''
  if (node.kind === 'file') return fileOf(resolved.last, resolved.last, fileName, request, content, blocks)
  if (node.kind === 'symlink')
    return ofBytes([tagOf(resolved.last)], 'inode/symlink', node.target, { ...content, ...disposition(request) })
  if (!request.trailingSlash) return { status: 301, location: locationOf(request, root, true) }
  return folderOf(resolved.last, request, { ...common, ...cached(lasting.page) }, content, blocks)
}

function forSeconds(seconds: number | null): { page: string | null; content: string | null } {
  const value = seconds === null ? null : `public, max-age=${Math.floor(seconds)}`
  return { page: value, content: value }
}
const locationOf = ({ namespace, segments, rawQuery }: GatewayRequest, root: string, slash: boolean): string =>
  `${pathUrl(namespace, root, ...segments)}${slash ? '/' : ''}${rawQuery}`

function rawBlock({ last }: Resolved, request: GatewayRequest, headers: Record<string, string>): Representation {
  const cid = last.cid.toString()
  return ofBytes([`"${cid}.raw"`], 'application/vnd.ipld.raw', last.block, {
    ...headers,
    ...attachment(request, `${cid}.bin`),
  })
}

async function recordOf(request: GatewayRequest, source: GatewaySource, blocks: Blocks): Promise<Representation> {
  const { namespace, root, segments } = request
  if (namespace !== 'ipns' || segments.length > 0 || root.includes('.'))
    throw new HttpError(400, 'a record is that of an IPNS name: /ipns/NAME without a path')
  const { record, ttlSeconds } = await findRecord(root, source, blocks)
  const tag = createHash('sha256').update(record).digest('base64url').slice(0, 22)
  return ofBytes(
    [`"${tag}.ipns-record"`],
    'application/vnd.ipfs.ipns-record',
    record,
    {
      'x-ipfs-path': pathHeader(`/ipns/${root}`),
      vary: 'accept',
      ...cached(forSeconds(ttlSeconds).content),
      ...attachment(request, `${root}.ipns-record`),
    },
    false,
  )
}
