import { multiaddr, type Component } from '@multiformats/multiaddr'
import * as z from 'zod'

/** A peer's key as text: base58 of a multihash, or a CID (https://github.com/libp2p/specs/blob/master/peer-ids). */
const PEER = /^(?:(?:1|Qm)[1-9A-HJ-NP-Za-km-z]{44,60}|b[a-z2-7]{50,70})$/

const componentsOf = (text: string): Component[] => {
  try {
    return multiaddr(text).getComponents()
  } catch {
    return []
  }
}

/** Where a node listens (https://multiformats.io/multiaddr/), such as /ip4/0.0.0.0/tcp/4001. */
export const ListenAddress = z
  .string()
  .max(300)
  .refine((text) => {
    const [host, port] = componentsOf(text)
    return /^ip[46]$/.test(host?.name ?? '') && /^(?:tcp|udp)$/.test(port?.name ?? '')
  }, 'an address to listen on looks like /ip4/0.0.0.0/tcp/4001')

/** Where another node is, with its key, such as /dns4/relay.example.org/tcp/4001/p2p/12D3KooW…. */
export const NodeAddress = z
  .string()
  .max(300)
  .refine((text) => {
    const last = componentsOf(text).at(-1)
    return last?.name === 'p2p' && PEER.test(last.value ?? '')
  }, 'a node’s address ends with its key: /…/p2p/12D3KooW…')
