import * as dagPb from '@ipld/dag-pb'
import { CarReader } from '@ipld/car/reader'
import { UnixFS } from 'ipfs-unixfs'
import { base16upper } from 'multiformats/bases/base16'
import { base32upper } from 'multiformats/bases/base32'
import { base36 } from 'multiformats/bases/base36'
import { CID } from 'multiformats/cid'
import * as raw from 'multiformats/codecs/raw'
import { identity } from 'multiformats/hashes/identity'
import { sha256, sha512 } from 'multiformats/hashes/sha2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ask, CHUNK, MemorySource, type Answer } from '../../../../test/support/memory-gateway.ts'
import { readNode } from './unixfs.ts'
import { Gateway } from './server.ts'

const TOKEN = 'a-token-of-twenty-letters'
const NAME = 'k51qzi5uqu5dlvj2baxnqndepeb86cbk3ng7n3i46uzyxzyqj2xjonzllnv0v8'
const PEER = '12D3KooWRBy97UB99e3J6hiPesre1MZeuNQvfan4gBziswrRJsNK'
const large = Buffer.from(Array.from({ length: 4 * CHUNK + 2 }, (_, i) => (i * 7) % 251))
const source = new MemorySource()
let gateway: Gateway
let root: CID
let sharded: CID

const get = (path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET'): Promise<Answer> =>
  ask(gateway.url, path, { host: '127.0.0.1', authorization: `Bearer ${TOKEN}`, ...headers }, method)
const under = (path: string): string => `/ipfs/${root.toString()}${path}`

/** The CID of a path below a folder without shards, and the blocks of the file there. */
function cidOf(path: string, from = root): CID {
  let cid = from
  for (const name of path.split('/').filter(Boolean)) {
    const node = readNode({ cid, block: blockOf(cid) })
    const link = node.kind === 'directory' ? node.links.find((it) => it.name === name) : undefined
    if (!link) throw new Error(`no ${name}`)
    cid = link.cid
  }
  return cid
}
const blockOf = (cid: CID): Uint8Array => source.blocks.get(cid.toV1().toString()) ?? new Uint8Array(0)
const partsOf = (cid: CID): string[] => dagPb.decode(blockOf(cid)).Links.map(({ Hash }) => Hash.toString())

async function carOf({ status, body }: Answer): Promise<{ roots: string[]; blocks: string[] }> {
  expect(status).toBe(200)
  const reader = await CarReader.fromBytes(body)
  const blocks: string[] = []
  for await (const { cid, bytes } of reader.blocks()) {
    expect(Buffer.from((await sha256.digest(bytes)).digest).equals(cid.multihash.digest)).toBe(true)
    blocks.push(cid.toString())
  }
  return { roots: (await reader.getRoots()).map(String), blocks }
}

async function node(content: ConstructorParameters<typeof UnixFS>[0], links: dagPb.PBLink[] = []) {
  const bytes = dagPb.encode({ Data: new UnixFS(content).marshal(), Links: links })
  return source.put(CID.createV1(dagPb.code, await sha256.digest(bytes)), bytes)
}

beforeAll(async () => {
  root = await source.folder({
    'digits.txt': '0123456789',
    'large.bin': large,
    'copy.bin': large,
    empty: '',
    'page.html': '<h1>page</h1>',
    'Übung – 日本.txt': 'hello world',
    'नमस्ते 😀': 'namaste',
    'שלום.txt': 'shalom',
    'we"ird <b>&\'.txt': 'weird',
    'Portugal%2C+España=Peninsula Ibérica.txt': 'percent',
    'a\\b;c?d#e.txt': 'marks',
    'ą/ę/file-źł.txt': 'deep',
    'site/index.html': '<title>site</title>',
    'site/sub/a.txt': 'a',
  })
  sharded = await source.folder(
    Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`${i}.txt`, `file ${i}`])),
    1000,
  )
  gateway = await Gateway.start(source, 0, TOKEN)
})
afterAll(() => gateway.stop())

