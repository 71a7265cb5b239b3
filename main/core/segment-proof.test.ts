import { createCipheriv, createHash, randomBytes } from 'node:crypto'
import { AbiCoder, sha256 } from 'ethers'
import { expect, test } from 'vitest'
import type { DrawPreview } from '../../common/model/data-market.ts'
import { leafHash, MerkleStream } from './merkle.ts'
import { commitOf, leadsTo, masked, maskOf, openShown, segmentLeaf } from './segment-proof.ts'

const abi = AbiCoder.defaultAbiCoder()
const key = randomBytes(32)
const dataset = randomBytes(32)

/** Sealed by the words of docs/hseg.md alone. */
function sealedAs(own: Buffer, number: number, last: boolean, plain: Buffer, of = dataset): Buffer {
  const nonce = Buffer.alloc(12)
  nonce.writeUInt32BE(number, 7)
  nonce[11] = last ? 1 : 0
  const cipher = createCipheriv('aes-256-gcm', own, nonce).setAAD(of)
  return Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()])
}

function shown(count: number): { preview: DrawPreview; root: string } {
  const keys = Array.from({ length: count }, () => randomBytes(32))
  const tree = new MerkleStream(keys.keys())
  for (const [i, own] of keys.entries()) tree.add(leafHash(segmentLeaf(i, commitOf(own), masked(own, key, i))))
  const root = tree.end()
  const segments = keys.map((own, number) => ({
    number,
    last: number === count - 1,
    key: own.toString('hex'),
    wrapped: masked(own, key, number).toString('hex'),
    sealed: sealedAs(own, number, number === count - 1, Buffer.from(`segment ${number}`)).toString('base64'),
    ...tree.path(number),
  }))
  return { preview: { format: 'HEARTH-LOT-2', dataset: dataset.toString('hex'), segments }, root }
}

test('commitments, masks and leaves are those that a contract computes', () => {
  const number = 0xfedcba
  expect(`0x${commitOf(key).toString('hex')}`).toBe(sha256(key))
  expect(`0x${maskOf(key, number).toString('hex')}`).toBe(sha256(abi.encode(['bytes32', 'uint256'], [key, number])))
  const own = randomBytes(32)
  const wrapped = masked(own, key, number)
  expect(
    BigInt(`0x${wrapped.toString('hex')}`) ^ BigInt(sha256(abi.encode(['bytes32', 'uint256'], [key, number]))),
  ).toBe(BigInt(`0x${own.toString('hex')}`))
  expect(masked(wrapped, key, number).equals(own)).toBe(true)
  expect(segmentLeaf(number, commitOf(own), wrapped).toString('hex')).toBe(
    `00fedcba${sha256(own).slice(2)}${wrapped.toString('hex')}`,
  )
})

test('what was shown opens under its root', () => {
  for (const count of [1, 2, 7]) {
    const { preview, root } = shown(count)
    expect(openShown(preview, root).map(({ number, last, bytes }) => [number, last, bytes.toString()])).toEqual(
      Array.from({ length: count }, (_, i) => [i, i === count - 1, `segment ${i}`]),
    )
  }
})

test('what stands elsewhere, or does not open, is no proof', () => {
  const { preview, root } = shown(7)
  const [third, fourth] = preview.segments.slice(3, 5) as [DrawPreview['segments'][0], DrawPreview['segments'][0]]
  const other = sealedAs(Buffer.from(third.key, 'hex'), 3, false, Buffer.from('segment 3'), randomBytes(32))
  const wrong: [string, Partial<DrawPreview['segments'][0]>][] = [
    ['another number', { number: 2 }],
    ['called the last', { last: true }],
    ['another key', { key: '00'.repeat(32) }],
    ['a neighbour’s key', { key: fourth.key }],
    ['another wrapped key', { wrapped: '00'.repeat(32) }],
    ['another ciphertext', { sealed: fourth.sealed }],
    ['nothing sealed', { sealed: '' }],
    ['a tag alone', { sealed: Buffer.alloc(16).toString('base64') }],
    ['of another dataset', { sealed: other.toString('base64') }],
    ['another path', { path: fourth.path }],
    ['another side', { lefts: third.lefts ^ 1 }],
    ['a stray side', { lefts: third.lefts + 8 }],
    ['a path that is longer', { path: [...third.path, '0'.repeat(64)] }],
    ['no path', { path: [], lefts: 0 }],
  ]
  for (const [what, change] of wrong) {
    const segments = preview.segments.with(3, { ...third, ...change })
    expect(() => openShown({ ...preview, segments }, root), what).toThrow(
      expect.objectContaining({ code: 'PROOF_FAILED' }),
    )
  }
  const failed = expect.objectContaining({ code: 'PROOF_FAILED' })
  expect(() => openShown({ ...preview, dataset: '00'.repeat(32) }, root)).toThrow(failed)
  expect(() => openShown({ ...preview, segments: [third, third] }, root)).toThrow(/out of order/)
  expect(() => openShown({ ...preview, segments: [fourth, third] }, root)).toThrow(/out of order/)
  expect(() => openShown(preview, createHash('sha256').digest('hex'))).toThrow(failed)
  expect(openShown({ ...preview, segments: [third] }, root)).toHaveLength(1)
})

test('no path is longer than a contract reads', () => {
  let node = leafHash(segmentLeaf(0, key, dataset))
  const path: string[] = []
  const climb = () => {
    const neighbour = randomBytes(32)
    path.push(neighbour.toString('hex'))
    node = createHash('sha256')
      .update(Buffer.concat([Buffer.of(1), node, neighbour]))
      .digest()
  }
  for (let i = 0; i < 32; i++) climb()
  expect(leadsTo(node.toString('hex'), segmentLeaf(0, key, dataset), 0, path)).toBe(true)
  climb()
  expect(leadsTo(node.toString('hex'), segmentLeaf(0, key, dataset), 0, path)).toBe(false)
})
