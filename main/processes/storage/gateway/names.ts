import { domainToASCII } from 'node:url'
import * as dagPb from '@ipld/dag-pb'
import { peerIdFromString } from '@libp2p/peer-id'
import { base36 } from 'multiformats/bases/base36'
import { CID } from 'multiformats/cid'
import { messageOf } from '../../../../common/errors/index.ts'
import { orAbort, type Blocks, type GatewaySource, type IpnsAnswer } from './blocks.ts'
import { readCid } from './cids.ts'
import { HttpError } from './http-error.ts'

const LIBP2P_KEY = 0x72
/** Names that lead to names. */
const MOST_STEPS = 8
const LONGEST_DNS_NAME = 253

export interface NamedContent {
  readonly root: CID
  /** Names that the record itself puts before those of the request. */
  readonly segments: readonly string[]
  /** How long the answer may be kept; null where that is not known. */
  readonly ttlSeconds: number | null
}

/** The name of a key as it should be written, or null where it is written so, or is a DNS name. */
export function canonicalName(name: string): string | null {
  if (name.includes('.') || !/^(?:1|Qm)/.test(name)) return null
  try {
    return peerIdFromString(name).toCID().toString(base36)
  } catch {
    throw new HttpError(400, `${JSON.stringify(name.slice(0, 80))} is no IPNS name`)
  }
}

/** The key that an IPNS name names. @throws HttpError 400 */
export function readKey(name: string): CID {
  const cid = readCid(canonicalName(name) ?? name)
  if (cid.code !== LIBP2P_KEY && cid.code !== dagPb.code)
    throw new HttpError(400, `${cid.toString()} names content, not a key: ask for it under /ipfs/`)
  return CID.createV1(LIBP2P_KEY, cid.multihash)
}

/** @throws HttpError 400, 412, 502, 504 */
export async function resolveName(name: string, source: GatewaySource, blocks: Blocks): Promise<NamedContent> {
  let [next, segments]: [string, readonly string[]] = [name, []]
  let ttlSeconds: number | null = null
  for (let step = 0; step < MOST_STEPS; step++) {
    const { value, ttl } = next.includes('.')
      ? { value: await dnsLink(next, source, blocks), ttl: null }
      : await ipns(next, source, blocks)
    ttlSeconds = ttl === null ? ttlSeconds : Math.min(ttl, ttlSeconds ?? ttl)
    const [, namespace, root, ...below] = value.split('/')
    if ((namespace !== 'ipfs' && namespace !== 'ipns') || !root)
      throw new HttpError(502, `${next} leads to ${JSON.stringify(value.slice(0, 100))}, which is no path`)
    segments = [...below.filter((it) => it !== ''), ...segments]
    if (namespace === 'ipfs') return { root: readCid(root), segments, ttlSeconds }
    next = root
  }
  throw new HttpError(502, `${name} leads from name to name without an end`)
}

/** @throws HttpError 412, 502, 504 */
export async function findRecord(name: string, source: GatewaySource, blocks: Blocks): Promise<IpnsAnswer> {
  const key = readKey(name)
  const signal = blocks.signal()
  try {
    return await orAbort(source.ipns(key, blocks.offline, signal), signal)
  } catch (error) {
    if (blocks.offline) throw new HttpError(412, `the record of ${name} is not on this machine`)
    throw unresolved(name, error, signal)
  }
}

async function ipns(name: string, source: GatewaySource, blocks: Blocks) {
  const { value, ttlSeconds } = await findRecord(name, source, blocks)
  return { value, ttl: ttlSeconds }
}

/** https://dnslink.dev: a TXT record of _dnslink.NAME. */
async function dnsLink(name: string, source: GatewaySource, blocks: Blocks): Promise<string> {
  const domain = domainToASCII(name)
  const labels = domain.replace(/\.$/, '').split('.')
  if (domain.length > LONGEST_DNS_NAME || !labels.every((it) => /^[a-z0-9_-]{1,63}$/.test(it)))
    throw new HttpError(400, `${JSON.stringify(name.slice(0, 80))} is no DNS name`)
  if (blocks.offline) throw new HttpError(412, `${name} would have to be asked for, and only what is here is wanted`)
  const signal = blocks.signal()
  let records: readonly string[]
  try {
    records = await orAbort(source.txt(`_dnslink.${labels.join('.')}`, signal), signal)
  } catch (error) {
    throw unresolved(name, error, signal)
  }
  const [link] = records
    .map((it) => /^dnslink=(\/ip[fn]s\/.+)$/.exec(it.trim())?.[1])
    .filter((it) => it !== undefined)
    .toSorted()
  if (!link) throw new HttpError(502, `${name} has no DNSLink: no TXT record dnslink=/ipfs/… of _dnslink.${name}`)
  return link
}

const unresolved = (name: string, error: unknown, signal: AbortSignal): HttpError =>
  signal.aborted
    ? new HttpError(504, `${name.slice(0, 100)} could not be looked up in time`)
    : new HttpError(502, `${name.slice(0, 100)} leads nowhere: ${messageOf(error)}`)