describe('a file', () => {
  test('has its length, type, tag and way', async () => {
    const { status, headers, body } = await get(under('/digits.txt'))
    expect(status).toBe(200)
    expect(body.toString()).toBe('0123456789')
    expect(headers).toMatchObject({
      'content-length': '10',
      'content-type': 'text/plain; charset=utf-8',
      'accept-ranges': 'bytes',
      etag: `"${cidOf('digits.txt').toString()}"`,
      'cache-control': 'public, max-age=29030400, immutable',
      'x-ipfs-path': under('/digits.txt'),
      'x-ipfs-roots': `${root.toString()},${cidOf('digits.txt').toString()}`,
      vary: 'accept',
      'x-content-type-options': 'nosniff',
      'content-security-policy': 'sandbox',
      'referrer-policy': 'no-referrer',
    })
    expect(headers['content-disposition']).toBeUndefined()
  })

  test('of several blocks comes whole', async () => {
    expect((await get(under('/large.bin'))).body.equals(large)).toBe(true)
  })

  test.each([
    ['Übung – 日本.txt', 'hello world'],
    ['नमस्ते 😀', 'namaste'],
    ['שלום.txt', 'shalom'],
    ['we"ird <b>&\'.txt', 'weird'],
    ['Portugal%2C+España=Peninsula Ibérica.txt', 'percent'],
    ['a\\b;c?d#e.txt', 'marks'],
  ])('is found by its name: %s', async (name, content) => {
    const { status, headers, body } = await get(under(`/${encodeURIComponent(name)}`))
    expect([status, body.toString()]).toEqual([200, content])
    expect(Buffer.from(String(headers['x-ipfs-path']), 'latin1').toString()).toBe(under(`/${name}`))
  })

  test('is found with a plus and an equals sign as they are', async () => {
    const path = '/Portugal%252C+Espa%C3%B1a=Peninsula%20Ib%C3%A9rica.txt'
    expect((await get(under(path))).body.toString()).toBe('percent')
  })

  test.each([
    ['?filename=a%20%E6%97%A5.txt', `inline; filename="a%20_.txt"; filename*=UTF-8''a%20%E6%97%A5.txt`],
    ['?filename=a.txt&download=true', `attachment; filename="a.txt"; filename*=UTF-8''a.txt`],
    ['?download=true', `attachment; filename="digits.txt"; filename*=UTF-8''digits.txt`],
    ['?download=false', undefined],
    ['?filename=', undefined],
  ])('%s', async (query, disposition) => {
    expect((await get(under(`/digits.txt${query}`))).headers['content-disposition']).toBe(disposition)
  })

  test('takes its type from ?filename=', async () => {
    const { headers } = await get(`/ipfs/${cidOf('digits.txt').toString()}?filename=x.json`)
    expect(headers['content-type']).toBe('application/json')
  })

  test('that is empty is empty, whatever range is asked for', async () => {
    const { status, headers } = await get(under('/empty'), { range: 'bytes=0-' })
    expect([status, headers['content-length']]).toEqual([200, '0'])
  })

  test('has nothing below it', async () => {
    expect((await get(under('/digits.txt/x'))).status).toBe(404)
    expect((await get(under('/digits.txt/'))).status).toBe(200)
  })
})

