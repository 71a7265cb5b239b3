import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { Blocks, type GatewaySource } from './blocks.ts'
import { notModified, rangeStillHolds } from './conditions.ts'
import { HttpError } from './http-error.ts'
import { contentRange, readRanges, type ByteRange } from './ranges.ts'
import { represent } from './represent.ts'
import type { Representation } from './representation.ts'
import { readRequest } from './request.ts'

interface Body {
  readonly status: 200 | 206
  readonly headers: Readonly<Record<string, string>>
  pieces(): AsyncGenerator<Uint8Array>
}

/** Answers one request that was let in. @throws HttpError and others, before anything was sent or in the middle */
export async function answer(source: GatewaySource, message: IncomingMessage, response: ServerResponse): Promise<void> {
  const stop = new AbortController()
  response.once('close', () => stop.abort())
  const request = readRequest(message)
  const blocks = new Blocks(source, stop.signal, request.onlyIfCached)
  const it = await represent(request, source, blocks)
  if ('location' in it) {
    response.writeHead(it.status, { location: it.location }).end()
    return
  }
  const { headers } = message
  const [tag] = it.tags
  if (notModified({ ifMatch: headers['if-match'], ifNoneMatch: headers['if-none-match'] }, it.tags)) {
    response.writeHead(304, { ...it.headers, etag: tag }).end()
    return
  }
  // A range has a meaning for GET alone (RFC 9110, 14.2).
  const ranges =
    message.method === 'GET' &&
    it.acceptsRanges &&
    it.size !== null &&
    rangeStillHolds(headers['if-range']?.toString(), tag)
      ? readRanges(headers.range, it.size)
      : null
  if (ranges?.length === 0)
    throw new HttpError(416, `no such bytes: there are ${it.size}`, { 'content-range': `bytes */${it.size}` })
  const wanted = ranges ?? [{ from: 0, end: it.size ?? 0 }]
  if (request.onlyIfCached)
    for (const range of wanted)
      if (!(await it.isHere(range))) throw new HttpError(412, 'not all of it is on this machine')
  const body = await bodyOf(it, ranges)
  const pieces = body.pieces()
  // What cannot be had at all is said by the status, not by an answer that breaks off.
  const first = message.method === 'GET' ? await pieces.next() : null
  response.writeHead(body.status, {
    ...it.headers,
    etag: tag,
    'accept-ranges': it.acceptsRanges ? 'bytes' : 'none',
    ...body.headers,
  })
  if (!first || first.done === true) {
    response.end()
    return
  }
  blocks.answering()
  await pipeline(Readable.from(joined(first.value, pieces), { highWaterMark: 1 }), response)
}

async function* joined(first: Uint8Array, rest: AsyncGenerator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield first
  yield* rest
}

async function bodyOf(it: Representation, ranges: readonly ByteRange[] | null): Promise<Body> {
  const type = await it.type(ranges !== null && !ranges.some(({ from }) => from === 0))
  const size = it.size
  const [only, ...more] = ranges ?? []
  if (size === null || !only) {
    const length: Record<string, string> = size === null ? {} : { 'content-length': String(size) }
    const pieces = () => it.read({ from: 0, end: size ?? 0 })
    return { status: 200, headers: { 'content-type': type, ...length }, pieces }
  }
  if (more.length === 0)
    return {
      status: 206,
      headers: {
        'content-type': type,
        'content-range': contentRange(only, size),
        'content-length': String(only.end - only.from),
      },
      pieces: () => it.read(only),
    }
  return severalParts(it, [only, ...more], type, size)
}

/** https://www.rfc-editor.org/rfc/rfc9110#section-14.6 */
function severalParts(it: Representation, ranges: readonly ByteRange[], type: string, size: number): Body {
  const boundary = randomUUID()
  const heads = ranges.map((range) =>
    Buffer.from(`\r\n--${boundary}\r\ncontent-type: ${type}\r\ncontent-range: ${contentRange(range, size)}\r\n\r\n`),
  )
  const end = Buffer.from(`\r\n--${boundary}--\r\n`)
  const length =
    heads.reduce((sum, head) => sum + head.length, end.length) + ranges.reduce((sum, it) => sum + it.end - it.from, 0)
  return {
    status: 206,
    headers: { 'content-type': `multipart/byteranges; boundary=${boundary}`, 'content-length': String(length) },
    pieces: async function* () {
      for (const [i, range] of ranges.entries()) {
        yield heads[i] ?? end
        yield* it.read(range)
      }
      yield end
    },
  }
}
