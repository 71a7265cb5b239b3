import { CarReader } from '@ipld/car/reader'
import type { Answer } from '../../test/support/memory-gateway.ts'

/** What the requests are about: CIDs of the samples. */
export interface Samples {
  /** A folder without shards. */ readonly root: string
  /** A folder of shards. */ readonly sharded: string
  /** A file of one block in the folder: digits.txt. */ readonly digits: string
  /** A file of several blocks in it: large.bin. */ readonly large: string
  /** Its leaves, in order. */ readonly leaves: readonly string[]
  /** A folder with an index.html in it: site. */ readonly site: string
}

export interface Rule {
  readonly name: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly method?: 'HEAD'
  readonly status: number
  /** Values of headers; a pattern is looked for, null is none. */
  readonly expect?: Readonly<Record<string, string | RegExp | null>>
  readonly body?: string
  /** The CIDs of the CAR's blocks, all and in order. */
  readonly blocks?: readonly string[]
  /** Why kubo answers something else. */
  readonly differs?: string
}

const NOBODY = 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy'
const IMMUTABLE = 'public, max-age=29030400, immutable'

/** Rules of RFC 9110 and of https://specs.ipfs.tech/http-gateways/, as far as this gateway follows them. */
export function gatewayRules({ root, sharded, digits, large, leaves, site }: Samples): Rule[] {
  const at = (path: string): string => `/ipfs/${root}${path}`
  const range = (value: string): { range: string } => ({ range: value })
  const file = at('/digits.txt')
  const car = (what: string, path: string, blocks: readonly string[]): Rule => ({
    name: `CAR: ${what}`,
    path,
    status: 200,
    expect: {
      'content-type': 'application/vnd.ipld.car; version=1; order=dfs; dups=n',
      'accept-ranges': 'none',
      'x-content-type-options': 'nosniff',
      etag: /^W\/".+\.car\..+"$/,
      'content-disposition': /^attachment; filename=".+\.car"/,
    },
    blocks,
  })
  const bytes = (what: string, from: number, end: number): Rule =>
    car(`entity-bytes=${what}`, `/ipfs/${large}?format=car&dag-scope=entity&entity-bytes=${what}`, [
      large,
      ...leaves.slice(from, end),
    ])
  const refused = (name: string, path: string, status: number, differs?: string): Rule => ({
    name,
    path,
    status,
    ...(differs ? { differs } : {}),
  })
  return [
    {
      name: 'a file has its headers',
      path: file,
      status: 200,
      body: '0123456789',
      expect: {
        'content-length': '10',
        'content-type': /^text\/plain/,
        'accept-ranges': 'bytes',
        etag: `"${digits}"`,
        'cache-control': IMMUTABLE,
        'x-ipfs-path': file,
        'x-ipfs-roots': `${root},${digits}`,
        'content-disposition': null,
      },
    },
    { name: 'HEAD has no body', path: file, method: 'HEAD', status: 200, body: '', expect: { 'content-length': '10' } },
    {
      name: 'a name of any script',
      path: at('/%C3%9Cbung%20%E2%80%93%20%E6%97%A5%E6%9C%AC.txt'),
      status: 200,
      body: 'hello world',
    },
    {
      name: 'a name with a percent sign in it',
      path: at('/Portugal%252C+Espa%C3%B1a=Peninsula%20Ib%C3%A9rica.txt'),
      status: 200,
      body: 'percent',
    },
    {
      name: '?filename= names it',
      path: `${file}?filename=test%D1%82.txt`,
      status: 200,
      expect: { 'content-disposition': `inline; filename="test_.txt"; filename*=UTF-8''test%D1%82.txt` },
    },
    {
      name: '?filename= and ?download=',
      path: `${file}?filename=a.txt&download=true`,
      status: 200,
      expect: { 'content-disposition': `attachment; filename="a.txt"; filename*=UTF-8''a.txt` },
    },
    {
      name: '?download= alone',
      path: `${file}?download=true`,
      status: 200,
      expect: { 'content-disposition': /^attachment/ },
      differs: 'kubo heeds it beside filename only',
    },
    { name: 'what a folder does not hold', path: at('/nope'), status: 404 },
    {
      name: 'an empty file',
      path: at('/empty'),
      headers: range('bytes=0-'),
      status: 200,
      expect: { 'content-length': '0' },
    },
    { name: 'a CID in upper case', path: `/ipfs/${digits.toUpperCase()}`, status: 200, body: '0123456789' },
    { name: 'an inline CID', path: '/ipfs/bafkqabtimvwgy3yk', status: 200, body: 'hello\n' },

    {
      name: 'range: one',
      path: file,
      headers: range('bytes=2-4'),
      status: 206,
      body: '234',
      expect: { 'content-range': 'bytes 2-4/10', 'content-type': /^text\/plain/ },
    },
    {
      name: 'range: clamped',
      path: file,
      headers: range('bytes=5-99'),
      status: 206,
      body: '56789',
      expect: { 'content-range': 'bytes 5-9/10' },
    },
    {
      name: 'range: suffix',
      path: file,
      headers: range('bytes=-3'),
      status: 206,
      body: '789',
      expect: { 'content-range': 'bytes 7-9/10' },
    },
    {
      name: 'range: suffix longer than the file',
      path: file,
      headers: range('bytes=-99'),
      status: 206,
      differs: 'kubo answers 500',
      body: '0123456789',
      expect: { 'content-range': 'bytes 0-9/10' },
    },
    {
      name: 'range: nothing of it',
      path: file,
      headers: range('bytes=10-'),
      status: 416,
      expect: { 'content-range': 'bytes */10' },
    },
    {
      name: 'range: another unit',
      path: file,
      headers: range('lines=1-2'),
      status: 200,
      body: '0123456789',
      differs: 'kubo answers 400; RFC 9110, 14.2: ignored',
    },
    {
      name: 'range: not well-formed',
      path: file,
      headers: range('bytes=x'),
      status: 200,
      body: '0123456789',
      differs: 'kubo answers 400; RFC 9110, 14.2: may be ignored',
    },
    {
      name: 'range: several',
      path: file,
      headers: range('bytes=6-7,0-1'),
      status: 206,
      expect: { 'content-type': /^multipart\/byteranges; boundary=/, 'content-range': null },
      differs: 'kubo gives the first alone',
    },
    {
      name: 'range: ignored on HEAD',
      path: file,
      headers: range('bytes=2-4'),
      method: 'HEAD',
      status: 200,
      expect: { 'content-length': '10', 'content-range': null },
      differs: 'kubo answers 206; RFC 9110, 14.2: for GET alone',
    },
    {
      name: 'range: over several blocks',
      path: at('/large.bin'),
      headers: range('bytes=255-256'),
      status: 206,
      expect: { 'content-range': 'bytes 255-256/1026' },
    },
    {
      name: 'range: of a block',
      path: `${file}?format=raw`,
      headers: range('bytes=0-3'),
      status: 206,
      body: '0123',
      expect: { 'content-range': 'bytes 0-3/10', 'content-type': 'application/vnd.ipld.raw' },
    },
    {
      name: 'range: ignored on a CAR',
      path: `/ipfs/${digits}?format=car`,
      headers: range('bytes=0-3'),
      status: 200,
      blocks: [digits],
    },

    ...[`"${digits}"`, `W/"${digits}"`, `"a", "b", "${digits}"`, '*'].map((value) => ({
      name: `304: If-None-Match: ${value.replace(digits, 'CID')}`,
      path: file,
      headers: { 'if-none-match': value },
      status: 304,
      body: '',
      expect: { etag: `"${digits}"` },
    })),
    { name: '304: another tag', path: file, headers: { 'if-none-match': '"other"' }, status: 200 },
    {
      name: '304: the tag of the file is none of its block',
      path: `${file}?format=raw`,
      headers: { 'if-none-match': `"${digits}"` },
      status: 200,
      expect: { etag: `"${digits}.raw"` },
      differs: 'kubo takes the tag of the CID for every form',
    },
    {
      name: '304: a folder by its CID',
      path: at('/'),
      headers: { 'if-none-match': `W/"${root}"` },
      status: 304,
      differs: 'kubo sends back the tag that it was asked with',
    },
    {
      name: '304: a folder with index.html',
      path: at('/site/'),
      headers: { 'if-none-match': `"${site}"` },
      status: 304,
    },

    {
      name: 'a folder leads to its slash',
      path: at('/%C4%85/%C4%99'),
      status: 301,
      expect: { location: at('/%C4%85/%C4%99/') },
    },
    { name: 'a folder leads there with its query', path: at('?a=b'), status: 301, expect: { location: at('/?a=b') } },
    {
      name: 'a folder is listed',
      path: at('/'),
      status: 200,
      expect: {
        'content-type': /^text\/html/,
        etag: new RegExp(`^"DirIndex-.*_CID-${root}"$`),
        'cache-control': 'public, max-age=604800, stale-while-revalidate=2678400',
        'x-ipfs-path': at('/'),
        'x-ipfs-roots': root,
      },
    },
    {
      name: 'a folder is listed for text/html',
      path: at('/'),
      headers: { accept: 'text/html' },
      status: 200,
      expect: { 'content-type': /^text\/html/ },
    },
    {
      name: 'a folder shows its index.html',
      path: at('/site/'),
      status: 200,
      body: '<title>site</title>',
      expect: { etag: `"${site}"`, 'cache-control': IMMUTABLE, 'x-ipfs-roots': `${root},${site}` },
    },
    { name: 'a folder of shards is found in', path: `/ipfs/${sharded}/299.txt`, status: 200, body: 'file 299' },
    {
      name: 'a folder of shards is listed',
      path: `/ipfs/${sharded}/`,
      status: 200,
      expect: { 'content-type': /^text\/html/ },
    },

    {
      name: 'block: by format',
      path: `${file}?format=raw`,
      status: 200,
      body: '0123456789',
      expect: {
        'content-type': 'application/vnd.ipld.raw',
        'content-length': '10',
        etag: `"${digits}.raw"`,
        'cache-control': IMMUTABLE,
        'x-content-type-options': 'nosniff',
        'content-disposition': new RegExp(`^attachment; filename="${digits}\\.bin"`),
      },
    },
    {
      name: 'block: by Accept',
      path: file,
      headers: { accept: 'application/vnd.ipld.raw' },
      status: 200,
      body: '0123456789',
      expect: { 'content-type': 'application/vnd.ipld.raw' },
    },
    {
      name: 'block: its own name',
      path: `${file}?format=raw&filename=foo.bin`,
      status: 200,
      expect: { 'content-disposition': `attachment; filename="foo.bin"; filename*=UTF-8''foo.bin` },
    },
    {
      name: 'block: of a folder without its slash',
      path: at('?format=raw'),
      status: 200,
      expect: { 'content-type': 'application/vnd.ipld.raw' },
    },

    car('a file, with the way to it', at('/large.bin?format=car'), [root, large, ...leaves]),
    car('dag-scope=all', at('/large.bin?format=car&dag-scope=all'), [root, large, ...leaves]),
    car('dag-scope=block', at('/large.bin?format=car&dag-scope=block'), [root, large]),
    car('dag-scope=entity of a file', at('/large.bin?format=car&dag-scope=entity'), [root, large, ...leaves]),
    car('dag-scope=entity of a folder', at('?format=car&dag-scope=entity'), [root]),
    car('entity-bytes of a folder', at('?format=car&dag-scope=entity&entity-bytes=0:*'), [root]),
    bytes('0:*', 0, 5),
    bytes('512:*', 2, 5),
    bytes('512:1023', 2, 4),
    bytes('512:-256', 2, 4),
    bytes('-5:*', 3, 5),
    bytes('-9999:*', 0, 5),
    bytes('-9999:-3', 0, 4),
    bytes('0:0', 0, 1),
    {
      name: 'CAR: HEAD',
      path: at('/large.bin?format=car'),
      method: 'HEAD',
      status: 200,
      body: '',
      expect: { 'content-type': /^application\/vnd\.ipld\.car/ },
    },
    {
      name: 'CAR: by Accept, with its parameters',
      path: `/ipfs/${large}`,
      headers: { accept: 'application/vnd.ipld.car; version=1; order=dfs; dups=y' },
      status: 200,
      expect: { 'content-type': /order=dfs; dups=y/ },
      blocks: [large, ...leaves],
    },
    {
      name: 'CAR: Accept beside format',
      path: `/ipfs/${large}?format=car`,
      headers: { accept: 'application/vnd.ipld.car; version=1; order=dfs; dups=y' },
      status: 200,
      expect: { 'content-type': /dups=y/ },
    },
    {
      name: 'CAR: no inline block',
      path: '/ipfs/bafkqabtimvwgy3yk?format=car',
      headers: { accept: 'application/vnd.ipld.car; dups=y' },
      status: 200,
      blocks: [],
    },
    refused('CAR: a way that is none', at('/nope?format=car'), 404, 'kubo sends the way as far as it goes'),
    refused('CAR: an unknown scope', at('?format=car&dag-scope=bogus'), 400),
    refused('CAR: bytes that are none', at('?format=car&entity-bytes=0:x'), 400),
    refused('CAR: another version', at('?format=car&car-version=2'), 400),

    {
      name: 'only-if-cached: here',
      path: at('/large.bin'),
      headers: { 'cache-control': 'only-if-cached' },
      status: 200,
    },
    {
      name: 'only-if-cached: not here',
      path: `/ipfs/${NOBODY}`,
      headers: { 'cache-control': 'only-if-cached' },
      status: 412,
    },
    {
      name: 'only-if-cached: HEAD',
      path: `/ipfs/${NOBODY}`,
      method: 'HEAD',
      headers: { 'cache-control': 'only-if-cached' },
      status: 412,
    },
    {
      name: 'a peer id as a name leads to its usual form',
      path: '/ipns/12D3KooWRBy97UB99e3J6hiPesre1MZeuNQvfan4gBziswrRJsNK/root2/',
      status: 302,
      expect: { location: '/ipns/k51qzi5uqu5dlvj2baxnqndepeb86cbk3ng7n3i46uzyxzyqj2xjonzllnv0v8/root2/' },
    },

    refused('no CID', '/ipfs/notacid', 400),
    refused('no name at all', '/ipfs/', 400),
    refused('bad percent-encoding', at('/%zz'), 400),
    refused('out of the tree, encoded', at('/%2e%2e/x'), 400),
    refused('an unknown format', `${file}?format=bogus`, 400, 'kubo gives the file'),
    refused('a form that is not given', `${file}?format=dag-json`, 400, 'kubo answers 406'),
    {
      name: 'a form that is not given, by Accept',
      path: file,
      headers: { accept: 'application/vnd.ipld.dag-json' },
      status: 406,
    },
  ]
}

/** What is wrong with an answer; empty where nothing is. */
export async function breaches(rule: Rule, { status, headers, body }: Answer): Promise<string[]> {
  const wrong: string[] = []
  if (status !== rule.status) wrong.push(`status ${status}, not ${rule.status}`)
  for (const [name, value] of Object.entries(rule.expect ?? {})) {
    const got = headers[name]?.toString() ?? null
    const right = value instanceof RegExp ? got !== null && value.test(got) : got === value
    if (!right) wrong.push(`${name}: ${got}, not ${String(value)}`)
  }
  if (rule.body !== undefined && body.toString() !== rule.body)
    wrong.push(`another body: ${body.toString().slice(0, 60)}`)
  if (rule.blocks && status === 200) {
    const found: string[] = []
    for await (const { cid } of (await CarReader.fromBytes(body)).blocks()) found.push(cid.toString())
    if (found.join() !== rule.blocks.join()) wrong.push(`${found.length} blocks, not the ${rule.blocks.length} wanted`)
  }
  return wrong
}
