import { describe, expect, test } from 'vitest'
import { readCid } from './cids.ts'
import { contentDisposition, pathHeader, pathUrl } from './headers.ts'
import { mediaType } from './media-type.ts'
import { negotiate } from './negotiation.ts'

const readable = (value: string): string => Buffer.from(value, 'latin1').toString('utf8')

describe('a name in a header', () => {
  test.each([
    ['a.txt', `inline; filename="a.txt"; filename*=UTF-8''a.txt`],
    ['日本 x.txt', `inline; filename="__%20x.txt"; filename*=UTF-8''%E6%97%A5%E6%9C%AC%20x.txt`],
    ['testтест.bin', `inline; filename="test____.bin"; filename*=UTF-8''test%D1%82%D0%B5%D1%81%D1%82.bin`],
    ['a"b\\c.txt', `inline; filename="a%22b%5Cc.txt"; filename*=UTF-8''a%22b%5Cc.txt`],
    ['a\r\nset-cookie: x', `inline; filename="a%0D%0Aset-cookie:%20x"; filename*=UTF-8''a%0D%0Aset-cookie%3A%20x`],
    ['😀.png', `inline; filename="_.png"; filename*=UTF-8''%F0%9F%98%80.png`],
    ["it's (1)*.txt", `inline; filename="it%27s%20%281%29%2A.txt"; filename*=UTF-8''it%27s%20%281%29%2A.txt`],
    ['lone \ud800', `inline; filename="lone%20_"; filename*=UTF-8''lone%20%EF%BF%BD`],
  ])('%j', (name, header) => {
    expect(contentDisposition('inline', name)).toBe(header)
  })

  test.each(['Übung – 日本.txt', 'हिन्दी', 'עברית', 'ไทย', '😀'])(
    '%s stands in X-Ipfs-Path as its UTF-8 bytes',
    (name) => {
      const value = pathHeader(`/ipfs/x/${name}`)
      expect(value).toMatch(/^[\x20-\xff]*$/)
      expect(readable(value)).toBe(`/ipfs/x/${name}`)
    },
  )

  test('control characters are encoded', () => {
    expect(pathHeader('/ipfs/a\r\nb\x7f')).toBe('/ipfs/a%0D%0Ab%7F')
  })

  test('a link encodes what would end it', () => {
    expect(pathUrl('ipfs', 'x', 'a/b?c#d e"<>')).toBe('/ipfs/x/a%2Fb%3Fc%23d%20e%22%3C%3E')
    expect(pathUrl('ą', 'ę')).toBe('/%C4%85/%C4%99')
  })
})

describe('the type of a file', () => {
  const text = Buffer.from('plain words')
  test.each([
    ['a.html', text, 'text/html; charset=utf-8'],
    ['a.txt', Buffer.from('caf\xe9', 'latin1'), 'text/plain'],
    ['a.txt', Buffer.from('café'), 'text/plain; charset=utf-8'],
    ['a.json', text, 'application/json'],
    ['a.PNG', text, 'image/png'],
    ['page.svg', text, 'image/svg+xml'],
    ['README', text, 'text/plain; charset=utf-8'],
    ['', Buffer.from('<!DOCTYPE html><p>'), 'text/html; charset=utf-8'],
    ['', Buffer.from('\x89PNG\r\n\x1a\n\0\0', 'latin1'), 'image/png'],
    ['', Buffer.from('RIFF\x10\0\0\0WEBPVP8 ', 'latin1'), 'image/webp'],
    ['', Buffer.from([0, 1, 2, 3]), 'application/octet-stream'],
    ['unknown.qqq', text, 'text/plain; charset=utf-8'],
    ['', new Uint8Array(0), 'text/plain; charset=utf-8'],
    // A letter that the cut went through.
    ['', Buffer.from(`x${'日'.repeat(2000)}`).subarray(0, 3072), 'text/plain; charset=utf-8'],
    ['', Buffer.from('日本').subarray(0, 5), 'application/octet-stream'],
    ['', null, 'application/octet-stream'],
    ['a.txt', null, 'text/plain'],
  ])('%s', (name, head, type) => {
    expect(mediaType(name, head)).toBe(type)
  })
})

