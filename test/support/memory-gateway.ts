import { request, type IncomingHttpHeaders } from 'node:http'
import { importer } from 'ipfs-unixfs-importer'
import { fixedSize } from 'ipfs-unixfs-importer/chunker'
import type { CID } from 'multiformats/cid'
import { HearthError } from '../../common/errors/index.ts'
import type { GatewaySource, IpnsAnswer } from '../../main/processes/storage/gateway/blocks.ts'

/** Leaves of the test files: small, so that a few hundred bytes are several blocks. */
export const CHUNK = 256

/** Blocks and names in memory, for the gateway. */
export class MemorySource implements GatewaySource {
  readonly blocks = new Map<string, Uint8Array>()
  /** By the text of the key's CID. */
  readonly names = new Map<string, IpnsAnswer>()
  readonly records = new Map<string, readonly string[]>()
  /** CIDs that are waited for in vain. */
  readonly never = new Set<string>()
  /** CIDs that were asked for, in order. */
  readonly asked: string[] = []

  has(cid: CID): boolean {
    return this.blocks.has(cid.toV1().toString())
  }

  put(cid: CID, block: Uint8Array): CID {
    this.blocks.set(cid.toV1().toString(), block)
    return cid
  }

  block(cid: CID): Promise<Uint8Array> {
    this.asked.push(cid.toString())
    if (this.never.has(cid.toString())) return new Promise(() => {})
    const block = this.blocks.get(cid.toV1().toString())
    return block ? Promise.resolve(block) : Promise.reject(new HearthError('NOT_FOUND', 'no such block'))
  }

  ipns(name: CID): Promise<IpnsAnswer> {
    const answer = this.names.get(name.toString())
    return answer ? Promise.resolve(answer) : Promise.reject(new HearthError('NOT_FOUND', 'no such name'))
  }

  txt(name: string): Promise<readonly string[]> {
    return Promise.resolve(this.records.get(name) ?? [])
  }

  /** Adds files by path and returns the folder that holds them. @param shardBytes folders above are sharded */
  async folder(files: Readonly<Record<string, string | Uint8Array>>, shardBytes = 2 ** 18): Promise<CID> {
    const candidates = Object.entries(files).map(([path, content]) => ({
      path: `root/${path}`,
      content: typeof content === 'string' ? Buffer.from(content) : content,
    }))
    let root: CID | undefined
    for await (const entry of importer(
      candidates,
      { put: (cid, block) => this.put(cid, block as Uint8Array) },
      {
        cidVersion: 1,
        rawLeaves: true,
        chunker: fixedSize({ chunkSize: CHUNK }),
        shardSplitThresholdBytes: shardBytes,
      },
    ))
      root = entry.cid
    if (!root) throw new Error('a folder of nothing')
    return root
  }
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  readonly body: Buffer
}

/** A request as it is written: paths are not made nicer on the way, as fetch would. */
export function ask(
  url: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  method = 'GET',
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(url)
    request({ host: '127.0.0.1', port, path, method, headers }, (response) => {
      const pieces: Buffer[] = []
      response.on('data', (piece: Buffer) => pieces.push(piece))
      response.once('error', reject)
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(pieces) }),
      )
    })
      .once('error', reject)
      .end()
  })
}
