import { createHash } from 'node:crypto'
import type { Blocks, GatewaySource } from './blocks.ts'
import { carTag, carType, writeCar } from './car.ts'
import { readCid } from './cids.ts'
import { childOf, resolvePath, type Resolved } from './content-path.ts'
import { directoryPage, directoryTag } from './directory-page.ts'
import { contentDisposition, pathHeader, pathUrl } from './headers.ts'
import { HttpError } from './http-error.ts'
import { mediaType, needsHead, SNIFFED_BYTES } from './media-type.ts'
import { canonicalName, findRecord, resolveName } from './names.ts'
import type { ByteRange } from './ranges.ts'
import type { GatewayRequest } from './request.ts'
import { isHere, readFile, readNode, type DagBlock } from './unixfs.ts'

const IMMUTABLE = 'public, max-age=29030400, immutable'
const LISTING = 'public, max-age=604800, stale-while-revalidate=2678400'

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

const tagOf = ({ cid }: DagBlock): string => `"${cid.toString()}"`
const cached = (value: string | null): Record<string, string> => (value === null ? {} : { 'cache-control': value })
function forSeconds(seconds: number | null): { page: string | null; content: string | null } {
  const value = seconds === null ? null : `public, max-age=${Math.floor(seconds)}`
  return { page: value, content: value }
}
const locationOf = ({ namespace, segments, rawQuery }: GatewayRequest, root: string, slash: boolean): string =>
  `${pathUrl(namespace, root, ...segments)}${slash ? '/' : ''}${rawQuery}`

const attachment = ({ filename }: GatewayRequest, otherwise: string): Record<string, string> => ({
  'content-disposition': contentDisposition('attachment', filename ?? otherwise),
})
function disposition({ filename, download, segments, root }: GatewayRequest): Record<string, string> {
  if (download) return { 'content-disposition': contentDisposition('attachment', filename ?? segments.at(-1) ?? root) }
  return filename === null ? {} : { 'content-disposition': contentDisposition('inline', filename) }
}

function ofBytes(
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

/** @param named whose tag the file has: its own, or that of the folder whose page it is */
function fileOf(
  file: DagBlock,
  named: DagBlock,
  name: string,
  request: GatewayRequest,
  headers: Record<string, string>,
  blocks: Blocks,
): Representation {
  const node = readNode(file)
  if (node.kind !== 'file') throw new HttpError(406, `${file.cid.toString()} is no file`)
  return {
    tags: [tagOf(named)],
    type: async (partial) => mediaType(name, needsHead(name) ? await headOf(file, node.size, partial, blocks) : null),
    size: node.size,
    acceptsRanges: true,
    headers: { ...headers, ...disposition(request) },
    isHere: (range) => isHere(file, blocks, range),
    read: async function* (range) {
      for await (const { bytes } of readFile(file, blocks, range)) if (bytes.length > 0) yield bytes
    },
  }
}

/** Null where it would have to be fetched for a part of the file that does not hold it. */
async function headOf(file: DagBlock, size: number, partial: boolean, blocks: Blocks): Promise<Uint8Array | null> {
  const range = { from: 0, end: Math.min(size, SNIFFED_BYTES) }
  if (partial && !(await isHere(file, blocks, range))) return null
  const pieces: Uint8Array[] = []
  for await (const { bytes } of readFile(file, blocks, range)) pieces.push(bytes)
  return Buffer.concat(pieces)
}

async function folderOf(
  folder: DagBlock,
  request: GatewayRequest,
  page: Record<string, string>,
  content: Record<string, string>,
  blocks: Blocks,
): Promise<Representation> {
  const index = await childOf(folder, 'index.html', blocks)
  if (index) {
    const file = { cid: index, block: await blocks.get(index) }
    if (readNode(file).kind === 'file') return fileOf(file, folder, 'index.html', request, content, blocks)
  }
  const token = request.query.get('token')
  const html = await directoryPage(
    folder,
    [request.namespace, request.root, ...request.segments],
    token === null ? '' : `?token=${encodeURIComponent(token)}`,
    blocks,
  )
  return ofBytes(
    [directoryTag(folder), tagOf(folder)],
    'text/html; charset=utf-8',
    Buffer.from(html.toWellFormed()),
    { ...page, 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox" },
    false,
  )
}
