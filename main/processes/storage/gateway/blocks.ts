import { createHash } from 'node:crypto'
import type { CID } from 'multiformats/cid'
import { HearthError, messageOf } from '../../../../common/errors/index.ts'
import { knownBytes } from '../dag.ts'
import { requireKnownHash } from './cids.ts'
import { HttpError } from './http-error.ts'

/** A block, and so an answer, that is not there after so long is given up. */
const PATIENCE_MS = 15_000

/** Where the gateway takes its content from. */
export interface GatewaySource {
  /** Whether a block is on this machine. */
  has(cid: CID): boolean
  /** A block from this machine or, where it is not there, from peers. */
  block(cid: CID, signal: AbortSignal): Promise<Uint8Array>
  /** What an IPNS name leads to, in one step. @throws HearthError NOT_FOUND */
  ipns(name: CID, offline: boolean, signal: AbortSignal): Promise<IpnsAnswer>
  /** TXT records of a DNS name; none where there is no such name. */
  txt(name: string, signal: AbortSignal): Promise<readonly string[]>
}

export interface IpnsAnswer {
  /** `/ipfs/…` or `/ipns/…` */
  readonly value: string
  readonly record: Uint8Array
  readonly ttlSeconds: number
}

/**
 * Blocks for one request, each checked against its CID: disks err and peers lie. All that comes before the first byte
 * of the answer shares one bound in time; after that each block has its own.
 */
export class Blocks {
  readonly #source: GatewaySource
  readonly #stop: AbortSignal
  readonly offline: boolean
  #first: AbortSignal | null = AbortSignal.timeout(PATIENCE_MS)

  constructor(source: GatewaySource, stop: AbortSignal, offline: boolean) {
    this.#source = source
    this.#stop = stop
    this.offline = offline
  }

  /** From now on the bound holds for each block, not for all of them. */
  answering(): void {
    this.#first = null
  }

  /** Ends when the client goes or the bound is reached. */
  signal(): AbortSignal {
    return AbortSignal.any([this.#stop, this.#first ?? AbortSignal.timeout(PATIENCE_MS)])
  }

  has(cid: CID): boolean {
    requireKnownHash(cid)
    return knownBytes(cid) !== null || this.#source.has(cid)
  }

  /** @throws HttpError 400, 412, 502, 504 */
  async get(cid: CID): Promise<Uint8Array> {
    requireKnownHash(cid)
    const known = knownBytes(cid)
    if (known) return known
    const here = this.#source.has(cid)
    if (this.offline && !here)
      throw new HttpError(412, `${cid.toString()} is not on this machine, and only what is was asked for`)
    if (this.#stop.aborted || this.#first?.aborted) throw new HttpError(504, 'it took too long to put together')
    const block = await (here ? this.#source.block(cid, this.#stop) : this.#fetch(cid))
    if (!createHash('sha256').update(block).digest().equals(cid.multihash.digest))
      throw new HttpError(502, `the block ${cid.toString()} is damaged`)
    return block
  }

  async #fetch(cid: CID): Promise<Uint8Array> {
    const signal = this.signal()
    try {
      return await orAbort(this.#source.block(cid, signal), signal)
    } catch (error) {
      if (error instanceof HearthError) throw new HttpError(502, `${cid.toString()}: ${messageOf(error)}`)
      throw new HttpError(504, `nobody who is connected gave ${cid.toString()} in time`)
    }
  }
}

/** Settles at the abort even where the work takes no notice of it. */
export function orAbort<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason as Error)
    signal.addEventListener('abort', stop, { once: true })
    void work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop))
  })
}
