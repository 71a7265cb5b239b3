import { createHash } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { catalogue } from '../../main/features/models/catalogue.ts'

/** The model that a hub of a test has. */
export const [offered] = catalogue as [(typeof catalogue)[number]]
export const COMMIT = 'a1'.repeat(20)
/** What a hub says of its file; as Hugging Face's does without. */
export interface Said {
  readonly status?: number
  readonly etag?: string | null
  readonly commit?: string
}

/** A hub on loopback that has one file, and answers as Hugging Face's does: with a redirect whose headers tell size, hash and revision. */
export async function serveHub(content: Buffer, said: () => Said = () => ({})): Promise<AsyncDisposable & { readonly url: string; readonly sha256: string }> {
  const sha256 = createHash('sha256').update(content).digest('hex')
  const path = `/${offered.repo}/resolve/`
  const server = createServer((request, response) => {
    if (request.url === `${path}main/${offered.file}`) {
      const { status = 302, etag = `"${sha256}"`, commit = COMMIT } = said()
      response.writeHead(status, { location: '/elsewhere', 'x-repo-commit': commit, 'x-linked-size': content.length, ...(etag === null ? {} : { 'x-linked-etag': etag }) }).end()
    } else if (request.url === `${path}${COMMIT}/${offered.file}`) response.writeHead(302, { location: '/store/1' }).end()
    else if (request.url === '/store/1') response.writeHead(200, { 'content-length': content.length }).end(content)
    else response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    sha256,
    [Symbol.asyncDispose]: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
