import type { Multiaddr } from '@multiformats/multiaddr'

/** Where a connection comes from. */
export interface Source {
  readonly address: string
  /** The /24 of an IPv4 address, the /48 of an IPv6 one: what one tenant usually has. */
  readonly network: string
}

/** Of a relayed connection it is the relay's. */
export function sourceOf(address: Multiaddr): Source {
  const ip = address.getComponents().find(({ name }) => name === 'ip4' || name === 'ip6')
  const host = ip?.value ?? address.toString()
  if (ip?.name === 'ip4') return { address: host, network: host.split('.').slice(0, 3).join('.') }
  if (ip?.name !== 'ip6') return { address: host, network: host }
  const network = prefixOf(host)
  // A tenant has a /64 at least: its addresses are one.
  return { address: `${network}:${groupsOf(host)[3] ?? '0'}`, network }
}

const prefixOf = (host: string): string => groupsOf(host).slice(0, 3).join(':')

/** The eight groups of an IPv6 address, without leading zeros. */
function groupsOf(host: string): string[] {
  const [head = '', tail] = host.split('::')
  const left = head.split(':').filter(Boolean)
  const right = (tail ?? '').split(':').filter(Boolean)
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - left.length - right.length)
  return [...left, ...Array<string>(zeros).fill('0'), ...right].map((group) => group.replace(/^0+(?=.)/, ''))
}
