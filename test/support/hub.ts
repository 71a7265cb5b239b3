import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { catalogue } from '../../main/features/avatar/models/catalogue.ts'

/** The model that a hub of a test has. */
export const [offered] = catalogue as [(typeof catalogue)[number]]
export const COMMIT = 'a1'.repeat(20)
/** What a hub says of its file; as Hugging Face's does without. */
export interface Said {
  readonly status?: number
  readonly etag?: string | null
  readonly commit?: string
  /** What the store behind it answers. */
  readonly stored?: number
}

interface Hub extends AsyncDisposable {
  readonly url: string
  readonly sha256: string
}

/**
 * A hub on loopback; it answers as Hugging Face's does: with a redirect whose headers tell size, hash and revision.
 * @param content the file of the offered model, or files by `REPO/FILE`
 */
export async function serveHub(
  content: Buffer | Readonly<Record<string, Buffer>>,
  said: (file: string) => Said = () => ({}),
): Promise<Hub> {
  const files = new Map(
    Object.entries(Buffer.isBuffer(content) ? { [`${offered.repo}/${offered.file}`]: content } : content),
  )
  const hashOf = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
  const server = createServer((request, response) => {
    const [, repo, revision, file] = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(request.url ?? '') ?? []
    const [name, stored] = [...files].find(([, content]) => request.url === `/store/${hashOf(content)}`) ?? []
    const bytes = files.get(`${repo}/${file}`)
    if (stored) {
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0)
      const status = said(name!).stored ?? (from === 0 ? 200 : from < stored.length ? 206 : 416)
      response
        .writeHead(
          status,
          status === 206 ? { 'content-range': `bytes ${from}-${stored.length - 1}/${stored.length}` } : {},
        )
        .end(status < 300 ? stored.subarray(from) : undefined)
    } else if (bytes && revision === 'main') {
      const { status = 302, etag = `"${hashOf(bytes)}"`, commit = COMMIT } = said(`${repo}/${file}`)
      response
        .writeHead(status, {
          location: '/elsewhere',
          'x-repo-commit': commit,
          'x-linked-size': bytes.length,
          ...(etag === null ? {} : { 'x-linked-etag': etag }),
        })
        .end()
    } else if (bytes && revision === COMMIT) response.writeHead(302, { location: `/store/${hashOf(bytes)}` }).end()
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sha256: hashOf([...files.values()][0]!),
    [Symbol.asyncDispose]: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
