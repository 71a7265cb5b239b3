import { createHash } from 'node:crypto'
import { generateKeyPair } from '@libp2p/crypto/keys'
import type { PeerId } from '@libp2p/interface'
import { peerIdFromPrivateKey } from '@libp2p/peer-id'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import * as Digest from 'multiformats/hashes/digest'
import { expect, test } from 'vitest'
import { BitswapGiver, giveInstead } from './bitswap-giver.ts'
import { WayOut } from './way-out.ts'

const BLOCK = 2 ** 20
const cidOf = (name: string): CID =>
  CID.createV1(raw.code, Digest.create(0x12, createHash('sha256').update(name).digest()))
const somebody = async (): Promise<PeerId> => peerIdFromPrivateKey(await generateKeyPair('Ed25519'))
const wantsOf = (cids: readonly CID[], more: object = {}) => ({
  wantlist: { entries: cids.map((cid) => ({ cid: cid.bytes, wantType: 'WantBlock', ...more })) },
})

/** A giver that has every block; what it sends arrives when the test says so. */
function giver() {
  const out = new WayOut()
  const sent: { peer: string; blocks: number; presences: string[]; arrive: () => void; fail: () => void }[] = []
  let read = 0
  const blocks = {
    has: () => true,
    read: async () => {
      read++
      return new Uint8Array(BLOCK)
    },
  }
  const giving = new BitswapGiver(blocks, out, (peer, message) => {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const presences = [...message.blockPresences.values()].map(({ type }) => type)
    const fail = (): void => reject(new Error('the peer takes nothing'))
    sent.push({ peer: peer.toString(), blocks: message.blocks.size, presences, arrive: resolve, fail })
    return promise
  })
  return { giving, out, sent, read: () => read }
}

test('a thousand wants of each of many peers are answered a few blocks at a time, and all of them in the end', async () => {
  const { giving, out, sent, read } = giver()
  const wanted = Array.from({ length: 40 }, (_, i) => cidOf(`block ${i}`))
  const peers = await Promise.all(Array.from({ length: 12 }, somebody))
  for (const peer of peers) giving.receive(peer, wantsOf(wanted))
  let given = 0
  while (given < 12 * 40) {
    await expect.poll(() => sent.length).toBeGreaterThan(0)
    await new Promise(setImmediate)
    expect(read() - given).toBeLessThanOrEqual(2)
    const [next] = sent.splice(0, 1)
    given += next?.blocks ?? 0
    next?.arrive()
  }
  await expect.poll(() => out.given).toBe(12 * 40 * BLOCK)
})

test('who takes nothing is forgotten, and is not counted as given', async () => {
  const { giving, out, sent, read } = giver()
  const peer = await somebody()
  giving.receive(peer, wantsOf([cidOf('a'), cidOf('b')]))
  await expect.poll(() => sent.length).toBe(1)
  sent[0]?.fail()
  giving.receive(await somebody(), wantsOf([cidOf('c')]))
  await expect.poll(() => sent.length).toBe(2)
  expect([read(), out.given]).toEqual([2, 0])
})

test('while the owner pauses nothing is here, for those who want a block and those who ask whether it is', async () => {
  const { giving, out, sent, read } = giver()
  out.limit(null, true)
  giving.receive(await somebody(), wantsOf([cidOf('a')], { sendDontHave: true }))
  giving.receive(await somebody(), wantsOf([cidOf('a')], { sendDontHave: true, wantType: 'WantHave' }))
  await expect.poll(() => sent.length).toBe(2)
  expect(sent.map(({ presences }) => presences)).toEqual([['DoNotHaveBlock'], ['DoNotHaveBlock']])
  expect(read()).toBe(0)
})

test('what is no CID, what is cancelled and what is beyond a thousand is not looked at', async () => {
  const { giving, sent, read } = giver()
  const peer = await somebody()
  giving.receive(peer, { wantlist: { entries: [{ cid: Uint8Array.of(1, 2, 3) }] } })
  const many = Array.from({ length: 3000 }, (_, i) => cidOf(`block ${i}`))
  giving.receive(peer, wantsOf(many))
  giving.receive(peer, wantsOf(many.slice(0, 1000), { cancel: true }))
  for (let i = 0; i < 30; i++) {
    await new Promise(setImmediate)
    sent.splice(0).forEach(({ arrive }) => arrive())
  }
  expect(read()).toBeLessThanOrEqual(1024 - 1000 + 2)
})

test('a library that is built otherwise is refused at the start', async () => {
  await expect(
    giveInstead({ bitswap: { network: {} } }, { has: () => false, read: () => Promise.reject() }, new WayOut()),
  ).rejects.toThrow('another way')
})
