import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Stream } from '@libp2p/interface'
import { streamPair } from '@libp2p/utils'
import { readFeed } from '../../../common/model/profit/feed.ts'
import { readRules } from '../../../common/model/idle-policy/rules-file.ts'
import { CompletionRequest, parseRequest } from '../../../main/features/avatar/local-api/openai-request.ts'
import { readCard } from '../../../main/features/avatar/chat/character-card.ts'
import { openSealed } from '../../../main/features/file-transfer/sealed-file.ts'
import { plainSound } from '../../../main/processes/curation/media/tags.ts'
import { FrameStream } from '../../../main/processes/peer/frames.ts'
import { saidBeside } from '../../../main/processes/curation/media/picture.ts'
import { readHeader } from '../../../main/processes/storage/hseg/layout.ts'
import { unwrapKey } from '../../../main/processes/storage/hseg/age.ts'
import { MOST_CID_BYTES, readFrames } from '../../../main/processes/storage/exchange/protocol.ts'
import { rowsFromCsv } from '../../../main/work/kinds/exact-inference/rows-csv.ts'
import { readBundle } from '../../../native/trainer/proof/bundle.ts'
import { decodeCheckpoint } from '../../../native/trainer/run/checkpoint.ts'
import { readRecipe } from '../../../native/trainer/run/recipe-file.ts'
import { readRows } from '../../../native/trainer/data/rows.ts'
import { readFileSync } from 'node:fs'
import { drained, fileTarget, type Target } from '../target.ts'

const SLOWEST_MS = 5_000
const text = (input: Uint8Array): string => Buffer.from(input).toString('utf8')
const fixtures = join(import.meta.dirname, '../../../native/trainer/data/fixtures')
const parquet = (name: string) => readFileSync(join(fixtures, `${name}.parquet`))
const pixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const card = { spec: 'chara_card_v2', spec_version: '2.0', data: { name: 'Ada', description: 'x', first_mes: 'Hi' } }
const checkpoint = Buffer.concat([Buffer.from('HCK1'), Buffer.alloc(4), Buffer.from([1, 0, 0, 0]), Buffer.alloc(12)])
const identity = 'AGE-SECRET-KEY-1QQPQQYQQZQQRQQ9QQXQQ8QQGQQFQQ2QQTQQVQQDQQWQQ0QQSQQ3QQJQ0QF0Y'

const frame = Buffer.from('{"type":"x","body":false}')

/** One message of a peer as its route reads it; a stream that ends early is the network's matter. */
async function readFrame(input: Uint8Array): Promise<void> {
  const [theirs, ours] = await streamPair({ delay: 0 })
  theirs.send(input)
  void theirs.close().catch(() => {})
  const limits = { protocol: 'fuzz/1', messageBytes: 4096, bodyBytes: 4096, concurrent: 1, perMinute: null }
  try {
    await new FrameStream(ours, limits).read(AbortSignal.timeout(SLOWEST_MS))
  } catch (error) {
    if (!(error instanceof Error && error.name === 'UnexpectedEOFError')) throw error
  } finally {
    ours.abort(new Error('read'))
  }
}

const sounds = {
  mp3: Buffer.concat([Buffer.from('ID3\x04\0\0\0\0\0\0', 'latin1'), Buffer.from('fffb9000', 'hex'), Buffer.alloc(413)]),
  flac: Buffer.from('664c6143800000221000100000000000000000ac44f000000000', 'hex'),
  wav: Buffer.from('524946462400000057415645666d7420100000000100010044ac000088580100020010006461746100000000', 'hex'),
}

/** What peers send and files of Hearth's own formats that come from others. */
export const recordTargets: readonly Target[] = [
  { name: 'peer-frames', seeds: [Buffer.concat([Buffer.from([frame.length]), frame])], read: readFrame },
  { name: 'sounds', seeds: Object.values(sounds), read: (input) => Promise.resolve(plainSound(Buffer.from(input))) },
  {
    name: 'block-frames',
    seeds: [Buffer.from([0, 0, 0, 2, 1, 2, 0, 0, 0, 0])],
    read: (input) => drained(readFrames(streamOf(input), MOST_CID_BYTES)),
  },
  {
    name: 'hseg-header',
    seeds: ['{"format":"HSEG2","version":1,"segment":1024,"dataset":"00","salt":"00","keyCommit":"00","bytes":0}'],
    async read(input, folder) {
      await writeFile(join(folder, 'header.json'), input)
      return readHeader(folder)
    },
  },
  {
    name: 'age-wrap',
    seeds: [
      '-----BEGIN AGE ENCRYPTED FILE-----\nYWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBhCg==\n' +
        '-----END AGE ENCRYPTED FILE-----',
    ],
    read: (input) => unwrapKey(input, Buffer.from(identity), null),
  },
  {
    name: 'age-identities',
    seeds: [`# created: 2024-03-06\n${identity}\n`],
    words: ['AGE-SECRET-KEY-1', '-----BEGIN AGE ENCRYPTED FILE-----'],
    read: (input) => unwrapKey(Buffer.from('age-encryption.org/v1\n'), input, null),
  },
  fileTarget('sealed-file', 'input.bin', [Buffer.alloc(64)], (path) =>
    openSealed(path, `${path}.open`, '00'.repeat(32)),
  ),
  fileTarget('proof-bundle', 'input.bin', [Buffer.from('HPB1\x02\0\0\0{}', 'latin1')], readBundle),
  { name: 'checkpoint', seeds: [checkpoint], read: (input) => Promise.resolve(decodeCheckpoint(input)) },
  fileTarget('recipe', 'recipe.json', ['{"version":1,"base":{},"data":{}}'], readRecipe),
  {
    name: 'character-card',
    seeds: [JSON.stringify(card), pixel],
    words: ['tEXt', 'chara\0', 'IEND'],
    read: (input) => Promise.resolve(readCard(Buffer.from(input))),
  },
  fileTarget(
    'picture-tags',
    'input.jpg',
    [pixel, Buffer.from('ffd8ffe1001045786966000049492a0008000000', 'hex')],
    saidBeside,
  ),
  fileTarget('table-csv', 'input.csv', ['a;b\n"1";2\n'], (path) => drained(readRows(path))),
  fileTarget('table-jsonl', 'input.jsonl', ['{"a":1}\n'], (path) => drained(readRows(path))),
  fileTarget('table-parquet', 'input.parquet', ['exact', 'lz4', 'int96'].map(parquet), (path) =>
    drained(readRows(path)),
  ),
  { name: 'rows-csv', seeds: ['1,2\n3;4'], read: (input) => Promise.resolve(rowsFromCsv(text(input), 2)) },
  {
    name: 'openai-request',
    seeds: ['{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"a"}]}],"stream":true}'],
    read: (input) => Promise.resolve(parseRequest(CompletionRequest, json(input))),
  },
  { name: 'price-feed', seeds: ['2024-03-06T22:00Z;0.1\n'], read: (input) => Promise.resolve(readFeed(text(input))) },
  { name: 'comfort-rules', seeds: ['{"version":1}'], read: (input) => Promise.resolve(readRules(text(input))) },
]

/** The only part of a stream that the reader of frames uses: its pieces. */
const streamOf = (input: Uint8Array): Stream =>
  ({
    async *[Symbol.asyncIterator]() {
      for (let at = 0; at < input.length; at += 7) yield input.subarray(at, at + 7)
    },
  }) as Partial<Stream> as Stream

function json(input: Uint8Array): unknown {
  try {
    return JSON.parse(text(input))
  } catch {
    return null
  }
}
