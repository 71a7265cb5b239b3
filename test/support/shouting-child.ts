// A process that was taken over and writes to its host what is no message: what kind of, its first argument says.
import { writeSync } from 'node:fs'
import { PIPE } from '../../main/core/processes/pipe-port.ts'

const framed = (content: Uint8Array): Buffer => {
  const head = Buffer.alloc(4)
  head.writeUInt32BE(content.length)
  return Buffer.concat([head, content])
}
const shouts: Readonly<Record<string, () => Buffer>> = {
  noise: () => framed(Buffer.from('this is no message')),
  bytes: () => framed(Buffer.from([0xff, 0x0f, 0xfe, 0, 0])),
  length: () => Buffer.from([0xff, 0xff, 0xff, 0xff, 1, 2, 3]),
  cut: () => framed(Buffer.from('{"i":"1","p":{')),
  empty: () => framed(Buffer.alloc(0)),
  null: () => framed(Buffer.from('null')),
  'no payload': () => framed(Buffer.from('{"i":"1"}')),
  'no stream': () => framed(Buffer.from('{"i":"1","t":3,"p":7}')),
  deep: () => framed(Buffer.from(`{"i":"1","p":${'['.repeat(4_000_000)}`)),
}
const [kind = ''] = process.argv.slice(2)
writeSync(PIPE, shouts[kind]?.() ?? Buffer.alloc(0))
setInterval(() => {}, 1000)
