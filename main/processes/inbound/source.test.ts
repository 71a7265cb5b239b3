import { multiaddr } from '@multiformats/multiaddr'
import { expect, test } from 'vitest'
import { sourceOf } from './source.ts'

test.each([
  ['/ip4/203.0.113.9/tcp/4001', '203.0.113.9', '203.0.113'],
  ['/ip6/2001:db8:1:2:3:4:5:6/tcp/1', '2001:db8:1:2', '2001:db8:1'],
  // Whoever has a /64 has 2^64 addresses.
  ['/ip6/2001:db8:1:2::9/tcp/1', '2001:db8:1:2', '2001:db8:1'],
  ['/ip6/2001:db8::1/tcp/1', '2001:db8:0:0', '2001:db8:0'],
  ['/ip6/::1/tcp/1', '0:0:0:0', '0:0:0'],
])('%s comes from the address %s in the network %s', (address, host, network) => {
  expect(sourceOf(multiaddr(address))).toEqual({ address: host, network })
})
