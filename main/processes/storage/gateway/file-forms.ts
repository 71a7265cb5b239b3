import type { Blocks } from './blocks.ts'
import { childOf } from './content-path.ts'
import { directoryPage, directoryTag } from './directory-page.ts'
import { HttpError } from './http-error.ts'
import { mediaType, needsHead, SNIFFED_BYTES } from './media-type.ts'
import { disposition, ofBytes, tagOf, type Representation } from './representation.ts'
import type { GatewayRequest } from './request.ts'
import { isHere, readFile, readNode, type DagBlock } from './unixfs.ts'

/**
 * A file as it is.
 * @param named whose tag it has: its own, or that of the folder whose page it is
 */
export function fileOf(
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

/** A folder as its index.html, or else as a list. */
export async function folderOf(
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
  const html = await directoryPage(folder, [request.namespace, request.root, ...request.segments], blocks)
  return ofBytes(
    [directoryTag(folder), tagOf(folder)],
    'text/html; charset=utf-8',
    Buffer.from(html.toWellFormed()),
    { ...page, 'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox" },
    false,
  )
}
