import { expect, test } from 'vitest'
import { ListenAddress, NodeAddress } from './node-address.ts'

const KEY = '12D3KooWCVrAJsvnvXgrLEbtK11QTkt9H45zAbQqvcLRBaYocAx2'

test.each([
  ['/ip4/0.0.0.0/tcp/4001', true],
  ['/ip6/::/tcp/0', true],
  ['/ip4/0.0.0.0/udp/4001/quic-v1', true],
  ['/dns4/example.org/tcp/4001', false],
  ['/ip4/0.0.0.0', false],
  ['/ip4/300.0.0.1/tcp/1', false],
  ['0.0.0.0:4001', false],
  ['', false],
])('%s is one to listen on: %s', (text, fits) => {
  expect(ListenAddress.safeParse(text).success).toBe(fits)
})

test.each([
  [`/dns4/relay.example.org/tcp/4001/p2p/${KEY}`, true],
  [`/ip4/203.0.113.7/tcp/4001/p2p/${KEY}`, true],
  ['/ip4/203.0.113.7/tcp/4001', false],
  ['/ip4/203.0.113.7/tcp/4001/p2p/none', false],
  [KEY, false],
])('%s is another node’s: %s', (text, fits) => {
  expect(NodeAddress.safeParse(text).success).toBe(fits)
})