describe('a range', () => {
  test.each([
    ['bytes=2-4', 206, '234', 'bytes 2-4/10'],
    ['bytes=5-99', 206, '56789', 'bytes 5-9/10'],
    ['bytes=-99', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=-3', 206, '789', 'bytes 7-9/10'],
    ['bytes=9-', 206, '9', 'bytes 9-9/10'],
    ['lines=1-2', 200, '0123456789', undefined],
    ['bytes=x', 200, '0123456789', undefined],
    ['bytes=4-2', 200, '0123456789', undefined],
    ['bytes=10-', 416, null, 'bytes */10'],
    ['bytes=-0', 416, null, 'bytes */10'],
  ])('%s', async (range, status, content, contentRange) => {
    const it = await get(under('/digits.txt'), { range })
    expect([it.status, it.headers['content-range']]).toEqual([status, contentRange])
    if (content === null) return
    expect(it.body.toString()).toBe(content)
    expect(it.headers['content-length']).toBe(String(content.length))
    expect(it.headers['content-type']).toBe('text/plain; charset=utf-8')
  })

  test.each([
    [0, 1],
    [CHUNK - 1, CHUNK + 1],
    [CHUNK, 2 * CHUNK],
    [4 * CHUNK + 1, 4 * CHUNK + 2],
    [1, 4 * CHUNK],
  ])('from %i to %i of several blocks', async (from, end) => {
    const it = await get(under('/large.bin'), { range: `bytes=${from}-${end - 1}` })
    expect(it.status).toBe(206)
    expect(it.body.equals(large.subarray(from, end))).toBe(true)
  })

  test('several come as parts', async () => {
    const { status, headers, body } = await get(under('/digits.txt'), { range: 'bytes=6-7,0-1' })
    expect(status).toBe(206)
    const boundary = /^multipart\/byteranges; boundary=(.+)$/.exec(String(headers['content-type']))?.[1]
    expect(headers['content-length']).toBe(String(body.length))
    expect(headers['content-range']).toBeUndefined()
    const part = (range: string, bytes: string) =>
      `\r\n--${boundary}\r\ncontent-type: text/plain; charset=utf-8\r\ncontent-range: bytes ${range}/10\r\n\r\n${bytes}`
    expect(body.toString()).toBe(`${part('6-7', '67')}${part('0-1', '01')}\r\n--${boundary}--\r\n`)
  })

  test('is ignored on HEAD, which says the length of the whole', async () => {
    const { status, headers, body } = await get(under('/digits.txt'), { range: 'bytes=2-4' }, 'HEAD')
    expect([status, headers['content-length'], headers['content-range'], body.length]).toEqual([
      200,
      '10',
      undefined,
      0,
    ])
  })

  test('with a condition that holds is 304', async () => {
    const etag = `"${cidOf('digits.txt').toString()}"`
    expect((await get(under('/digits.txt'), { range: 'bytes=0-1', 'if-none-match': etag })).status).toBe(304)
    expect((await get(under('/digits.txt'), { range: 'bytes=0-1', 'if-range': etag })).status).toBe(206)
    expect((await get(under('/digits.txt'), { range: 'bytes=0-1', 'if-range': '"other"' })).status).toBe(200)
  })

  test('of a block', async () => {
    const it = await get(under('/digits.txt?format=raw'), { range: 'bytes=0-3' })
    expect([it.status, it.headers['content-range'], it.body.toString()]).toEqual([206, 'bytes 0-3/10', '0123'])
  })

  test('is given though blocks before and after it are nowhere', async () => {
    const lonely = await source.folder({ 'torn.bin': Buffer.from(Array.from({ length: 3 * CHUNK }, (_, i) => i >> 4)) })
    const [first, , third] = partsOf(cidOf('torn.bin', lonely))
    source.blocks.delete(String(first))
    source.blocks.delete(String(third))
    const path = `/ipfs/${lonely.toString()}/torn.bin`
    const it = await get(path, { range: `bytes=${CHUNK}-${2 * CHUNK - 1}` })
    expect([it.status, it.body.length]).toEqual([206, CHUNK])
    expect((await get(path, { range: 'bytes=0-1' })).status).toBe(502)
    expect((await get(path)).status).toBe(502)
  })
})

describe('a tag', () => {
  const paths = [
    '/large.bin',
    '/large.bin?format=raw',
    '/large.bin?format=car',
    '/large.bin?format=car&dag-scope=block',
    '/large.bin?format=car&dag-scope=entity',
    '/large.bin?format=car&entity-bytes=0:5',
    '/large.bin?format=car&entity-bytes=0:6',
    '/large.bin?format=car&car-dups=y',
    '/',
    '/?format=raw',
    '/?format=car',
  ]
  test('is another one for each form', async () => {
    const tags = await Promise.all(paths.map(async (path) => String((await get(under(path))).headers.etag)))
    expect(new Set(tags).size).toBe(paths.length)
  })

  test.each(paths)('%s: 304 for its own, weak, in a list and for any; no body and the same tag', async (path) => {
    const etag = String((await get(under(path))).headers.etag)
    const weak = etag.startsWith('W/') ? etag : `W/${etag}`
    for (const header of [etag, weak, `"a", "b",${etag}`, '*'])
      for (const method of ['GET', 'HEAD']) {
        const it = await get(under(path), { 'if-none-match': header }, method)
        expect([it.status, it.headers.etag, it.body.length], header).toEqual([304, etag, 0])
      }
    expect((await get(under(path), { 'if-none-match': '"other"' })).status).toBe(200)
  })

  test('of a file is none of its block', async () => {
    const etag = `"${cidOf('digits.txt').toString()}"`
    expect((await get(under('/digits.txt?format=raw'), { 'if-none-match': etag })).status).toBe(200)
  })

  test('that If-Match does not name is 412', async () => {
    expect((await get(under('/digits.txt'), { 'if-match': '"other"' })).status).toBe(412)
  })
})

describe('HEAD', () => {
  test.each(['/digits.txt', '/large.bin', '/', '/site/', '/large.bin?format=raw', '/large.bin?format=car'])(
    '%s has the headers of GET and no body',
    async (path) => {
      const [whole, head] = [await get(under(path)), await get(under(path), {}, 'HEAD')]
      const compared = ({ status, headers }: Answer) => ({
        status,
        ...headers,
        date: undefined,
        'transfer-encoding': undefined,
      })
      expect(compared(head)).toEqual(compared(whole))
      expect(head.body.length).toBe(0)
    },
  )
})

describe('a folder', () => {
  test.each([
    ['', '/'],
    ['/ą/ę', '/%C4%85/%C4%99/'],
    ['/%C4%85?filename=x%20y&z', '/%C4%85/?filename=x%20y&z'],
  ])('without its slash leads there: %s', async (path, to) => {
    const { status, headers } = await get(under(path.replace('ą/ę', '%C4%85/%C4%99')))
    expect([status, headers.location]).toEqual([301, under(to)])
  })

  test('is listed, with every name escaped and linked', async () => {
    const { status, headers, body } = await get(under('/'))
    const page = body.toString()
    expect(status).toBe(200)
    expect(headers).toMatchObject({
      'content-type': 'text/html; charset=utf-8',
      etag: `"DirIndex-1_CID-${root.toString()}"`,
      'cache-control': 'public, max-age=604800, stale-while-revalidate=2678400',
      'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    })
    expect(page).toContain('<html lang="en">')
    expect(page).toContain('<bdi>we&#34;ird &#60;b&#62;&#38;&#39;.txt</bdi>')
    expect(page).toContain(`href="${under('/we%22ird%20%3Cb%3E&#38;%27.txt')}"`)
    expect(page).toContain(`href="${under('/%C3%9Cbung%20%E2%80%93%20%E6%97%A5%E6%9C%AC.txt')}"`)
    expect(page).not.toContain('<b>')
    expect(page).not.toContain(TOKEN)
    expect(page).not.toContain('Parent folder')
  })

  test('below another one leads up', async () => {
    expect((await get(under('/%C4%85/%C4%99/'))).body.toString()).toContain(`href="${under('/%C4%85/')}">Parent folder`)
  })

  test('shows its index.html under its own tag', async () => {
    const { status, headers, body } = await get(under('/site/'))
    expect([status, body.toString()]).toEqual([200, '<title>site</title>'])
    expect(headers).toMatchObject({ 'content-type': 'text/html; charset=utf-8', etag: `"${cidOf('site').toString()}"` })
    expect((await get(under('/site/'), { range: 'bytes=0-6' })).body.toString()).toBe('<title>')
  })

  test('of many names is found in and listed', async () => {
    const path = `/ipfs/${sharded.toString()}`
    expect(readNode({ cid: sharded, block: blockOf(sharded) }).kind).toBe('shard')
    for (const i of [0, 1, 299, 599]) expect((await get(`${path}/${i}.txt`)).body.toString()).toBe(`file ${i}`)
    expect((await get(`${path}/600.txt`)).status).toBe(404)
    // The names inside the shards are no names of the folder.
    expect((await get(`${path}/00`)).status).toBe(404)
    const page = (await get(`${path}/`)).body.toString()
    expect(page.match(/<tr><td>/g)?.length).toBe(600)
    expect(page).toContain('<bdi>599.txt</bdi>')
  })

  test('links to no name that a path cannot hold', async () => {
    const leaf = { Hash: cidOf('digits.txt'), Tsize: 10 }
    const names = ['', '..', '<script>alert(1)</script>', 'a/b']
    const cid = await node(
      { type: 'directory' },
      names.map((Name) => ({ ...leaf, Name })),
    )
    const page = (await get(`/ipfs/${cid.toString()}/`)).body.toString()
    expect(page).toContain('<td><bdi>..</bdi></td>')
    expect(page).toContain('<td><bdi>a/b</bdi></td>')
    expect(page).not.toContain('<script>')
  })
})

describe('a symbolic link', () => {
  test('is given as what it says', async () => {
    const cid = await node({ type: 'symlink', data: Buffer.from('sub/b.txt') })
    const { status, headers, body } = await get(`/ipfs/${cid.toString()}`)
    expect([status, headers['content-type'], body.toString()]).toEqual([200, 'inode/symlink', 'sub/b.txt'])
  })
})

describe('a block', () => {
  test('is given as it is', async () => {
    const cid = cidOf('large.bin').toString()
    const { status, headers, body } = await get(under('/large.bin'), { accept: 'application/vnd.ipld.raw' })
    expect(status).toBe(200)
    expect(body.equals(blockOf(cidOf('large.bin')))).toBe(true)
    expect(headers).toMatchObject({
      'content-type': 'application/vnd.ipld.raw',
      'content-length': String(body.length),
      'content-disposition': `attachment; filename="${cid}.bin"; filename*=UTF-8''${cid}.bin`,
      etag: `"${cid}.raw"`,
    })
    const named = await get(under('/large.bin?format=raw&filename=foo.bin'))
    expect(named.headers['content-disposition']).toBe(`attachment; filename="foo.bin"; filename*=UTF-8''foo.bin`)
  })

  test('of a folder needs no slash', async () => {
    expect((await get(under('?format=raw'))).body.equals(blockOf(root))).toBe(true)
  })
})

describe('a CAR', () => {
  const file = () => cidOf('large.bin')
  const car = async (path: string, headers: Record<string, string> = {}) => carOf(await get(under(path), headers))

  test('holds the way to what was asked for and all below it, in order', async () => {
    const deep = await get(under('/%C4%85/%C4%99?format=car'))
    expect(deep.headers).toMatchObject({
      'content-type': 'application/vnd.ipld.car; version=1; order=dfs; dups=n',
      'accept-ranges': 'none',
      'content-disposition': expect.stringMatching(/^attachment; filename=".+_\.car"/) as unknown,
    })
    const way = [root, cidOf('ą'), cidOf('ą/ę'), cidOf('ą/ę/file-źł.txt')].map(String)
    expect(await carOf(deep)).toEqual({ roots: [String(cidOf('ą/ę'))], blocks: way })
  })

  test('of a block holds no more than the way', async () => {
    expect((await car('/large.bin?format=car&dag-scope=block')).blocks).toEqual([root, file()].map(String))
  })

  test('of an entity holds a file, and of a folder its names alone', async () => {
    expect((await car('/large.bin?format=car&dag-scope=entity')).blocks).toEqual([
      ...[root, file()].map(String),
      ...partsOf(file()),
    ])
    expect((await car('?format=car&dag-scope=entity')).blocks).toEqual([root.toString()])
  })

  test('of a large folder holds its shards, or those on the way', async () => {
    const path = `/ipfs/${sharded.toString()}`
    const whole = await carOf(await get(`${path}?format=car&dag-scope=entity`))
    expect(whole.blocks[0]).toBe(sharded.toString())
    expect(
      whole.blocks.every((it) => readNode({ cid: CID.parse(it), block: blockOf(CID.parse(it)) }).kind === 'shard'),
    ).toBe(true)
    const way = (await carOf(await get(`${path}/299.txt?format=car&dag-scope=block`))).blocks
    expect(way.length).toBeGreaterThan(2)
    expect(way.slice(0, -1).every((it) => whole.blocks.includes(it))).toBe(true)
    expect(Buffer.from(blockOf(CID.parse(String(way.at(-1))))).toString()).toBe('file 299')
  })

  test.each([
    ['0:*', 0, 5],
    ['512:*', 2, 5],
    ['512:1023', 2, 4],
    ['512:-256', 2, 4],
    ['-5:*', 3, 5],
    ['-9999:*', 0, 5],
    ['-9999:-3', 0, 4],
    ['0:0', 0, 1],
    ['255:256', 0, 2],
    ['0:99999', 0, 5],
    ['5000:*', 0, 0],
    ['-1:-1', 4, 5],
  ])('of the bytes %s of a file holds blocks %i to %i', async (bytes, from, end) => {
    const { blocks } = await carOf(await get(`/ipfs/${String(file())}?format=car&entity-bytes=${bytes}`))
    expect(blocks).toEqual([String(file()), ...partsOf(file()).slice(from, end)])
  })

  test('of the bytes of a folder holds the folder', async () => {
    expect((await car('?format=car&dag-scope=entity&entity-bytes=0:*')).blocks).toEqual([root.toString()])
  })

  test('gives a block once, or as often as it is named', async () => {
    const once = (await car('?format=car')).blocks
    expect(new Set(once).size).toBe(once.length)
    const often = (await car('', { accept: 'application/vnd.ipld.car; version=1; order=dfs; dups=y' })).blocks
    expect(often.filter((it) => it === String(file()))).toHaveLength(2)
    expect(new Set(often)).toEqual(new Set(once))
  })

  test('holds no inline block', async () => {
    const inline = CID.createV1(raw.code, identity.digest(Buffer.from('hello')))
    expect((await carOf(await get(`/ipfs/${inline.toString()}?format=car&car-dups=y`))).blocks).toEqual([])
    expect((await carOf(await get(`/ipfs/${inline.toString()}?format=car`))).blocks).toEqual([])
  })

  test('without a way is 404', async () => {
    expect((await get(under('/nope?format=car'))).status).toBe(404)
  })
})

describe('a name', () => {
  const record = Buffer.from('a signed record')
  const key = CID.parse(NAME, base36)
  beforeAll(() => {
    source.names.set(key.toString(), { value: `/ipfs/${root.toString()}/site`, record, ttlSeconds: 60 })
    source.records.set('_dnslink.docs.example', ['v=spf1', `dnslink=/ipfs/${root.toString()}`])
    source.records.set('_dnslink.named.example', [`dnslink=/ipns/${NAME}/sub`])
    source.records.set('_dnslink.alias.example', ['dnslink=/ipns/docs.example/site/sub'])
    source.records.set('_dnslink.xn--bcher-kva.example', [`dnslink=/ipfs/${root.toString()}`])
    source.records.set('_dnslink.loop.example', ['dnslink=/ipns/loop.example'])
    source.records.set('_dnslink.wrong.example', ['dnslink=/http/x', 'dnslink=/ipfs/'])
  })

  test.each([
    [`/ipns/${NAME}/`, '<title>site</title>'],
    [`/ipns/${NAME}/sub/a.txt`, 'a'],
    [`/ipns/${key.toString()}/sub/a.txt`, 'a'],
    ['/ipns/docs.example/digits.txt', '0123456789'],
    ['/ipns/named.example/a.txt', 'a'],
    ['/ipns/alias.example/a.txt', 'a'],
    ['/ipns/B%C3%BCcher.example/digits.txt', '0123456789'],
  ])('%s', async (path, content) => {
    const { status, body } = await get(path)
    expect([status, body.toString()]).toEqual([200, content])
  })

  test('may be kept as long as its record says', async () => {
    expect((await get(`/ipns/${NAME}/sub/a.txt`)).headers['cache-control']).toBe('public, max-age=60')
    expect((await get('/ipns/docs.example/digits.txt')).headers['cache-control']).toBeUndefined()
  })

  test('of a folder leads to its slash, query and all', async () => {
    const { status, headers } = await get('/ipns/docs.example/site/sub?a=%20b')
    expect([status, headers.location]).toEqual([301, '/ipns/docs.example/site/sub/?a=%20b'])
  })

  test.each([
    [PEER, NAME],
    ['QmcJM7PRfkSbcM5cf1QugM5R37TLRKyJGgBEhXjLTB8uA2', 'k2k4r8ol4m8kkcqz509c1rcjwunebj02gcnm5excpx842u736nja8ger'],
  ])('that is written as a peer id leads to the usual form: %s', async (name, usual) => {
    const { status, headers } = await get(`/ipns/${name}/root2/?x=1`)
    expect([status, headers.location]).toEqual([302, `/ipns/${usual}/root2/?x=1`])
  })

  test('gives its record', async () => {
    const { status, headers, body } = await get(`/ipns/${NAME}?format=ipns-record&filename=test%D1%82.ipns-record`)
    expect([status, body.equals(record)]).toEqual([200, true])
    expect(headers).toMatchObject({
      'content-type': 'application/vnd.ipfs.ipns-record',
      'cache-control': 'public, max-age=60',
      'content-disposition': `attachment; filename="test_.ipns-record"; filename*=UTF-8''test%D1%82.ipns-record`,
    })
    expect((await get(`/ipns/${NAME}/x?format=ipns-record`)).status).toBe(400)
    expect((await get(under('/digits.txt?format=ipns-record'))).status).toBe(400)
  })

  test.each([
    ['loop.example', 502],
    ['wrong.example', 502],
    ['nobody.example', 502],
    ['k51qzi5uqu5dit2ku9mutlfgwyz8u730on38kd10m97m36bjt66my99hb6103f', 502],
    ['bad%20name.example', 400],
    ['a..example', 400],
    [`${'x'.repeat(64)}.example`, 400],
    ['12D3KooW', 400],
    ['noname', 400],
    ['bafkreiee3cmhp4guaqppw27zdilpajepf7kxhzvpaxaz7fv63opyql3yqi', 400],
  ])('%s is %i', async (name, status) => {
    expect((await get(`/ipns/${name}`)).status).toBe(status)
  })
})

describe('what is not sound', () => {
  test.each([
    ['/', 404],
    ['/ipfs', 400],
    ['/ipfs/', 400],
    ['/ipns/', 400],
    ['/api/v0/id', 404],
    ['/ipfs/notacid', 400],
    ['/ipfs/%zz', 400],
    ['/ipfs/%ff', 400],
    ['/ipfs/..%2fetc%2fpasswd', 400],
    ['/../../etc/passwd', 404],
    ['http://evil.example/ipfs/x', 400],
  ])('%s is %i', async (path, status) => {
    const it = await get(path)
    expect(it.status).toBe(status)
    expect(it.headers['content-type']).toBe('text/plain; charset=utf-8')
    expect(it.headers['x-content-type-options']).toBe('nosniff')
  })

  test.each([
    ['/../digits.txt', 400],
    ['/%2e%2e/digits.txt', 400],
    ['/site/./index.html', 400],
    ['/a%2f..%2fb', 400],
    ['/digits.txt%', 400],
    ['/digits.txt%0', 400],
    ['/digits.txt%c3%28', 400],
    ['/digits.txt?filename=%zz', 400],
    ['/digits.txt?download=yes', 400],
    ['/digits.txt?format=bogus', 400],
    ['/nope', 404],
    ['/%00', 404],
    [`/${'a/'.repeat(200)}`, 400],
    // Slashes that say nothing more.
    ['//digits.txt', 200],
    ['/site%2findex.html', 200],
  ])('%s under a folder is %i', async (path, status) => {
    expect((await get(under(path))).status).toBe(status)
  })

  test('CIDs are read in every base', async () => {
    const cid = cidOf('digits.txt')
    for (const text of [cid.toString(base32upper), cid.toString(base36), cid.toString(base16upper)])
      expect((await get(`/ipfs/${text}`)).body.toString(), text).toBe('0123456789')
    const old = (await node({ type: 'file', data: Buffer.from('old') })).toV0()
    expect(old.toString()).toMatch(/^Qm/)
    expect((await get(`/ipfs/${old.toString()}`)).body.toString()).toBe('old')
  })

  test('inline content is given, unless it is too long', async () => {
    const inline = (bytes: number) => CID.createV1(raw.code, identity.digest(Buffer.alloc(bytes, 'a'))).toString()
    expect((await get(`/ipfs/${inline(128)}`)).body.toString()).toBe('a'.repeat(128))
    expect((await get(`/ipfs/${inline(129)}`)).status).toBe(400)
  })

  test('a hash that is not checked here is refused in words', async () => {
    const cid = CID.createV1(raw.code, await sha512.digest(Buffer.from('x')))
    const { status, body } = await get(`/ipfs/${cid.toString()}`)
    expect([status, body.toString()]).toEqual([400, expect.stringMatching(/only SHA-256/)])
  })

  test('what is no file is given as a block alone', async () => {
    const bytes = Buffer.from([0xa0])
    const cid = source.put(CID.createV1(0x71, await sha256.digest(bytes)), bytes)
    expect((await get(`/ipfs/${cid.toString()}`)).status).toBe(406)
    expect((await get(`/ipfs/${cid.toString()}/x`)).status).toBe(406)
    expect((await get(`/ipfs/${cid.toString()}?format=raw`)).body.equals(bytes)).toBe(true)
    expect((await carOf(await get(`/ipfs/${cid.toString()}?format=car&dag-scope=block`))).blocks).toEqual([
      cid.toString(),
    ])
  })

  test('a block that was changed is 502, and cuts an answer that has begun', async () => {
    const torn = await source.folder({ 'a.bin': Buffer.alloc(20 * CHUNK, 'b').fill('c', 19 * CHUNK) })
    const last = String(partsOf(cidOf('a.bin', torn)).at(-1))
    source.blocks.set(last, Buffer.from('changed'))
    await expect(get(`/ipfs/${torn.toString()}/a.bin`)).rejects.toThrow(/aborted|hang up/)
    expect((await get(`/ipfs/${last}`)).status).toBe(502)
  })

  test.each([
    ['a part that is shorter than the file says', [11n]],
    ['sizes that are not those of the parts', [5n, 5n]],
    ['a size beyond all numbers', [2n ** 60n]],
  ])('%s is 502', async (_, blockSizes) => {
    const cid = await node({ type: 'file', blockSizes }, [{ Name: '', Hash: cidOf('digits.txt'), Tsize: 10 }])
    expect((await get(`/ipfs/${cid.toString()}`)).status).toBe(502)
  })

  test('dag-pb that is no UnixFS is 502 as a file and whole as a block', async () => {
    const bytes = dagPb.encode({ Data: Buffer.from('no unixfs'), Links: [] })
    const cid = source.put(CID.createV1(dagPb.code, await sha256.digest(bytes)), bytes)
    expect((await get(`/ipfs/${cid.toString()}`)).status).toBe(502)
    expect((await get(`/ipfs/${cid.toString()}?format=raw`)).status).toBe(200)
  })
})

describe('what would have no end', () => {
  test('a folder whose parts hold themselves again is 502', async () => {
    const shard = { type: 'hamt-sharded-directory', hashType: 0x22n, fanout: 256n } as const
    let cid = await node(shard)
    const twice = (): dagPb.PBLink[] => ['00', '01'].map((Name) => ({ Name, Hash: cid, Tsize: 1 }))
    for (let depth = 0; depth < 40; depth++) cid = await node(shard, twice())
    expect((await get(`/ipfs/${cid.toString()}/`)).status).toBe(502)
    await expect(get(`/ipfs/${cid.toString()}?format=car&dag-scope=entity`)).rejects.toThrow(/aborted|hang up/)
  })

  test('a file of parts of no bytes is its own bytes', async () => {
    let cid = await node({ type: 'file' })
    const many = (): dagPb.PBLink[] => Array.from({ length: 100 }, () => ({ Name: '', Hash: cid, Tsize: 0 }))
    for (let depth = 0; depth < 20; depth++)
      cid = await node(
        {
          type: 'file',
          data: depth === 19 ? Buffer.from('own') : new Uint8Array(0),
          blockSizes: Array.from({ length: 100 }, () => 0n),
        },
        many(),
      )
    expect((await get(`/ipfs/${cid.toString()}`)).body.toString()).toBe('own')
    expect((await get(`/ipfs/${cid.toString()}`, { 'cache-control': 'only-if-cached' })).body.toString()).toBe('own')
    expect((await carOf(await get(`/ipfs/${cid.toString()}?format=car&dag-scope=entity`))).blocks).toEqual([
      cid.toString(),
    ])
  })

  test('a folder of very many or very long names is listed in part', async () => {
    const leaf = { Hash: cidOf('digits.txt'), Tsize: 10 }
    const names = Array.from({ length: 10_001 }, (_, i) => ({ Name: String(i).padStart(6, '0'), ...leaf }))
    const many = (await get(`/ipfs/${(await node({ type: 'directory' }, names)).toString()}/`)).body.toString()
    expect(many.match(/<tr><td>/g)?.length).toBe(10_000)
    expect(many).toContain('Only the first 10000 entries are shown.')
    const long = await node({ type: 'directory' }, [{ Name: '&'.repeat(2_000_000), ...leaf }])
    expect((await get(`/ipfs/${long.toString()}/`)).body.length).toBeLessThan(20_000)
  })

  test('requests that wait for blocks are 32 at most, and end with their clients', async () => {
    const nobody = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'
    source.never.add(nobody)
    const [clients, asked] = [new AbortController(), source.asked.length]
    const waiting = Array.from({ length: 32 }, () =>
      fetch(`${gateway.url}/ipfs/${nobody}`, {
        headers: { authorization: `Bearer ${TOKEN}` },
        signal: clients.signal,
      }).catch(() => 'gone'),
    )
    await expect.poll(() => source.asked.length - asked).toBe(32)
    const { status, headers } = await get(under('/digits.txt'))
    expect([status, headers['retry-after']]).toEqual([503, '1'])
    clients.abort()
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['gone']))
    await expect.poll(async () => (await get(under('/digits.txt'))).status).toBe(200)
  })
})

test('no request that is put together at random goes without an answer', async () => {
  let state = 20_261_130
  const draw = (limit: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * limit)
  }
  const one = (from: readonly string[]): string => from[draw(from.length)] ?? ''
  const some = (from: readonly string[], most: number, glue: string): string =>
    Array.from({ length: draw(most + 1) }, () => one(from)).join(glue)
  const names = [
    'digits.txt',
    'large.bin',
    'site',
    'empty',
    'index.html',
    '..',
    '.',
    '%',
    '%2e',
    '%ff',
    '%00',
    '',
    'é',
    '%F0%9F%98%80',
  ]
  const roots = [root, sharded, cidOf('large.bin'), cidOf('digits.txt')].map(String)
  const queries = [
    'format=raw',
    'format=car',
    'format=',
    'dag-scope=entity',
    'entity-bytes=-5:*',
    'entity-bytes=9:',
    'filename=%0d%0a',
    'download=true',
    '%',
    'token',
    '&&',
    'car-dups=y',
  ]
  const marks = [
    'bytes=',
    '0-',
    '-5',
    '5-2',
    ',',
    '"',
    'W/',
    '*',
    'x',
    ';q=0',
    'application/vnd.ipld.car',
    'application/vnd.ipld.raw',
    'text/html',
    '=',
    ' ',
    '999999999999999999999',
  ]
  const headers = ['range', 'accept', 'if-none-match', 'if-match', 'if-range', 'cache-control']
  const known = new Set([200, 206, 301, 302, 304, 400, 404, 406, 412, 416, 502])
  for (let i = 0; i < 1500; i++) {
    const root = `/${one(['ipfs', 'ipfs', 'ipns', 'x'])}/${one([...roots, 'nobody', NAME])}`
    const path = `${root}/${some(names, 3, '/')}${one(['', '/'])}`
    const sent = Object.fromEntries(headers.filter(() => draw(3) === 0).map((name) => [name, some(marks, 5, '')]))
    const url = encodeURI(`${path}?${some(queries, 3, '&')}`).replaceAll('%25', '%')
    const { status } = await get(url, sent, one(['GET', 'HEAD']))
    expect(known.has(status), `${status} ${url} ${JSON.stringify(sent)}`).toBe(true)
  }
}, 60_000)

