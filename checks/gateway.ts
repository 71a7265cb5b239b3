/**
 * The gateway against the rules that gateways share, and against kubo: the same requests to both, and blocks, CAR and
 * names in both directions.
 * npm run check:gateway   (HEARTH_KUBO names an `ipfs` of kubo, where the PATH has none)
 */
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as dagPb from '@ipld/dag-pb'
import { CID } from 'multiformats/cid'
import { Gateway } from '../main/processes/storage/gateway/server.ts'
import { DataNode } from '../main/processes/storage/node.ts'
import { ask, MemorySource, type Answer } from '../test/support/memory-gateway.ts'
import { breaches, gatewayRules, type Samples } from './support/gateway-rules.ts'
import { findKubo, Kubo } from './support/kubo.ts'

const TOKEN = randomBytes(24).toString('base64url')
const LARGE = Buffer.from(Array.from({ length: 1026 }, (_, i) => (i * 7) % 251))
/** Headers that both must send alike, wherever kubo sends them. */
const COMPARED = [
  'content-length',
  'content-range',
  'etag',
  'cache-control',
  'content-disposition',
  'location',
  'x-ipfs-path',
  'x-ipfs-roots',
] as const
const never = new AbortController().signal
const folder = await mkdtemp(join(tmpdir(), 'hearth-check-gateway-'))
let failed = 0

function report(what: string, wrong: readonly string[], note = ''): void {
  if (wrong.length > 0) failed++
  process.stdout.write(`${wrong.length === 0 ? 'ok  ' : 'FAIL'} ${what}${note}\n`)
  for (const line of wrong) process.stdout.write(`       ${line}\n`)
}
async function attempt(what: string, run: () => Promise<boolean>): Promise<void> {
  const begun = performance.now()
  const wrong = await run().then(
    (right) => (right ? [] : ['another content']),
    (error: unknown) => [String(error)],
  )
  report(what, wrong, `  ${((performance.now() - begun) / 1000).toFixed(1)} s`)
}

const request = (url: string, path: string, headers: Readonly<Record<string, string>> = {}, method = 'GET') =>
  ask(url, path, { host: new URL(url).host, authorization: `Bearer ${TOKEN}`, ...headers }, method)

/** What kubo sends and the other does not send alike. A list or a CAR may be made in another way. */
function differences(ours: Answer, theirs: Answer): string[] {
  if (ours.status !== theirs.status) return [`status ${ours.status}, kubo ${theirs.status}`]
  const type = (it: Answer): string => String(it.headers['content-type']).split(';')[0] ?? ''
  const success = theirs.status < 300
  const made = /DirIndex|\.car\./.test(String(theirs.headers.etag))
  const wrong = success && type(ours) !== type(theirs) ? [`content-type: ${type(ours)}, kubo ${type(theirs)}`] : []
  for (const name of COMPARED) {
    const [a, b] = [ours.headers[name]?.toString(), theirs.headers[name]?.toString()]
    const skipped = b === undefined || (made && (name === 'etag' || name === 'content-length'))
    const relevant =
      success || name === 'location' || name === 'content-range' || (theirs.status === 304 && name === 'etag')
    if (!skipped && relevant && a !== b) wrong.push(`${name}: ${a}, kubo ${b}`)
  }
  if (success && !made && !ours.body.equals(theirs.body)) wrong.push('another body')
  return wrong
}

/** The samples, and the CAR of each root. */
async function makeSamples(): Promise<{ samples: Samples; cars: Buffer[] }> {
  const source = new MemorySource()
  const root = await source.folder({
    'digits.txt': '0123456789',
    'large.bin': LARGE,
    empty: '',
    'Übung – 日本.txt': 'hello world',
    'Portugal%2C+España=Peninsula Ibérica.txt': 'percent',
    'ą/ę/file-źł.txt': 'deep',
    'site/index.html': '<title>site</title>',
  })
  const many = Object.fromEntries(Array.from({ length: 600 }, (_, i) => [`${i}.txt`, `file ${i}`]))
  const sharded = await source.folder(many, 1000)
  const links = (cid: string): dagPb.PBLink[] => dagPb.decode(source.blocks.get(cid) ?? new Uint8Array(0)).Links
  const find = (name: string): string => String(links(root.toString()).find((it) => it.Name === name)?.Hash)
  const large = find('large.bin')
  const leaves = links(large).map(({ Hash }) => Hash.toString())
  const gateway = await Gateway.start(source, 0, TOKEN)
  const cars: Buffer[] = []
  for (const cid of [root, sharded]) cars.push((await request(gateway.url, `/ipfs/${cid.toString()}?format=car`)).body)
  await gateway.stop()
  return {
    samples: {
      root: root.toString(),
      sharded: sharded.toString(),
      digits: find('digits.txt'),
      large,
      leaves,
      site: find('site'),
    },
    cars,
  }
}