describe('which form is asked for', () => {
  const asked = (query: string, accept?: string) => negotiate(new URLSearchParams(query), accept)
  test.each([
    ['', undefined, 'web'],
    ['', '*/*', 'web'],
    ['', 'text/html,application/xhtml+xml,*/*;q=0.8', 'web'],
    ['', 'application/json', 'web'],
    ['', 'application/vnd.ipld.raw', 'raw'],
    ['', 'application/vnd.ipld.raw, */*', 'raw'],
    ['', 'application/vnd.ipld.raw;q=0.1, text/html', 'web'],
    ['', 'application/vnd.ipld.raw;q=0, */*', 'web'],
    ['', 'Application/VND.ipld.CAR; version=1', 'car'],
    ['', 'application/vnd.ipfs.ipns-record', 'ipns-record'],
    ['', 'application/x-tar, */*;q=0.1', 'web'],
    ['format=raw', 'text/html', 'raw'],
    ['format=car', undefined, 'car'],
    ['format=ipns-record', undefined, 'ipns-record'],
  ])('?%s with Accept: %s', (query, accept, kind) => {
    expect(asked(query, accept).kind).toBe(kind)
  })

  test.each([
    ['format=tar', undefined, 400],
    ['format=json', undefined, 400],
    ['format=', undefined, 400],
    ['format=raw2', undefined, 400],
    ['', 'application/x-tar', 406],
    ['', 'application/vnd.ipld.dag-json', 406],
    ['format=car&dag-scope=bogus', undefined, 400],
    ['format=car&dag-scope=', undefined, 400],
    ['format=car&entity-bytes=0:x', undefined, 400],
    ['format=car&entity-bytes=*:5', undefined, 400],
    ['format=car&entity-bytes=0', undefined, 400],
    ['format=car&entity-bytes=5:2', undefined, 400],
    ['format=car&entity-bytes=-2:-5', undefined, 400],
    ['format=car&entity-bytes=0:5&dag-scope=block', undefined, 400],
    ['format=car&car-order=rand', undefined, 400],
    ['format=car&car-dups=maybe', undefined, 400],
    ['format=car&car-version=2', undefined, 400],
    ['', 'application/vnd.ipld.car; version=2', 400],
  ])('?%s with Accept: %s is refused', (query, accept, status) => {
    expect(() => asked(query, accept)).toThrow(expect.objectContaining({ status }))
  })

  test.each([
    ['format=car', undefined, { scope: 'all', bytes: null, duplicates: false }],
    ['format=car', 'application/vnd.ipld.car; dups=y; order=dfs', { scope: 'all', bytes: null, duplicates: true }],
    ['format=car&car-dups=n', 'application/vnd.ipld.car; dups=y', { scope: 'all', bytes: null, duplicates: false }],
    ['format=car&entity-bytes=-9:*', undefined, { scope: 'entity', bytes: { from: -9, to: '*' }, duplicates: false }],
    [
      'format=car&entity-bytes=512:-256',
      undefined,
      { scope: 'entity', bytes: { from: 512, to: -256 }, duplicates: false },
    ],
    ['', 'application/vnd.ipld.car; dups="y"; order=unk', { scope: 'all', bytes: null, duplicates: true }],
  ])('?%s with Accept: %s', (query, accept, options) => {
    expect(asked(query, accept)).toEqual({ kind: 'car', options })
  })
})

describe('a CID', () => {
  const text = 'bafkreiee3cmhp4guaqppw27zdilpajepf7kxhzvpaxaz7fv63opyql3yqi'
  test.each([
    text.toUpperCase(),
    'QmYzfKSE55XCjD1MW128RfciAf2DViABhEiXfgVFMabSjN',
    'zb2rhe5P4gXftAwvA4eXQ5HJwsER2owDyS9sKaQRRVQPn93bA',
    'bafkqabtimvwgy3yk',
    'BAFKQABTIMVWGY3YK',
  ])('%s is read', (it) => {
    expect(readCid(it).multihash.size).toBeGreaterThan(0)
  })

  test.each(['', 'notacid', 'QmInvalid', text.slice(0, -2), `${text}!`, 'b', 'Q', '1', '..', '\0', 'x'.repeat(10_000)])(
    '%j is none',
    (it) => {
      expect(() => readCid(it)).toThrow(expect.objectContaining({ status: 400 }))
    },
  )
})