describe('only-if-cached', () => {
  const cached = { 'cache-control': 'max-age=0, only-if-cached' }
  test.each(['GET', 'HEAD'])('%s asks nobody', async (method) => {
    expect((await get(under('/large.bin'), cached, method)).status).toBe(200)
    const asked = source.asked.length
    const nobody = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'
    expect((await get(`/ipfs/${nobody}`, cached, method)).status).toBe(412)
    expect((await get(`/ipns/docs.example/`, cached, method)).status).toBe(412)
    expect(source.asked.slice(asked)).not.toContain(nobody)
  })

  test('is 412 where a part is not here, and a range that is here is given', async () => {
    const torn = await source.folder({ 'a.bin': Buffer.from(Array.from({ length: 3 * CHUNK }, (_, i) => i % 239)) })
    source.blocks.delete(String(partsOf(cidOf('a.bin', torn)).at(-1)))
    const path = `/ipfs/${torn.toString()}/a.bin`
    expect((await get(path, cached)).status).toBe(412)
    expect((await get(path, { ...cached, range: `bytes=0-${CHUNK - 1}` })).status).toBe(206)
  })
})

describe('who is let in', () => {
  test('nobody without the token, and no host but this machine', async () => {
    expect((await get(under('/digits.txt'), { authorization: '' })).status).toBe(401)
    expect((await get(under('/digits.txt'), { authorization: `Bearer ${TOKEN.slice(0, -1)}x` })).status).toBe(401)
    expect((await get(under('/digits.txt'), { host: 'evil.example' })).status).toBe(421)
    expect((await get(under('/digits.txt'), { host: 'localhost:80' })).status).toBe(200)
  })

  test.each(['PUT', 'POST', 'DELETE', 'OPTIONS', 'PATCH'])('%s is 405', async (method) => {
    const { status, headers } = await get(under('/digits.txt'), {}, method)
    expect([status, headers.allow]).toEqual([405, 'GET, HEAD'])
  })
})