async function exchange(node: DataNode, url: string, kubo: Kubo): Promise<void> {
  const content = randomBytes(3_000_000)
  const given = join(folder, 'given.bin')
  await writeFile(given, content)
  const profiles = {
    'by default': [],
    'with raw leaves': ['--cid-version=1', '--raw-leaves'],
    'as a trickle DAG': ['--trickle'],
    'in pieces by content': ['--chunker=rabin-16384-65536-131072'],
    'in pieces of 2 MiB': ['--chunker=size-2096128'],
    'with mode and time': ['--preserve-mode', '--preserve-mtime'],
  }
  for (const [name, flags] of Object.entries(profiles)) {
    const cid = (await kubo.run(['add', '-Q', ...flags, given])).trim()
    await attempt(`a file that kubo added ${name}: fetched from it`, async () => {
      await node.fetch(cid, [kubo.address], () => {}, never)
      const { path } = await node.export(cid, cid, folder)
      const range = { range: 'bytes=999990-1999999' }
      const part = (await request(url, `/ipfs/${cid}`, range)).body
      return (await readFile(path)).equals(content) && part.equals(content.subarray(999_990, 2_000_000))
    })
  }
  const small = join(folder, 'small.txt')
  await writeFile(small, 'hi')
  const inline = (await kubo.run(['add', '-Q', '--inline', '--cid-version=1', '--wrap-with-directory', small])).trim()
  await attempt('a folder of a file that kubo wrote into its CID: fetched', async () => {
    await node.fetch(inline, [kubo.address], () => {}, never)
    const { path } = await node.export(inline, 'inline', folder)
    return (await readFile(join(path, 'small.txt'), 'utf8')) === 'hi'
  })
  const other = randomBytes(2_000_000)
  await writeFile(given, other)
  const fresh = (await kubo.run(['add', '-Q', given])).trim()
  await attempt('a file that kubo has: through the gateway', async () =>
    (await request(url, `/ipfs/${fresh}`)).body.equals(other),
  )
  await attempt('a CAR that kubo exported: taken', async () => {
    const path = join(folder, 'kubo.car')
    await writeFile(path, Buffer.from(await kubo.run(['dag', 'export', fresh]), 'latin1'))
    return (await node.importCar(path, 'kubo.car', () => {})).roots[0]?.cid === fresh
  })
  await writeFile(given, content.subarray(5))
  const { cid } = await node.add(given, 'given', () => {})
  await attempt('a file that was added here: kubo fetches it', async () => {
    await kubo.run(['swarm', 'connect', node.status().addresses[0] ?? ''])
    return Buffer.from(await kubo.run(['cat', cid]), 'latin1').equals(content.subarray(5))
  })
  await attempt('a name that was published here: kubo finds its record sound', async () => {
    const { name } = await node.publishName(cid)
    const { body } = await request(url, `/ipns/${name}?format=ipns-record`)
    const said = await kubo.run(['name', 'inspect', '--enc=json', `--verify=${name}`], body)
    return said.includes('"Valid":true') && said.includes(CID.parse(cid).toString())
  })
}

const program = findKubo()
const node = await DataNode.start({
  folder: join(folder, 'node'),
  listen: ['/ip4/127.0.0.1/tcp/0'],
  mdns: false,
  bootstrap: [],
})
const kubo = program ? await Kubo.start(program, folder) : null
try {
  const { samples, cars } = await makeSamples()
  for (const [i, car] of cars.entries()) {
    const path = join(folder, `${i}.car`)
    await writeFile(path, car)
    await node.importCar(path, 'samples', () => {})
    await kubo?.run(['dag', 'import', path])
  }
  const { url } = await node.gateway(0, TOKEN)
  for (const rule of gatewayRules(samples)) {
    const ours = await request(url, rule.path, rule.headers, rule.method)
    const wrong = await breaches(rule, ours)
    if (!kubo || rule.differs) {
      report(rule.name, wrong, kubo && rule.differs ? `  (${rule.differs})` : '')
      continue
    }
    const theirs = await request(kubo.gateway, rule.path, rule.headers, rule.method)
    const unlike = (await breaches(rule, theirs)).map((it) => `the rule and kubo: ${it}`)
    report(rule.name, [...wrong, ...differences(ours, theirs), ...unlike])
  }
  if (kubo) await exchange(node, url, kubo)
  else process.stdout.write('skipped: comparison with kubo; no ipfs is in the PATH, and HEARTH_KUBO names none\n')
} finally {
  await kubo?.stop()
  await node.stop()
  await rm(folder, { recursive: true, force: true })
}
process.stdout.write(failed > 0 ? `${failed} failed\n` : 'all as it should be\n')
process.exitCode = failed > 0 ? 1 : 0
